import type pg from 'pg';
import { asking } from './faults.ts';

/** Longer listings: on connections of their own, and not for ever. */
export interface Streaming {
  readonly pool: pg.Pool;
  /** How long one listing may take, its reader included. */
  readonly limitMs: number;
  /** How long a listing whose reader takes nothing keeps its connection while others wait for one. */
  readonly idleMs: number;
}

/** A read-only snapshot on a connection of its own. */
interface HeldSnapshot {
  /**
   * Asks on the snapshot. When the connection had to be let go meanwhile, this is a new snapshot, and
   * whoever asks has to see whether it is like the old one. Any error ends it all.
   * @throws ListingTooSlow once the time is over.
   */
  ask<Answer>(question: (on: pg.PoolClient) => Promise<Answer>): Promise<Answer>;
  /** Whether more than one snapshot was needed. */
  renewed(): boolean;
  /** Gives the connection back. Nothing can be asked any more. */
  end(): Promise<void>;
}

/** The longest between two looks at whether others wait. */
const LOOK_MS = 1_000;

export const heldSnapshot = ({ pool, limitMs, idleMs }: Streaming): HeldSnapshot => {
  let held: pg.PoolClient | undefined;
  let snapshots = 0;
  let ended = false;
  let questions = 0;
  let idleSince = performance.now();

  /** Gives the connection back; a broken or overdue one is closed, which ends its transaction too. */
  const release = async (fault?: Error): Promise<void> => {
    const client = held;
    held = undefined;
    if (client === undefined) return;
    let broken: Error | true | undefined = fault;
    if (fault === undefined)
      try {
        await client.query('commit');
      } catch (error) {
        broken = error instanceof Error ? error : true;
      }
    client.off('error', noted);
    client.release(broken);
  };
  const end = async (fault?: Error): Promise<void> => {
    ended = true;
    clearTimeout(limit);
    clearInterval(looking);
    await release(fault);
  };
  const take = async (): Promise<pg.PoolClient> => {
    if (held !== undefined) return held;
    const client = await asking(pool.connect());
    // Between two pages nobody asks, and whoever asks next is told: no reason to end the process.
    client.on('error', noted);
    held = client;
    if (ended) throw new ListingTooSlow();
    snapshots += 1;
    await asking(client.query('begin transaction isolation level repeatable read read only'));
    if (ended) throw new ListingTooSlow();
    return client;
  };

  const limit = setTimeout(() => void end(new ListingTooSlow()), limitMs);
  limit.unref();
  const looking = setInterval(
    () => {
      const isIdle = questions === 0 && performance.now() - idleSince >= idleMs;
      if (isIdle && pool.waitingCount > 0) void release();
    },
    Math.min(idleMs, LOOK_MS),
  );
  looking.unref();

  return {
    async ask(question) {
      if (ended) throw new ListingTooSlow();
      questions += 1;
      try {
        return await question(await take());
      } catch (error) {
        await end(error instanceof Error ? error : new Error('listing failed'));
        throw error;
      } finally {
        questions -= 1;
        idleSince = performance.now();
      }
    },
    renewed: () => snapshots > 1,
    end: () => end(),
  };
};

const noted = (): void => undefined;

/** The reader of a long listing took more time than it has. */
export class ListingTooSlow extends Error {
  override readonly name = 'ListingTooSlow';
  readonly code = 'listing-too-slow';
  constructor() {
    super('a listing was not read in time');
  }
}
