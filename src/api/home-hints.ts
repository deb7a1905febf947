import { LRUCache } from 'lru-cache';
import type { Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import { streams } from '../domain/kernel/streams.ts';
import type { HomeRow } from '../projections/home/rows.ts';

/** How many homes are remembered. */
const REMEMBERED = 10_000;

interface Remembered {
  row: HomeRow | undefined;
  /** Newest revision that this node has heard of since it began to listen. */
  heard: Revision | undefined;
  readonly deafen: () => void;
}

export interface HomeHints {
  hint(account: AccountId): Promise<HomeRow>;
  /** Forgets a home that is no more. */
  forget(account: AccountId): void;
}

/**
 * Homes as this node last saw them, dropped as soon as it hears of a change: good for finding a
 * collection without a question, since whether the collection lives is its own stream's say.
 */
export const homeHints = (
  home: (account: AccountId) => Promise<HomeRow>,
  watch: (stream: StreamId, told: (revision: Revision) => void) => () => void,
): HomeHints => {
  const remembered = new LRUCache<AccountId, Remembered>({
    max: REMEMBERED,
    dispose: ({ deafen }) => deafen(),
  });

  /** Listens before the home is read, so that no change falls between. */
  const listening = (account: AccountId): Remembered => {
    const entry: Remembered = {
      row: undefined,
      heard: undefined,
      deafen: watch(streams.home(account), (revision) => {
        entry.heard = revision;
        entry.row = undefined;
      }),
    };
    remembered.set(account, entry);
    return entry;
  };

  return {
    async hint(account) {
      const entry = remembered.get(account) ?? listening(account);
      if (entry.row !== undefined) return entry.row;
      const row = await home(account);
      const { applied } = row;
      if (applied !== 'no-stream' && (entry.heard === undefined || applied >= entry.heard))
        entry.row = row;
      return row;
    },
    forget: (account) => remembered.delete(account),
  };
};
