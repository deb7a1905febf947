import { accept, type Decider, reject } from '../kernel/decision.ts';
import type { AccountId } from '../kernel/ids.ts';

export type LoginCommand =
  | { readonly type: 'ClaimLogin'; readonly account: AccountId }
  | { readonly type: 'ReleaseLogin'; readonly account: AccountId };
export type LoginEvent =
  | { readonly type: 'LoginClaimed'; readonly account: AccountId }
  | { readonly type: 'LoginReleased'; readonly account: AccountId };
export type LoginRejection = { readonly kind: 'LoginTaken'; readonly holder: AccountId };

export interface LoginState {
  readonly holder: AccountId | undefined;
}

/**
 * A login name, held by at most one account at a time. Its stream is named by a digest of the name,
 * so that uniqueness is the log's own exact revision, on any number of nodes.
 */
export const login: Decider<LoginCommand, LoginState, LoginEvent, LoginRejection> = {
  initial: () => ({ holder: undefined }),
  decide(command, { holder }) {
    switch (command.type) {
      case 'ClaimLogin':
        if (holder === command.account) return accept();
        return holder === undefined
          ? accept({ type: 'LoginClaimed', account: command.account })
          : reject({ kind: 'LoginTaken', holder });
      case 'ReleaseLogin':
        return holder === command.account
          ? accept({ type: 'LoginReleased', account: command.account })
          : accept();
    }
  },
  evolve: (_, event) => ({ holder: event.type === 'LoginClaimed' ? event.account : undefined }),
};

/** Logins are compared without regard to case or surrounding space, as SOGo's sources do. */
export const canonicalLogin = (login: string): string =>
  login.trim().normalize('NFC').toLowerCase();

/**
 * A login of a directory, which has rules of its own: 1 to 256 printable characters, also spaces, `%` and
 * the like, but no `:` (RFC 7617 §2), no slash of either kind, and none of `. -` and space at the start.
 */
export const isAcceptableSourceLogin = (login: string): boolean =>
  /^[^\p{C}\p{Z}/\\:.-][^\p{C}/\\:]{0,255}$/u.test(login) && login === canonicalLogin(login);

/** Letters, digits and `.-_@+`, 1 to 256 characters, not starting with a dot or hyphen. */
export const isAcceptableLogin = (login: string): boolean =>
  /^[\p{L}\p{N}_@+][\p{L}\p{N}._@+-]{0,255}$/u.test(login);
