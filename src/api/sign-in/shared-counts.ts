import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Counted, Counters, Limit } from '../../domain/account/counters.ts';

interface SharedCountsParts {
  readonly counters: Counters;
  /** Told when the database does not answer; counting goes on, on this node alone. */
  report(trouble: unknown): void;
  /** How often nodes tell each other, in ms. */
  readonly every?: number;
}

/** Things counted and blocked on all nodes together; one not much later than another. */
export interface SharedCounts {
  /** Counts once, or so many times, and blocks when that is too often. Costs no round trip. */
  count(key: string, limit: Limit, times?: number): void;
  /** Whole seconds for which something is blocked yet; `undefined`: it isn't. */
  blocked(key: string): number | undefined;
  /** Tells the others what they don't know yet, and stops. */
  close(): Promise<void>;
}

/** Keys counted at a time; those of the longest silence are forgotten first. */
const KEYS = 50_000;
/** What the others need not hear of: the first so many parts of what is allowed. */
const QUIET = 1 / 16;
/** How long after the last question the others are still listened to, in ms. */
const ATTENTIVE = 30_000;

interface Window {
  times: number;
  /** What the others do not know of it. */
  untold: number;
  readonly ends: number;
}

/** Logins and addresses do not belong into tables, not even for minutes. */
const opaque = (key: string): string => hash('sha256', key, 'base64').slice(0, 22);

/**
 * Counts in memory and adds them up in the database about twice a second, so that no good request
 * costs a write: who stays far below his limit is never told of.
 */
export const sharedCounts = (parts: SharedCountsParts): SharedCounts => {
  const { counters, report, every = 500 } = parts;
  const windows = new LRUCache<string, Window>({ max: KEYS });
  const untold = new Map<string, Counted>();
  const blocks = new Map<string, number>();
  let attentiveUntil = 0;
  let timer: NodeJS.Timeout | undefined;
  let exchanging: Promise<void> = Promise.resolve();
  let closed = false;

  const exchange = async (): Promise<void> => {
    const telling = [...untold.values()];
    untold.clear();
    try {
      if (telling.length > 0) await counters.add(telling);
      const now = performance.now();
      const told = await counters.blocked();
      for (const [key, until] of blocks) if (until < now && !told.has(key)) blocks.delete(key);
      for (const [key, left] of told) blocks.set(key, now + left);
    } catch (error) {
      report(error);
    }
  };

  const attend = (): void => {
    if (timer !== undefined || closed) return;
    timer = setTimeout(() => {
      exchanging = exchange().finally(() => {
        timer = undefined;
        if (untold.size > 0 || performance.now() < attentiveUntil) attend();
      });
    }, every).unref();
  };

  const tell = (key: string, window: Window, limit: Limit): void => {
    if (window.times < limit.count * QUIET) return;
    const times = window.untold + (untold.get(key)?.times ?? 0);
    window.untold = 0;
    untold.set(key, { key, times, limit });
    attend();
  };

  return {
    count(plain, limit, more = 1) {
      if (limit.count === 0 || more === 0) return;
      const key = opaque(plain);
      const now = performance.now();
      const before = windows.get(key);
      const window =
        before !== undefined && before.ends > now
          ? before
          : { times: 0, untold: 0, ends: now + limit.interval * 1000 };
      window.times += more;
      window.untold += more;
      windows.set(key, window);
      if (window.times >= limit.count) {
        blocks.set(key, now + limit.block * 1000);
        windows.delete(key);
      }
      tell(key, window, limit);
    },
    blocked(plain) {
      attentiveUntil = performance.now() + ATTENTIVE;
      attend();
      // As a rule nobody is blocked, and names need not be made opaque to find that out.
      if (blocks.size === 0) return undefined;
      const left = (blocks.get(opaque(plain)) ?? 0) - performance.now();
      return left > 0 ? Math.ceil(left / 1000) : undefined;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await exchanging;
      if (untold.size > 0) await exchange();
    },
  };
};
