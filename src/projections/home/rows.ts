import type { HomeEntry } from '../../domain/home/home.ts';
import type { Expected } from '../../domain/kernel/event-store.ts';
import type { AccountId, CollectionId } from '../../domain/kernel/ids.ts';

/** An account's home as its rows have it. */
export interface HomeRow {
  readonly account: AccountId;
  /** Revision of the home stream these entries include; `no-stream` before first use. */
  readonly applied: Expected;
  /** By kind, then order property, then segment. */
  readonly entries: readonly HomeEntry[];
}

/** The home projection's tables as readers see them. */
export interface HomeRows {
  home(account: AccountId): Promise<HomeRow>;
  /** Those of several, in as many round trips as one takes. */
  homes(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, HomeRow>>;
}

/** A calendar that shows what a feed says (`CollectionProperties.source`). */
export interface WebCalendarPlace {
  readonly account: AccountId;
  readonly collection: CollectionId;
  readonly source: string;
}

/** The tables themselves, beneath whatever makes their answers current. */
export interface HomeTables extends HomeRows {
  /** All web calendars of all accounts, in one round trip. */
  webCalendars(): Promise<readonly WebCalendarPlace[]>;
}
