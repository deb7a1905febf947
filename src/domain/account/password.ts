/** Turns passwords into what may be stored, and back into a yes or no. */
export interface PasswordHasher {
  /** A PHC string. */
  hash(password: string): Promise<string>;
  /** Whether the password made the hash; false, and just as slow, for a hash nobody could have made. */
  verify(hash: string, password: string): Promise<boolean>;
}

/** Longest password accepted, in characters: what is hashed must be bounded. */
export const PASSWORD_LIMIT = 1024;
