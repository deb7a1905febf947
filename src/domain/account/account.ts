import { accept, type Decider, type Decision, reject } from '../kernel/decision.ts';
import {
  type AppPasswordCommand,
  type AppPasswordEvent,
  type AppPasswordId,
  type AppPasswordRejection,
  decideAppPassword,
} from './app-passwords.ts';
import {
  decideDevice,
  type DeviceCommand,
  type DeviceEvent,
  type DeviceRejection,
  type Devices,
  evolveDevices,
  isDeviceEvent,
} from './devices.ts';
import {
  decideSecondFactor,
  evolveSecondFactor,
  type SecondFactor,
  type SecondFactorCommand,
  type SecondFactorEvent,
  type SecondFactorRejection,
} from './second-factor.ts';

export type AccountCommand =
  | {
      readonly type: 'OpenAccount';
      readonly login: string;
      readonly displayName: string;
      readonly mail: string;
      /** A PHC string: `$argon2id$…`. Never the password itself. */
      readonly passwordHash: string;
    }
  | {
      /** For somebody a user source has just let in; done already when the account is such a one. */
      readonly type: 'OpenSourceAccount';
      readonly login: string;
      readonly displayName: string;
      readonly mail: string;
      /** The source's id. */
      readonly source: string;
    }
  | { readonly type: 'SetPassword'; readonly passwordHash: string }
  | {
      readonly type: 'RenameAccount';
      readonly login: string;
      /** What is absent stays as it is. */
      readonly displayName?: string;
      readonly mail?: string;
    }
  | { readonly type: 'RemoveAccount' }
  /** Records that the owner's key is gone; whoever asks has destroyed it. */
  | { readonly type: 'EraseAccount' }
  | AppPasswordCommand
  | SecondFactorCommand
  | DeviceCommand;

export type AccountEvent =
  | {
      readonly type: 'AccountOpened';
      readonly login: string;
      readonly displayName: string;
      readonly mail: string;
      /** The user source that vouches for the person; absent for an account with a password of its own. */
      readonly source?: string;
    }
  | { readonly type: 'PasswordSet'; readonly passwordHash: string }
  | {
      readonly type: 'AccountRenamed';
      readonly login: string;
      readonly displayName?: string;
      readonly mail?: string;
    }
  | { readonly type: 'AccountRemoved' }
  | { readonly type: 'AccountErased' }
  | AppPasswordEvent
  | SecondFactorEvent
  | DeviceEvent;

export type AccountRejection =
  | { readonly kind: 'AccountExists' }
  | { readonly kind: 'AccountWasRemoved' }
  | { readonly kind: 'AccountNotFound' }
  | AppPasswordRejection
  | SecondFactorRejection
  | DeviceRejection;

export interface AccountState {
  readonly status: 'absent' | 'open' | 'removed' | 'erased';
  readonly login: string;
  readonly displayName: string;
  readonly mail: string;
  /** False while only a user source can say who it is. */
  readonly ownPassword: boolean;
  readonly appPasswords: ReadonlySet<AppPasswordId>;
  readonly secondFactor: SecondFactor;
  readonly devices: Devices;
}

type Answer = Decision<AccountEvent, AccountRejection>;

/** For good: an account is never opened again. */
const isClosed = ({ status }: AccountState): boolean => status === 'removed' || status === 'erased';

const rename = (
  { login, displayName, mail }: Extract<AccountCommand, { type: 'RenameAccount' }>,
  state: AccountState,
): Answer => {
  const changed = {
    ...(displayName === undefined || displayName === state.displayName ? {} : { displayName }),
    ...(mail === undefined || mail === state.mail ? {} : { mail }),
  };
  if (login === state.login && Object.keys(changed).length === 0) return accept();
  return accept({ type: 'AccountRenamed', login, ...changed });
};

const decide = (command: AccountCommand, state: AccountState): Answer => {
  if (command.type === 'OpenAccount') {
    if (isClosed(state)) return reject({ kind: 'AccountWasRemoved' });
    if (state.status === 'open') return reject({ kind: 'AccountExists' });
    const { login, displayName, mail, passwordHash } = command;
    return accept<AccountEvent>(
      { type: 'AccountOpened', login, displayName, mail },
      { type: 'PasswordSet', passwordHash },
    );
  }
  if (command.type === 'OpenSourceAccount') {
    if (isClosed(state)) return reject({ kind: 'AccountWasRemoved' });
    if (state.status === 'open')
      // A login that a renaming has claimed, or not released yet, lets nobody into the account.
      return state.ownPassword || state.login !== command.login
        ? reject({ kind: 'AccountExists' })
        : accept();
    const { login, displayName, mail, source } = command;
    return accept({ type: 'AccountOpened', login, displayName, mail, source });
  }
  // Also where every event before reads as erased, and the state knows of no account.
  if (command.type === 'EraseAccount')
    return state.status === 'erased' ? accept() : accept({ type: 'AccountErased' });
  if (state.status !== 'open') return reject({ kind: 'AccountNotFound' });
  switch (command.type) {
    case 'SetPassword':
      return accept({ type: 'PasswordSet', passwordHash: command.passwordHash });
    case 'RenameAccount':
      return rename(command, state);
    case 'RemoveAccount':
      return accept({ type: 'AccountRemoved' });
    case 'AddAppPassword':
    case 'RevokeAppPassword':
      return decideAppPassword(command, state.appPasswords);
    case 'ConnectDevice':
    case 'DescribeDevice':
    case 'RecordDevicePolicy':
    case 'ChangeDeviceStanding':
    case 'RequestDeviceWipe':
    case 'RecordDeviceWipe':
    case 'ForgetDevice':
      return decideDevice(command, state.devices);
    default:
      return decideSecondFactor(command, state.secondFactor);
  }
};

const evolve = (state: AccountState, event: AccountEvent): AccountState => {
  if (isDeviceEvent(event)) return { ...state, devices: evolveDevices(state.devices, event) };
  switch (event.type) {
    case 'AccountOpened':
      return {
        ...state,
        status: 'open',
        login: event.login,
        displayName: event.displayName,
        mail: event.mail,
        ownPassword: event.source === undefined,
      };
    case 'PasswordSet':
      return { ...state, ownPassword: true };
    case 'AccountRenamed':
      return {
        ...state,
        login: event.login,
        displayName: event.displayName ?? state.displayName,
        mail: event.mail ?? state.mail,
      };
    case 'AccountErased':
      return { ...account.initial(), status: 'erased' };
    case 'AccountRemoved':
      return {
        ...state,
        status: 'removed',
        appPasswords: new Set(),
        secondFactor: off,
        devices: none,
      };
    case 'AppPasswordAdded':
      return { ...state, appPasswords: new Set([...state.appPasswords, event.id]) };
    case 'AppPasswordRevoked':
      return {
        ...state,
        appPasswords: new Set([...state.appPasswords].filter((id) => id !== event.id)),
      };
    default:
      return { ...state, secondFactor: evolveSecondFactor(state.secondFactor, event) };
  }
};

const off: SecondFactor = { status: 'off' };
const none: Devices = new Map();

/**
 * One account: who it is, its own password or the source that vouches for it, the app passwords of its
 * devices, its second factor, and the devices that ActiveSync has seen. One stream an account.
 */
export const account: Decider<AccountCommand, AccountState, AccountEvent, AccountRejection> = {
  initial: () => ({
    status: 'absent',
    login: '',
    displayName: '',
    mail: '',
    ownPassword: false,
    appPasswords: new Set(),
    secondFactor: off,
    devices: none,
  }),
  decide,
  evolve,
};
