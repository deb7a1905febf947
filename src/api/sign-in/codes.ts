import {
  account as accountDecider,
  type AccountCommand,
  type AccountEvent,
  type AccountRejection,
} from '../../domain/account/account.ts';
import type { SecondFactor } from '../../domain/account/second-factor.ts';
import type { SignInState } from '../../domain/account/sign-in-state.ts';
import type { EventStore } from '../../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../../domain/kernel/fold.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { SignInAttempt } from './attempt.ts';
import type { Guard } from './guard.ts';
import { stepOf } from './one-time-code.ts';
import { recoveryCodeDigest } from './secrets.ts';

interface CodesParts {
  readonly store: EventStore;
  readonly codec: EventCodec<AccountEvent>;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly state: Pick<SignInState, 'takeStep'>;
  readonly guard: Pick<Guard, 'codeBlocked' | 'codeFailed'>;
}

/** Somebody's try at a code. */
export interface CodeTry {
  readonly account: AccountId;
  /** As typed: six digits, or a recovery code. */
  readonly code: string;
  readonly attempt: SignInAttempt;
  readonly by: Provenance;
}

export type CodeVerdict = 'right' | 'wrong' | 'blocked';

/** Codes of the second factor, each of which counts once. */
export interface Codes {
  /** As the log has it, secrets and all. */
  secondFactor(account: AccountId): Promise<SecondFactor>;
  /** Whether the code is one of the second factor that is on, or one of its recovery codes. */
  check(of: SecondFactor & { readonly status: 'on' }, given: CodeTry): Promise<CodeVerdict>;
  /** Whether the code is one of a secret just shown. */
  confirms(
    of: SecondFactor & { readonly status: 'enrolled' },
    given: CodeTry,
  ): Promise<CodeVerdict>;
}

/** Checks codes (RFC 6238 §5.2), at most as many wrong ones as wrong passwords. */
export const codes = (parts: CodesParts): Codes => {
  const { store, codec, accounts, state, guard } = parts;

  const isOfSecret = async (secret: string, { account, code }: CodeTry): Promise<boolean> => {
    const step = stepOf(secret, code, Date.now());
    return step !== undefined && (await state.takeStep(account, step));
  };

  const isRecoveryCode = async ({ account, code, by }: CodeTry): Promise<boolean> => {
    const digest = recoveryCodeDigest(code);
    if (digest === undefined) return false;
    const used = await accounts({
      stream: streams.account(account),
      owner: account,
      command: { type: 'UseRecoveryCode', digest },
      by,
    });
    return 'accepted' in used;
  };

  const judged = async (given: CodeTry, isRight: () => Promise<boolean>): Promise<CodeVerdict> => {
    const { account, attempt } = given;
    if (guard.codeBlocked(account) !== undefined) return 'blocked';
    if (await isRight()) return 'right';
    guard.codeFailed(account, attempt);
    return 'wrong';
  };

  return {
    async secondFactor(account) {
      const log = { store, codec };
      const stream = streams.account(account);
      const folded = await foldTail(accountDecider, log, stream, unfolded(accountDecider));
      return folded.state.secondFactor;
    },
    check: ({ secret }, given) =>
      judged(given, async () => (await isOfSecret(secret, given)) || isRecoveryCode(given)),
    confirms: ({ secret }, given) => judged(given, () => isOfSecret(secret, given)),
  };
};
