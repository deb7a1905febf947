import type { Asking, EntryBook } from '../../domain/account/directory.ts';
import type { EntryWriting } from '../../domain/account/entry-writing.ts';
import type { Segment } from '../../domain/kernel/ids.ts';

/** A directory, or a part of one, as an address book of somebody. */
export interface Book {
  /** Path segment below `Contacts/`: the source's id. */
  readonly segment: Segment;
  readonly displayName: string;
  /** Whether it shows its entries only to those who search (listRequiresDot). */
  readonly listRequiresDot: boolean;
  /** How many it lists all the same, by name (globalAddressBookFirstEntriesCount); below 1: none. */
  readonly firstEntries: number;
  /** Whether it is the person's own (abOU), and not everybody's. */
  readonly isOwn: boolean;
  readonly entries: EntryBook;
  /** Absent where the person may only read. */
  readonly writing?: EntryWriting;
  readonly asking: Asking;
}

/** Most entries of one listing or search; a person finds nobody among more, and no client keeps them. */
export const LISTED = 20_000;
