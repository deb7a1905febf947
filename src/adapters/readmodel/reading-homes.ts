import type pg from 'pg';
import type { HomeEntry } from '../../domain/home/home.ts';
import type { CollectionProperties } from '../../domain/home/properties.ts';
import type { AccountId, CollectionId, Segment } from '../../domain/kernel/ids.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import { type CollectionKind, splitStream, streams } from '../../domain/kernel/streams.ts';
import { inOrder } from '../../projections/home/projection.ts';
import type { HomeRow, HomeTables } from '../../projections/home/rows.ts';
import { asking } from './faults.ts';

const text = `
select h.stream, h.applied, e.collection, e.kind, e.segment, e.properties, e.owner
from home.homes h left join home.entries e using (stream)
where h.stream = any($1::text[])`;

interface Row {
  readonly stream: StreamId;
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

interface Kept {
  readonly applied: Revision;
  readonly entries: readonly HomeEntry[];
}

const keptFrom = (rows: readonly Row[]): Kept => ({
  applied: BigInt(rows[0]?.applied ?? 0),
  entries: inOrder(rows.filter(({ collection }) => collection !== null).map(entryFrom)),
});

interface HomeReading extends HomeTables {
  kept(stream: StreamId): Promise<Kept | undefined>;
}

/** The home projection's tables, read: each home in one round trip. */
export const readingHomes = (pool: pg.Pool): HomeReading => {
  const several = async (wanted: readonly StreamId[]): Promise<ReadonlyMap<StreamId, Kept>> => {
    const { rows } = await asking(pool.query<Row>({ name: 'home', text, values: [wanted] }));
    const found = new Map<StreamId, Row[]>();
    for (const row of rows) {
      const those = found.get(row.stream);
      if (those === undefined) found.set(row.stream, [row]);
      else those.push(row);
    }
    return new Map([...found].map(([stream, those]) => [stream, keptFrom(those)]));
  };
  const kept: HomeReading['kept'] = async (stream) => (await several([stream])).get(stream);
  const rowOf = (account: AccountId, home: Kept | undefined): HomeRow => ({
    account,
    applied: home?.applied ?? 'no-stream',
    entries: home?.entries ?? [],
  });
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
    home: async (account) => rowOf(account, await kept(streams.home(account))),
    async homes(accounts) {
      const found = await several(accounts.map(streams.home));
      return new Map(
        accounts.map((account) => [account, rowOf(account, found.get(streams.home(account)))]),
      );
    },
  };
};
