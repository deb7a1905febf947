import type { AppPasswordId, AppPasswordProtocol } from '../../domain/account/app-passwords.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';

/** A password made for one device. */
export interface AppPasswordRow {
  /** What its owner calls the device. */
  readonly name: string;
  readonly protocols: readonly AppPasswordProtocol[];
  readonly digest: string;
  readonly addedAt: Instant;
}

/** By id, in the order of ids. */
export type AppPasswordRows = Readonly<Record<AppPasswordId, AppPasswordRow>>;

/** The field of a row: absent for none. */
export const appPasswordRowsOf = (
  rows: readonly (readonly [AppPasswordId, AppPasswordRow])[],
): Pick<AccountRow, 'appPasswords'> =>
  rows.length === 0
    ? {}
    : { appPasswords: Object.fromEntries(rows.toSorted(([a], [b]) => (a < b ? -1 : 1))) };

/** An account of the built-in user table. */
export interface AccountRow {
  readonly account: AccountId;
  /** Canonical. */
  readonly login: string;
  readonly displayName: string;
  /** '' when none is known. */
  readonly mail: string;
  readonly passwordHash: string;
  readonly openedAt: Instant;
  readonly appPasswords?: AppPasswordRows;
  /** Whether the main password opens the web alone, and that with a code; absent: no. */
  readonly secondFactor?: true;
}

/** The account projection's tables as readers see them; removed accounts are absent. */
export interface AccountRows {
  byLogin(canonicalLogin: string): Promise<AccountRow | undefined>;
  byId(account: AccountId): Promise<AccountRow | undefined>;
  /** By login. */
  all(): AsyncIterable<readonly AccountRow[]>;
}

/** The same, by mail address. */
export interface AccountsByMail {
  /** Everybody who has one of some addresses, which are in small letters; in one round trip. */
  byMails(mails: readonly string[]): Promise<readonly AccountRow[]>;
}
