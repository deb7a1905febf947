import { streams } from '../../domain/kernel/streams.ts';
import { PATIENCE_MS, type ReadingParts, reaches, tailOf } from '../tail.ts';
import { homeProjection, overEntries } from './projection.ts';
import type { HomeRows } from './rows.ts';

/**
 * `HomeRows` that never show a home older than its head was when the question came, as
 * `consistentCollectionRows` does for collections.
 * @throws what the tables, the store and the codec throw.
 */
export const consistentHome = (parts: ReadingParts & { readonly rows: HomeRows }): HomeRows => {
  const { rows, store, seen } = parts;
  return {
    async home(account) {
      const stream = streams.home(account);
      const [found, heads] = await Promise.all([rows.home(account), store.heads([stream])]);
      const head = heads.get(stream) ?? 'no-stream';
      if (head === 'no-stream' || reaches(found.applied, head)) return found;
      await seen(stream, head, PATIENCE_MS);
      const row = await rows.home(account);
      if (reaches(row.applied, head)) return row;
      const { delta, applied } = await tailOf(homeProjection, parts, stream, row.applied);
      return { account, applied, entries: overEntries(row.entries, delta) };
    },
  };
};
