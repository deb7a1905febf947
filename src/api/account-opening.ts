import type { AccountCommand, AccountEvent, AccountRejection } from '../domain/account/account.ts';
import {
  canonicalLogin,
  type LoginCommand,
  type LoginEvent,
  type LoginRejection,
} from '../domain/account/login.ts';
import type { StreamId } from '../domain/kernel/event-store.ts';
import type { Handle, Outcome } from '../domain/kernel/handle.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { Provenance } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';
import { derivedId } from './derived-id.ts';

type Opening = Extract<AccountCommand, { type: 'OpenAccount' | 'OpenSourceAccount' }>;

export interface OpeningParts {
  readonly logins: Handle<LoginCommand, LoginEvent, LoginRejection>;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  newAccountId(): AccountId;
}

/** The two streams of an account and its login, brought together; a crash in between is made good. */
export interface AccountOpening {
  /** The account that has the login after this; `undefined` when it is another's. */
  open(command: Opening, by: Provenance): Promise<AccountId | undefined>;
  /** The account that holds the login after this: the given one, unless it is another's. */
  claim(login: string, account: AccountId, by: Provenance): Promise<AccountId>;
  /** Accepted without events where the account does not hold the login. */
  release(
    login: string,
    account: AccountId,
    by: Provenance,
  ): Promise<Outcome<LoginEvent, LoginRejection>>;
}

/** Names a login's stream without naming the login. */
const loginStream = (login: string): StreamId =>
  streams.login(derivedId('login', canonicalLogin(login)));

export const accountOpening = ({
  logins,
  accounts,
  newAccountId,
}: OpeningParts): AccountOpening => {
  const release: AccountOpening['release'] = (login, account, by) =>
    logins({
      stream: loginStream(login),
      owner: account,
      command: { type: 'ReleaseLogin', account },
      by,
    });

  const claim: AccountOpening['claim'] = async (login, account, by) => {
    const claimed = await logins({
      stream: loginStream(login),
      owner: account,
      command: { type: 'ClaimLogin', account },
      by,
    });
    return 'rejected' in claimed ? claimed.rejected.holder : account;
  };

  const open = async (
    command: Opening,
    by: Provenance,
    again = true,
  ): Promise<AccountId | undefined> => {
    // A new account, or the one a crash left half made.
    const account = await claim(command.login, newAccountId(), by);
    const opened = await accounts({
      stream: streams.account(account),
      owner: account,
      command,
      by,
    });
    if ('accepted' in opened) return account;
    // The holder was removed, but a crash kept its login from being released.
    if (opened.rejected.kind === 'AccountWasRemoved' && again) {
      await release(command.login, account, by);
      return open(command, by, false);
    }
    return undefined;
  };

  return { open: (command, by) => open(command, by), claim, release };
};
