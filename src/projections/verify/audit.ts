import type { HomeEntry } from '../../domain/home/home.ts';
import type { Expected, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountRow } from '../account/rows.ts';
import type { CollectionRow, Filled, Snapshot, Tombstone } from '../collection/rows.ts';
import type { Parked } from '../runtime/writing.ts';

/** What every projection can be asked about its own tables. */
interface Audit {
  /** Every stream it has heard of, in pages, by name. */
  streams(): AsyncIterable<readonly StreamId[]>;
  parked(): Promise<readonly Parked[]>;
}

/** What an account's row was made from, and how far; `row` is absent for removed ones. */
export interface AccountKept {
  readonly applied: Revision;
  readonly row: AccountRow | undefined;
}

/** The tables as `verify` sees them: all that they hold of one stream, as one snapshot saw it. */
export interface Audits {
  readonly collection: Audit & {
    /** Members with their octets, and tombstones, by revision. */
    everything(stream: StreamId): Promise<Snapshot<Filled | Tombstone> | undefined>;
    /** Also where a stream has no row of its own, because its first event was erased. */
    applied(stream: StreamId): Promise<Expected>;
    row(stream: StreamId): Promise<CollectionRow | undefined>;
  };
  readonly home: Audit & {
    kept(
      stream: StreamId,
    ): Promise<{ readonly applied: Revision; readonly entries: readonly HomeEntry[] } | undefined>;
  };
  readonly account: Audit & {
    kept(stream: StreamId): Promise<AccountKept | undefined>;
  };
}
