/** Parts of Daybook that a source's ModulesConstraints can keep people from. */
export type ModuleName = 'Mail' | 'Calendar' | 'ActiveSync';

/** Somebody a user source knows. */
export interface SourceUser {
  /** The source's id. */
  readonly source: string;
  /** Canonical; unlike any other over all sources. The USER of a path. */
  readonly login: string;
  /** '' when the source has none. */
  readonly displayName: string;
  /** '' when the source has none. */
  readonly mail: string;
  /** The domain of the person or of the source, in small letters; absent when it has none. */
  readonly domain?: string;
  /** What ModulesConstraints keep the person from; absent when nothing. */
  readonly barred?: readonly ModuleName[];
}

/**
 * Somebody else's directory of people, which Daybook asks and does not administer. How old an answer
 * may be, and how much older while the directory cannot be reached, its adapter says.
 */
export interface UserSource {
  readonly id: string;
  /**
   * Who it is, when the source knows the login and this is the password; `undefined` for either not, in
   * about the same time. @throws UserSourceUnavailable
   */
  authenticate(typedLogin: string, password: string): Promise<SourceUser | undefined>;
  /** Who goes by this login. @throws UserSourceUnavailable */
  lookup(typedLogin: string): Promise<SourceUser | undefined>;
  close(): Promise<void>;
}

/** A source that is needed to answer does not. Passes by itself. */
export class UserSourceUnavailable extends Error {
  override readonly name = 'UserSourceUnavailable';
  readonly code = 'user-source-unavailable';
  constructor(source: string, options: { readonly cause: unknown }) {
    super(`the user source ${source} does not answer`, options);
  }
}
