import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
} from '../../domain/account/account.ts';
import type { Directory, PasswordRefusal } from '../../domain/account/directory.ts';
import { PASSWORD_LIMIT, type PasswordHasher } from '../../domain/account/password.ts';
import type { UserSource } from '../../domain/account/user-source.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { AccountRows } from '../../projections/account/rows.ts';
import type { Principal, Services } from '../services.ts';
import type { SignInAttempt } from './attempt.ts';
import type { Guard } from './guard.ts';
import { questionDigest } from './secrets.ts';

/** A source, and whether passwords can be changed in it. */
export type ChangingSource = UserSource &
  Partial<Pick<Directory, 'changePassword' | 'resetPassword'>>;

/** What somebody who is signed in wants. */
export interface PasswordWish {
  readonly principal: Principal;
  readonly oldPassword: string;
  readonly newPassword: string;
  readonly attempt: SignInAttempt;
  readonly by: Provenance;
}

export type OwnPasswordOutcome =
  | 'changed'
  | { readonly refused: PasswordRefusal }
  /** Too many wrong ones. */
  | { readonly refused: 'blocked'; readonly seconds: number };

/** Changes main passwords, where they are kept: in the account, or in the source that vouches for it. */
export interface OwnPassword {
  change(wish: PasswordWish): Promise<OwnPasswordOutcome>;
}

interface OwnPasswordParts {
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly rows: Pick<AccountRows, 'byId'>;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly sources: Iterable<ChangingSource>;
  readonly authenticate: Services['authenticate'];
  readonly guard: Pick<Guard, 'blocked' | 'failed'>;
  seen(stream: StreamId, revision: Revision): Promise<unknown>;
}

/** Characters that a password of the built-in table has at least (NIST SP 800-63B §3.1.1.2). */
export const SHORTEST = 8;

export const ownPassword = (parts: OwnPasswordParts): OwnPassword => {
  const { accounts, rows, hasher, sources, authenticate, guard, seen } = parts;

  const inTable = async (wish: PasswordWish): Promise<OwnPasswordOutcome> => {
    const { principal, oldPassword, newPassword, attempt, by } = wish;
    const { account, login } = principal;
    const who = await authenticate(login, oldPassword, attempt);
    if (who !== undefined && 'refused' in who)
      return who.refused === 'blocked' ? who : { refused: 'wrong' };
    if (who?.account !== account) return { refused: 'wrong' };
    if (Array.from(newPassword).length < SHORTEST) return { refused: 'too-short' };
    const stream = streams.account(account);
    const passwordHash = await hasher.hash(newPassword);
    const command = { type: 'SetPassword', passwordHash } as const;
    const outcome = await accounts({ stream, owner: account, command, by });
    if ('rejected' in outcome) return { refused: 'not-allowed' };
    if (outcome.revision !== 'no-stream') await seen(stream, outcome.revision);
    return 'changed';
  };

  const inSource = async (wish: PasswordWish): Promise<OwnPasswordOutcome> => {
    const { principal, oldPassword, newPassword, attempt } = wish;
    const { login } = principal;
    const seconds = guard.blocked(login, attempt);
    if (seconds !== undefined) return { refused: 'blocked', seconds };
    let refused: PasswordRefusal = 'wrong';
    for (const source of sources) {
      if (source.changePassword === undefined) continue;
      // Of two sources with this login, the one that vouches for the person.
      if ((await source.lookup(login))?.login !== login) continue;
      const change = await source.changePassword(login, oldPassword, newPassword);
      if ('changed' in change) return 'changed';
      if (change.refused !== 'wrong') refused = change.refused;
      break;
    }
    if (refused === 'wrong') guard.failed(login, questionDigest(login, oldPassword), attempt);
    return { refused };
  };

  return {
    async change(wish) {
      const { oldPassword, newPassword, principal } = wish;
      const texts = [oldPassword, newPassword];
      if (texts.some((text) => text.length > PASSWORD_LIMIT || /\0/.test(text)))
        return { refused: 'too-weak' };
      if (oldPassword === '') return { refused: 'wrong' };
      if (newPassword === '' || !newPassword.isWellFormed()) return { refused: 'too-weak' };
      const row = await rows.byId(principal.account);
      if (row === undefined) return { refused: 'not-allowed' };
      return row.passwordHash === '' ? inSource(wish) : inTable(wish);
    },
  };
};
