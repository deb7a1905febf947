import { LRUCache } from 'lru-cache';
import type { StreamId } from '../domain/kernel/event-store.ts';
import type { Folded } from '../domain/kernel/fold.ts';
import type { FoldCache } from '../domain/kernel/handle.ts';
import type { Foundation } from './foundation.ts';
import type { CacheSize } from './metrics/readings.ts';

/** Members of all remembered collections together: about 250 octets each. */
const REMEMBERED_MEMBERS = 200_000;

interface FoldCaches extends Pick<Foundation, 'cache' | 'caches'> {
  /** Empties all of them: what was folded before may not be readable any more. */
  forget(): void;
}

/** Folded streams kept in memory. The largest collection is remembered too, be it alone. */
export const foldCaches = (): FoldCaches => {
  const sizes: (() => CacheSize)[] = [];
  const empty: (() => void)[] = [];
  return {
    cache: <State>(kind: string, weigh: (state: State) => number): FoldCache<State> => {
      const made = new LRUCache<StreamId, Folded<State>>({
        max: 5000,
        maxSize: REMEMBERED_MEMBERS,
        sizeCalculation: ({ state }) => Math.min(1 + weigh(state), REMEMBERED_MEMBERS / 2),
      });
      sizes.push(() => ({ cache: kind, entries: made.size, members: made.calculatedSize }));
      empty.push(() => made.clear());
      return made;
    },
    caches: () => sizes.map((size) => size()),
    forget() {
      for (const one of empty) one();
    },
  };
};
