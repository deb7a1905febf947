import type { AccountCommand, AccountEvent, AccountRejection } from '../domain/account/account.ts';
import { canonicalLogin, isAcceptableLogin } from '../domain/account/login.ts';
import { PASSWORD_LIMIT, type PasswordHasher } from '../domain/account/password.ts';
import type { Handle } from '../domain/kernel/handle.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { Provenance } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';
import type { AccountRows } from '../projections/account/rows.ts';
import type { AccountOpening } from './account-opening.ts';

/** What an administrator asked for can't be done; the message is for him. */
export class AccountRefusal extends Error {
  override readonly name = 'AccountRefusal';
}

export interface NewAccount {
  readonly login: string;
  readonly password: string;
  readonly displayName?: string;
  readonly mail?: string;
}

/** An account to be erased; without a login when it was removed before. */
export interface Erasable {
  readonly account: AccountId;
  readonly login?: string;
}

/** The built-in user table's administration; every change is an event. */
export interface Accounts {
  /** @throws AccountRefusal when the login is taken or unacceptable, or the password too long or empty. */
  add(account: NewAccount): Promise<AccountId>;
  /** @throws AccountRefusal for an unknown login. */
  setPassword(login: string, password: string): Promise<void>;
  /**
   * Gives an account another login; everything it has stays. `mail` changes the address too.
   * `vouched`: whether a user source knows the new login; asked for accounts of sources.
   * @throws AccountRefusal
   */
  rename(
    login: string,
    to: string,
    how: { readonly mail?: string; vouched(login: string): Promise<boolean> },
  ): Promise<void>;
  /** Whom a login names, or an account's id, which still does when the account was removed. @throws AccountRefusal */
  erasable(named: string): Promise<Erasable>;
  /** Nothing of the account can be read after this, by anybody. Finishes what was interrupted. */
  erase(account: Erasable): Promise<void>;
  /** The account can no longer log in; its streams stay in the log. @throws AccountRefusal */
  remove(login: string): Promise<void>;
}

export interface AccountsParts {
  readonly opening: AccountOpening;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  readonly rows: AccountRows;
  readonly hasher: PasswordHasher;
  /** Ends whatever sessions there are. */
  signOut(account: AccountId): Promise<void>;
  /** Waits a moment until readers see what was recorded of the account last. */
  shown(account: AccountId): Promise<void>;
  /** Who is at work, for the envelope. */
  provenance(): Provenance;
}

const checkPassword = (password: string): void => {
  if (password === '') throw new AccountRefusal('the password is empty');
  if (password.length > PASSWORD_LIMIT)
    throw new AccountRefusal(`a password has at most ${PASSWORD_LIMIT} characters`);
};

export const accountAdministration = (
  parts: AccountsParts,
): Pick<Accounts, 'add' | 'setPassword' | 'remove'> => {
  const { opening, accounts, rows, hasher, signOut, shown, provenance } = parts;

  const known = async (login: string): Promise<AccountId> => {
    const row = await rows.byLogin(canonicalLogin(login));
    if (row === undefined) throw new AccountRefusal(`there is no account '${login}'`);
    return row.account;
  };

  return {
    async add({ login: typed, password, displayName, mail }) {
      const login = canonicalLogin(typed);
      if (!isAcceptableLogin(login))
        throw new AccountRefusal(
          `'${typed}' is no acceptable login: letters, digits and . - _ @ + only, at most 256`,
        );
      checkPassword(password);
      const command = {
        type: 'OpenAccount',
        login,
        displayName: displayName ?? login,
        mail: mail ?? (login.includes('@') ? login : ''),
        passwordHash: await hasher.hash(password),
      } as const;
      const account = await opening.open(command, provenance());
      if (account === undefined) throw new AccountRefusal(`the login '${login}' is taken`);
      await shown(account);
      return account;
    },
    async setPassword(login, password) {
      checkPassword(password);
      const account = await known(login);
      const outcome = await accounts({
        stream: streams.account(account),
        owner: account,
        command: { type: 'SetPassword', passwordHash: await hasher.hash(password) },
        by: provenance(),
      });
      if ('rejected' in outcome) throw new AccountRefusal(`there is no account '${login}'`);
      await signOut(account);
      await shown(account);
    },
    async remove(login) {
      const account = await known(login);
      const by = provenance();
      const removed = await accounts({
        stream: streams.account(account),
        owner: account,
        command: { type: 'RemoveAccount' },
        by,
      });
      if ('rejected' in removed) throw new AccountRefusal(`there is no account '${login}'`);
      await opening.release(login, account, by);
      await signOut(account);
      await shown(account);
    },
  };
};
