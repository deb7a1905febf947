import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, BlobRef } from '../../domain/kernel/ids.ts';
import type { AccountRows, AccountsByMail } from '../../projections/account/rows.ts';
import { type AccountDelta, accountProjection } from '../../projections/account/projection.ts';
import {
  type CollectionDelta,
  collectionProjection,
} from '../../projections/collection/projection.ts';
import type { CollectionTables } from '../../projections/collection/rows.ts';
import { type HomeDelta, homeProjection } from '../../projections/home/projection.ts';
import type { HomeTables } from '../../projections/home/rows.ts';
import type { Projection } from '../../projections/projection.ts';
import type { ProjectionStorage } from '../../projections/runtime/writing.ts';
import type { Audits } from '../../projections/verify/audit.ts';
import { asking } from './faults.ts';
import { purgingRows } from './purging.ts';
import { readingAccounts } from './reading-accounts.ts';
import { readingCollections } from './reading-collections.ts';
import { readingTakings } from './reading-takings.ts';
import { readingUids } from './reading-uids.ts';
import { readingHomes } from './reading-homes.ts';
import { creation, type Schema } from './schema.ts';
import { dropOld, shadowOf } from './shadow.ts';
import { tablesIn, type Writing } from './tables.ts';
import { writingAccounts } from './writing-accounts.ts';
import { writingCollections } from './writing-collections.ts';
import { writingHomes } from './writing-homes.ts';

/** The projections' tables in PostgreSQL, from both sides. */
export interface ReadModel {
  readonly collections: CollectionTables;
  readonly homes: HomeTables;
  readonly accounts: AccountRows & AccountsByMail;
  /** What the runtime and `rebuild` write to. */
  readonly writing: {
    readonly collection: ProjectionStorage<CollectionDelta>;
    readonly home: ProjectionStorage<HomeDelta>;
    readonly account: ProjectionStorage<AccountDelta>;
  };
  /** What `verify` reads. */
  readonly audits: Audits;
  /** Removes the rows of an owner whose key is destroyed. Can be repeated. */
  purge(owner: AccountId): Promise<void>;
  /** Which of some blobs the rows refer to. @throws ReadModelUnavailable */
  holding(refs: readonly BlobRef[]): Promise<readonly BlobRef[]>;
  /** Whether the database answers within a second. Never fails. */
  healthy(): Promise<boolean>;
  /** Closes the connections it opened; the pool it was given stays open. */
  close(): Promise<void>;
}

export interface ReadModelParts {
  /** For reads of one round trip; its settings are also those of the connections opened beside it. */
  readonly pool: pg.Pool;
  /** Whether the log is in the same database: then its heads are read along with the rows. */
  readonly logHere?: boolean;
  /** How long one long listing may take, its reader included; 2 minutes. */
  readonly listingMs?: number;
  /** How long a listing that nobody reads on keeps a connection that others wait for; 5 seconds. */
  readonly idleMs?: number;
}

/**
 * Projectors need not wait for the disk: after a crash rows and places go back together, and the log
 * is replayed. Their statements touch few rows by key, whatever the planner last heard of the tables.
 */
const projecting =
  '-c synchronous_commit=off -c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off';

/** A batch of events on a slow disk, or the statistics of a large table, take their time. */
const unhurried = { statement_timeout: 60_000, query_timeout: 65_000 } as const;

const HEALTH_MS = 1_000;

