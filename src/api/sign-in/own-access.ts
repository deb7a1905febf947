import { randomUUID } from 'node:crypto';
import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
} from '../../domain/account/account.ts';
import type { AppPasswordId, AppPasswordProtocol } from '../../domain/account/app-passwords.ts';
import type { SignInState } from '../../domain/account/sign-in-state.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { AccountRows } from '../../projections/account/rows.ts';
import type { CodeTry, Codes } from './codes.ts';
import { newSecret } from './one-time-code.ts';
import {
  appPasswordDigest,
  newAppPassword,
  newRecoveryCodes,
  recoveryCodeDigest,
} from './secrets.ts';

/** An app password as its owner sees it: everything but itself. */
export interface OwnAppPassword {
  readonly id: AppPasswordId;
  readonly name: string;
  readonly protocols: readonly AppPasswordProtocol[];
  readonly addedAt: Instant;
  /** Absent: never. */
  readonly lastUsed?: { readonly at: Instant; readonly client: string; readonly address: string };
}

/** The second factor as its owner sees it. */
export type OwnSecondFactor =
  | { readonly status: 'off' }
  | { readonly status: 'enrolled'; readonly secret: string }
  | { readonly status: 'on'; readonly recoveryCodesLeft: number };

/** Why something was not done. */
export type AccessRefusal = AccountRejection | { readonly kind: 'WrongCode' | 'CodesBlocked' };
export type Done<What> = What | { readonly rejected: AccessRefusal };

/** A person's own ways to sign in. All of it is events; an answer means that this node obeys already. */
export interface OwnAccess {
  appPasswords(account: AccountId): Promise<readonly OwnAppPassword[]>;
  /** The password is in the answer and nowhere else. */
  addAppPassword(
    account: AccountId,
    wanted: { readonly name: string; readonly protocols: readonly AppPasswordProtocol[] },
    by: Provenance,
  ): Promise<Done<{ readonly id: AppPasswordId; readonly password: string }>>;
  revokeAppPassword(
    account: AccountId,
    id: AppPasswordId,
    by: Provenance,
  ): Promise<Done<'revoked'>>;
  secondFactor(account: AccountId): Promise<OwnSecondFactor>;
  /** Makes a new secret; it counts only after `turnOn`. */
  enrol(account: AccountId, by: Provenance): Promise<Done<'enrolled'>>;
  /** Recovery codes, which are in the answer and nowhere else. */
  turnOn(given: CodeTry): Promise<Done<readonly string[]>>;
  turnOff(given: CodeTry): Promise<Done<'off'>>;
  replaceRecoveryCodes(given: CodeTry): Promise<Done<readonly string[]>>;
  /** For an administrator, who needs no code. */
  reset(account: AccountId, by: Provenance): Promise<Done<'off'>>;
}

interface OwnAccessParts {
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly rows: Pick<AccountRows, 'byId'>;
  readonly state: Pick<SignInState, 'lastUses'>;
  readonly codes: Codes;
  seen(stream: StreamId, revision: Revision): Promise<unknown>;
}

const digestsOf = (recoveryCodes: readonly string[]): readonly string[] =>
  recoveryCodes.flatMap((code) => recoveryCodeDigest(code) ?? []);

const isRejected = (done: unknown): done is { readonly rejected: AccessRefusal } =>
  typeof done === 'object' && done !== null && 'rejected' in done;

export const ownAccess = (parts: OwnAccessParts): OwnAccess => {
  const { accounts, rows, state, codes, seen } = parts;

  const run = async (
    account: AccountId,
    command: AccountCommand,
    by: Provenance,
  ): Promise<'done' | { readonly rejected: AccessRefusal }> => {
    const stream = streams.account(account);
    const outcome = await accounts({ stream, owner: account, command, by });
    if ('rejected' in outcome) return outcome;
    if (outcome.revision !== 'no-stream') await seen(stream, outcome.revision);
    return 'done';
  };

  /** A code of the second factor that is on, and then something that needs one. */
  const withCode = async <What>(
    given: CodeTry,
    then: () => Promise<Done<What>>,
  ): Promise<Done<What>> => {
    const factor = await codes.secondFactor(given.account);
    if (factor.status !== 'on') return { rejected: { kind: 'SecondFactorIsOff' } };
    const verdict = await codes.check(factor, given);
    if (verdict === 'right') return then();
    return { rejected: { kind: verdict === 'wrong' ? 'WrongCode' : 'CodesBlocked' } };
  };

  const turnedOff = async (account: AccountId, by: Provenance): Promise<Done<'off'>> => {
    const done = await run(account, { type: 'TurnOffSecondFactor' }, by);
    return isRejected(done) ? done : 'off';
  };

  return {
    async appPasswords(account) {
      const [row, uses] = await Promise.all([rows.byId(account), state.lastUses(account)]);
      return Object.entries(row?.appPasswords ?? {})
        .map(([key, { name, protocols, addedAt }]) => {
          const id = key as AppPasswordId;
          const lastUsed = uses.get(id);
          return { id, name, protocols, addedAt, ...(lastUsed === undefined ? {} : { lastUsed }) };
        })
        .toSorted((one, other) => (one.addedAt < other.addedAt ? -1 : 1));
    },
    async addAppPassword(account, { name, protocols }, by) {
      const password = newAppPassword();
      const id = randomUUID() as AppPasswordId;
      const digest = appPasswordDigest(password) ?? '';
      const command = { type: 'AddAppPassword', id, name, protocols, digest } as const;
      const done = await run(account, command, by);
      return isRejected(done) ? done : { id, password };
    },
    async revokeAppPassword(account, id, by) {
      const done = await run(account, { type: 'RevokeAppPassword', id }, by);
      return isRejected(done) ? done : 'revoked';
    },
    async secondFactor(account) {
      const factor = await codes.secondFactor(account);
      return factor.status === 'on'
        ? { status: 'on', recoveryCodesLeft: factor.recoveryCodes.length }
        : factor;
    },
    async enrol(account, by) {
      const done = await run(account, { type: 'EnrolSecondFactor', secret: newSecret() }, by);
      return isRejected(done) ? done : 'enrolled';
    },
    async turnOn(given) {
      const { account, by } = given;
      const factor = await codes.secondFactor(account);
      if (factor.status === 'on') return { rejected: { kind: 'SecondFactorIsOn' } };
      if (factor.status === 'off') return { rejected: { kind: 'SecondFactorNotEnrolled' } };
      const verdict = await codes.confirms(factor, given);
      if (verdict !== 'right')
        return { rejected: { kind: verdict === 'wrong' ? 'WrongCode' : 'CodesBlocked' } };
      const shown = newRecoveryCodes();
      const { secret } = factor;
      const command = {
        type: 'TurnOnSecondFactor',
        secret,
        recoveryCodes: digestsOf(shown),
      } as const;
      const done = await run(account, command, by);
      return isRejected(done) ? done : shown;
    },
    turnOff: (given) => withCode(given, () => turnedOff(given.account, given.by)),
    replaceRecoveryCodes: (given) =>
      withCode<readonly string[]>(given, async () => {
        const shown = newRecoveryCodes();
        const command = { type: 'ReplaceRecoveryCodes', recoveryCodes: digestsOf(shown) } as const;
        const done = await run(given.account, command, given.by);
        return isRejected(done) ? done : shown;
      }),
    reset: turnedOff,
  };
};
