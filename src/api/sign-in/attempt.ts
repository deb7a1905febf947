import type { SignInProtocol } from '../../domain/account/app-passwords.ts';

/** How and from where somebody tries to get in. */
export interface SignInAttempt {
  readonly protocol: SignInProtocol;
  /** As far as it can be known: not that of a proxy. */
  readonly address: string | undefined;
  /** Program and version: `DAVx5/4.4`. */
  readonly client: string;
}

/** Why somebody is not let in whose password was right, or was not looked at. */
export type SignInRefusal =
  /** The main password was right, and opens the web alone: an app password is needed. */
  | { readonly refused: 'second-factor' }
  /** Too many wrong passwords; may be tried again after so many seconds. */
  | { readonly refused: 'blocked'; readonly seconds: number };
