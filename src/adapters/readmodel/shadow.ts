import type pg from 'pg';
import type { Projection, ProjectionName } from '../../projections/projection.ts';
import type { Shadow } from '../../projections/runtime/writing.ts';
import { asking } from './faults.ts';
import { creation, type Schema } from './schema.ts';
import { tablesIn, type Writing } from './tables.ts';

/** Waits for a lock that lasts as long as the connection. */
const lock = `select pg_advisory_lock(hashtext('daybook rebuild'), hashtext($1))`;

interface ShadowParts<Delta> {
  readonly projection: Projection<Delta>;
  readonly writing: (schema: Schema) => Writing<Delta>;
  /** Where the new tables are written. */
  readonly pool: pg.Pool;
  /** Gives the connection that holds the lock. */
  readonly locks: pg.Pool;
}

/**
 * New tables in `NAME_next`, and one rebuild of a projection at a time: its connection holds a lock
 * for as long as it works.
 */
export const shadowOf = async <Delta>(
  { projection, writing, pool, locks }: ShadowParts<Delta>,
  signal?: AbortSignal,
): Promise<Shadow<Delta>> => {
  const { name, version } = projection;
  const next: Schema = `${name}_next`;
  const client = await asking(locks.connect());
  let released = false;
  /** Closes the connection: that gives the lock back, and ends the waiting for it. */
  const release = (): void => {
    if (released) return;
    released = true;
    signal?.removeEventListener('abort', release);
    client.release(true);
  };
  signal?.addEventListener('abort', release);
  client.on('error', release);
  try {
    signal?.throwIfAborted();
    await asking(client.query(lock, [name]));
    const made = creation(name, next, version);
    await asking(client.query(`begin; drop schema if exists ${next} cascade; ${made}; commit`));
  } catch (error) {
    release();
    throw error;
  }
  return {
    tables: tablesIn(pool, next, writing(next)),
    async flip() {
      // The planner has never seen these tables.
      for (const table of analyzed[name]) await asking(client.query(`analyze ${next}.${table}`));
      await asking(client.query(flipping(name)));
      await dropOld(client, name);
    },
    async close() {
      if (!released)
        await client.query(`drop schema if exists ${next} cascade`).catch(() => undefined);
      release();
    },
  };
};

/**
 * The first statement waits for batches under way and takes their leases from all projectors; the
 * second starts the new leases above the old, so that no epoch is ever held twice.
 */
const flipping = (name: ProjectionName): string => `
begin;
drop schema if exists ${name}_old cascade;
update ${name}.checkpoints set epoch = epoch + 1, holder = null;
update ${name}_next.checkpoints n set epoch = l.epoch + 1, holder = null, held_until = null
  from ${name}.checkpoints l where l.partition = n.partition;
delete from ${name}_next.nodes;
alter schema ${name} rename to ${name}_old;
alter schema ${name}_next rename to ${name};
commit`;

const analyzed: Record<ProjectionName, readonly string[]> = {
  collection: ['collections', 'members', 'heard'],
  home: ['homes', 'entries'],
  account: ['accounts'],
};

const TRIES = 20;

/**
 * Drops tables that nobody asks for any more. Those who still read a long listing from them are not
 * waited for: what cannot be dropped now is dropped at the next start.
 */
export const dropOld = async (client: pg.ClientBase, name: ProjectionName): Promise<void> => {
  for (let tries = 1; tries <= TRIES; tries += 1) {
    try {
      await client.query(
        `begin; set local lock_timeout = '100ms'; drop schema if exists ${name}_old cascade; commit`,
      );
      return;
    } catch {
      await client.query('rollback').catch(() => undefined);
    }
  }
};
