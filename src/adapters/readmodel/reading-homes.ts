import type pg from 'pg';
import type { HomeEntry } from '../../domain/home/home.ts';
import type { CollectionProperties } from '../../domain/home/properties.ts';
import type { AccountId, CollectionId, Segment } from '../../domain/kernel/ids.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import { type CollectionKind, splitStream, streams } from '../../domain/kernel/streams.ts';
import { inOrder } from '../../projections/home/projection.ts';
import type { HomeTables } from '../../projections/home/rows.ts';
import { asking } from './faults.ts';

const text = `
select h.applied, e.collection, e.kind, e.segment, e.properties, e.owner
from home.homes h left join home.entries e using (stream)
where h.stream = $1`;

interface Row {
  readonly applied: string;
  readonly collection: CollectionId | null;
  readonly kind: CollectionKind;
  readonly segment: Segment;
  readonly owner: AccountId | null;
  readonly properties: Omit<CollectionProperties, 'dead'> & {
    readonly dead: { readonly [name: string]: string };
  };
}

const entryFrom = ({ collection, kind, segment, properties, owner }: Row): HomeEntry => ({
  collection: collection as CollectionId,
  kind,
  segment,
  properties: { ...properties, dead: new Map(Object.entries(properties.dead)) },
  ...(owner === null ? {} : { owner }),
});

interface HomeReading extends HomeTables {
  kept(
    stream: StreamId,
  ): Promise<{ readonly applied: Revision; readonly entries: readonly HomeEntry[] } | undefined>;
}

/** The home projection's tables, read: each home in one round trip. */
export const readingHomes = (pool: pg.Pool): HomeReading => {
  const kept: HomeReading['kept'] = async (stream) => {
    const { rows } = await asking(pool.query<Row>({ name: 'home', text, values: [stream] }));
    const [first] = rows;
    if (first === undefined) return undefined;
    const entries = rows.filter(({ collection }) => collection !== null).map(entryFrom);
    return { applied: BigInt(first.applied), entries: inOrder(entries) };
  };
  return {
    kept,
    async webCalendars() {
      const { rows } = await asking(
        pool.query<{ stream: StreamId; collection: CollectionId; source: string }>({
          name: 'web calendars',
          text: `select stream, collection, properties ->> 'source' as source
            from home.entries where properties ? 'source'`,
        }),
      );
      return rows.map(({ stream, collection, source }) => ({
        account: splitStream(stream)[1] as AccountId,
        collection,
        source,
      }));
    },
    async home(account) {
      const home = await kept(streams.home(account));
      return { account, applied: home?.applied ?? 'no-stream', entries: home?.entries ?? [] };
    },
  };
};