export const readModel = ({
  pool,
  logHere = false,
  listingMs = 120_000,
  idleMs = 5_000,
}: ReadModelParts): ReadModel => {
  const beside = (more: pg.PoolConfig): pg.Pool => {
    const settings = [pool.options.options, more.options].filter((one) => one !== undefined);
    const opened = new pg.Pool({
      ...pool.options,
      ...more,
      ...(settings.length > 0 ? { options: settings.join(' ') } : {}),
    });
    // An idle connection that breaks is replaced by the next question.
    opened.on('error', () => undefined);
    return opened;
  };
  const projector = beside({ ...unhurried, max: 3, idleTimeoutMillis: 0, options: projecting });
  const streaming = { max: 4, idleTimeoutMillis: 5000, connectionTimeoutMillis: 10_000 };
  const lists = beside(streaming);
  const objects = beside(streaming);
  const locks = beside({ ...unhurried, max: 3, idleTimeoutMillis: 1 });

  const storage = <Delta>(
    projection: Projection<Delta>,
    writing: (schema: Schema) => Writing<Delta>,
  ): ProjectionStorage<Delta> => ({
    ...tablesIn(projector, projection.name, writing(projection.name)),
    shadow: (signal) => shadowOf({ projection, writing, pool: projector, locks }, signal),
  });
  const writing = {
    collection: storage(collectionProjection, writingCollections),
    home: storage(homeProjection, writingHomes),
    account: storage(accountProjection, writingAccounts),
  };
  const collections = {
    ...readingCollections(
      pool,
      { pool: lists, limitMs: listingMs, idleMs },
      { pool: objects, limitMs: listingMs, idleMs },
      logHere,
    ),
    taking: readingTakings(pool, logHere),
    ...readingUids(pool),
  };
  const homes = readingHomes(pool);
  const accounts = readingAccounts(pool);

  return {
    collections,
    homes,
    accounts,
    writing,
    audits: {
      collection: {
        streams: () => streamsIn(pool, 'collection.collections'),
        parked: writing.collection.parked,
        everything: collections.everything,
        applied: writing.collection.applied,
        row: async (stream) => (await collections.collections([stream])).get(stream),
      },
      home: {
        streams: () => streamsIn(pool, 'home.homes'),
        parked: writing.home.parked,
        kept: homes.kept,
      },
      account: {
        streams: () => streamsIn(pool, 'account.accounts'),
        parked: writing.account.parked,
        kept: accounts.kept,
      },
    },
    purge: purgingRows(pool),
    async holding(refs) {
      const text = 'select distinct blob from collection.members where blob = any($1::text[])';
      const { rows } = await asking(pool.query<{ blob: BlobRef }>(text, [refs]));
      return rows.map(({ blob }) => blob);
    },
    healthy: () => {
      const late = sleep(HEALTH_MS, false, { ref: false });
      const answered = pool.query('select 1').then(
        () => true,
        () => false,
      );
      return Promise.race([answered, late]);
    },
    async close() {
      await Promise.all([projector, lists, objects, locks].map((one) => one.end()));
    },
  };
};

const STREAMS = 1000;

async function* streamsIn(
  pool: pg.Pool,
  table: 'collection.collections' | 'home.homes' | 'account.accounts',
): AsyncGenerator<readonly StreamId[]> {
  const text = `select stream from ${table} where stream > $1 order by stream limit ${STREAMS}`;
  for (let after = ''; ; ) {
    const { rows } = await asking(pool.query<{ stream: StreamId }>(text, [after]));
    yield rows.map(({ stream }) => stream);
    const last = rows.at(-1);
    if (last === undefined || rows.length < STREAMS) return;
    after = last.stream;
  }
}

/**
 * Makes the tables of projections that have none, and drops what an interrupted exchange left. Tables
 * of another version stay: the runtime rebuilds them beside. Safe to run on several nodes at once.
 */
export const migrateReadModel = async (pool: pg.Pool): Promise<void> => {
  const client = await asking(pool.connect());
  try {
    for (const { name, version } of [collectionProjection, homeProjection, accountProjection]) {
      await asking(
        client.query(`begin; select pg_advisory_xact_lock(hashtext('daybook read model'))`),
      );
      const { rowCount } = await asking(
        client.query('select from pg_namespace where nspname = $1', [name]),
      );
      if (rowCount === 0) await asking(client.query(creation(name, name, version)));
      await asking(client.query('commit'));
      await dropOld(client, name);
    }
    client.release();
  } catch (error) {
    client.release(error instanceof Error ? error : true);
    throw error;
  }
};
