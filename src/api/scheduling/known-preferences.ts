import { LRUCache } from 'lru-cache';
import type { EventStore, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { Preferences } from '../../domain/preferences/preferences.ts';

interface KnownPreferencesParts {
  readonly store: Pick<EventStore, 'heads'>;
  /** Those of somebody who never chose anything. */
  readonly none: Preferences;
  preferencesOf(account: AccountId): Promise<Preferences>;
}

const REMEMBERED = 10_000;

/**
 * The preferences of several people, never behind the log: one question tells whose have changed since they were last
 * read. Most people never chose any.
 */
export const knownPreferences = ({ store, none, preferencesOf }: KnownPreferencesParts) => {
  const known = new LRUCache<AccountId, { readonly head: Revision; readonly are: Preferences }>({
    max: REMEMBERED,
  });
  const current = async (account: AccountId, head: Revision): Promise<Preferences> => {
    const before = known.get(account);
    if (before?.head === head) return before.are;
    const are = await preferencesOf(account);
    known.set(account, { head, are });
    return are;
  };
  return async (accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, Preferences>> => {
    const stream = (account: AccountId): StreamId => streams.preferences(account);
    const heads = await store.heads(accounts.map(stream));
    const all = await Promise.all(
      accounts.map(async (account): Promise<[AccountId, Preferences]> => {
        const head = heads.get(stream(account)) ?? 'no-stream';
        return [account, head === 'no-stream' ? none : await current(account, head)];
      }),
    );
    return new Map(all);
  };
};
