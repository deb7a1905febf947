import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { PATIENCE_MS, type ReadingParts, reaches, tailOf } from '../tail.ts';
import { homeProjection, overEntries } from './projection.ts';
import type { HomeRow, HomeRows } from './rows.ts';

/**
 * `HomeRows` that never show a home older than its head was when the question came, as
 * `consistentCollectionRows` does for collections.
 * @throws what the tables, the store and the codec throw.
 */
export const consistentHome = (parts: ReadingParts & { readonly rows: HomeRows }): HomeRows => {
  const { rows, store, seen } = parts;
  const home: HomeRows['home'] = async (account) => {
    const stream = streams.home(account);
    const [found, heads] = await Promise.all([rows.home(account), store.heads([stream])]);
    const head = heads.get(stream) ?? 'no-stream';
    if (head === 'no-stream' || reaches(found.applied, head)) return found;
    await seen(stream, head, PATIENCE_MS);
    const row = await rows.home(account);
    if (reaches(row.applied, head)) return row;
    const { delta, applied } = await tailOf(homeProjection, parts, stream, row.applied);
    return { account, applied, entries: overEntries(row.entries, delta) };
  };
  return {
    home,
    async homes(accounts) {
      const [found, heads] = await Promise.all([
        rows.homes(accounts),
        store.heads(accounts.map(streams.home)),
      ]);
      const homes = await Promise.all(
        accounts.map(async (account): Promise<[AccountId, HomeRow]> => {
          const row = found.get(account);
          const head = heads.get(streams.home(account)) ?? 'no-stream';
          const isCurrent = row !== undefined && reaches(row.applied, head);
          return [account, isCurrent ? row : await home(account)];
        }),
      );
      return new Map(homes);
    },
  };
};
