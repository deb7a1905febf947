import { accept, type Decision, reject } from '../kernel/decision.ts';

/**
 * A code of an authenticator beside the password (RFC 6238). Whether a code is right is found out
 * outside; commands say of which secret, so that nobody turns on what was replaced meanwhile.
 */
export type SecondFactor =
  | { readonly status: 'off' }
  /** The owner has seen the secret, and not shown a code of it yet. */
  | { readonly status: 'enrolled'; readonly secret: string }
  | {
      readonly status: 'on';
      readonly secret: string;
      /** Digests of those not used yet. */
      readonly recoveryCodes: readonly string[];
    };

export type SecondFactorCommand =
  | { readonly type: 'EnrolSecondFactor'; readonly secret: string }
  | {
      /** A code of this secret was shown. */
      readonly type: 'TurnOnSecondFactor';
      readonly secret: string;
      /** Digests. */
      readonly recoveryCodes: readonly string[];
    }
  | { readonly type: 'TurnOffSecondFactor' }
  | { readonly type: 'ReplaceRecoveryCodes'; readonly recoveryCodes: readonly string[] }
  | { readonly type: 'UseRecoveryCode'; readonly digest: string };

export type SecondFactorEvent =
  | { readonly type: 'SecondFactorEnrolled'; readonly secret: string }
  | { readonly type: 'SecondFactorTurnedOn'; readonly recoveryCodes: readonly string[] }
  | { readonly type: 'SecondFactorTurnedOff' }
  | { readonly type: 'RecoveryCodesReplaced'; readonly recoveryCodes: readonly string[] }
  | { readonly type: 'RecoveryCodeUsed'; readonly digest: string };

export type SecondFactorRejection =
  | { readonly kind: 'SecondFactorIsOn' }
  | { readonly kind: 'SecondFactorIsOff' }
  | { readonly kind: 'SecondFactorNotEnrolled' }
  | { readonly kind: 'RecoveryCodeUnknown' };

/** Decides on the second factor of an open account. */
export const decideSecondFactor = (
  command: SecondFactorCommand,
  state: SecondFactor,
): Decision<SecondFactorEvent, SecondFactorRejection> => {
  switch (command.type) {
    case 'EnrolSecondFactor':
      return state.status === 'on'
        ? reject({ kind: 'SecondFactorIsOn' })
        : accept({ type: 'SecondFactorEnrolled', secret: command.secret });
    case 'TurnOnSecondFactor':
      if (state.status === 'on') return reject({ kind: 'SecondFactorIsOn' });
      if (state.status === 'off' || state.secret !== command.secret)
        return reject({ kind: 'SecondFactorNotEnrolled' });
      return accept({ type: 'SecondFactorTurnedOn', recoveryCodes: command.recoveryCodes });
    case 'TurnOffSecondFactor':
      return state.status === 'off' ? accept() : accept({ type: 'SecondFactorTurnedOff' });
    case 'ReplaceRecoveryCodes':
      return state.status === 'on'
        ? accept({ type: 'RecoveryCodesReplaced', recoveryCodes: command.recoveryCodes })
        : reject({ kind: 'SecondFactorIsOff' });
    case 'UseRecoveryCode':
      if (state.status !== 'on') return reject({ kind: 'SecondFactorIsOff' });
      return state.recoveryCodes.includes(command.digest)
        ? accept({ type: 'RecoveryCodeUsed', digest: command.digest })
        : reject({ kind: 'RecoveryCodeUnknown' });
  }
};

export const evolveSecondFactor = (state: SecondFactor, event: SecondFactorEvent): SecondFactor => {
  switch (event.type) {
    case 'SecondFactorEnrolled':
      return { status: 'enrolled', secret: event.secret };
    case 'SecondFactorTurnedOn':
      return state.status === 'off'
        ? state
        : { status: 'on', secret: state.secret, recoveryCodes: event.recoveryCodes };
    case 'SecondFactorTurnedOff':
      return { status: 'off' };
    case 'RecoveryCodesReplaced':
      return state.status === 'on' ? { ...state, recoveryCodes: event.recoveryCodes } : state;
    case 'RecoveryCodeUsed':
      return state.status === 'on'
        ? { ...state, recoveryCodes: state.recoveryCodes.filter((one) => one !== event.digest) }
        : state;
  }
};
