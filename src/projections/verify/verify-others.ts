import type { AccountId } from '../../domain/kernel/ids.ts';
import { splitStream } from '../../domain/kernel/streams.ts';
import { accountProjection, accountRowFrom } from '../account/projection.ts';
import { homeProjection, overEntries } from '../home/projection.ts';
import type { HomeEntry } from '../../domain/home/home.ts';
import type { Audits } from './audit.ts';
import { differences, rowDifferences } from './finding.ts';
import type { Comparison } from './verify.ts';

const byCollection = (entries: readonly HomeEntry[]): ReadonlyMap<string, object> =>
  new Map(
    entries.map(({ collection, kind, segment, owner, properties }) => [
      collection,
      { kind, segment, owner, ...properties },
    ]),
  );

/** Homes: every entry with its properties. */
export const verifyHomes = (audit: Audits['home']): Comparison => ({
  name: 'home',
  categories: homeProjection.categories,
  streams: audit.streams,
  parked: audit.parked,
  applied: async (stream) => (await audit.kept(stream))?.applied ?? 'no-stream',
  async compare(stream, fold) {
    const kept = await audit.kept(stream);
    const applied = kept?.applied ?? 'no-stream';
    const expected = overEntries([], await fold(homeProjection, applied));
    const found = byCollection(kept?.entries ?? []);
    return { applied, differences: differences('entry', byCollection(expected), found) };
  },
});

/** Accounts of the built-in user table. */
export const verifyAccounts = (audit: Audits['account']): Comparison => ({
  name: 'account',
  categories: accountProjection.categories,
  streams: audit.streams,
  parked: audit.parked,
  applied: async (stream) => (await audit.kept(stream))?.applied ?? 'no-stream',
  async compare(stream, fold) {
    const kept = await audit.kept(stream);
    const applied = kept?.applied ?? 'no-stream';
    const account = splitStream(stream)[1] as AccountId;
    const expected = accountRowFrom(account, await fold(accountProjection, applied));
    return { applied, differences: rowDifferences(expected, kept?.row) };
  },
});
