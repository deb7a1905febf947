import { LRUCache } from 'lru-cache';
import type { EventStore, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { ChosenPreferences, Preferences } from '../../domain/preferences/preferences.ts';
import type { Resident } from '../services.ts';

interface KnownPreferencesParts {
  readonly store: Pick<EventStore, 'heads'>;
  /** Those of somebody who never chose anything. */
  readonly none: ChosenPreferences;
  chosenOf(account: AccountId): Promise<ChosenPreferences>;
  /** What somebody chose, over what is usual where they live. */
  over(person: Resident, chosen: ChosenPreferences): Preferences;
}

const REMEMBERED = 10_000;

/**
 * The preferences of several people, never behind the log: one question tells whose have changed since they were last
 * read. Most people never chose any.
 */
export const knownPreferences = ({ store, none, chosenOf, over }: KnownPreferencesParts) => {
  const known = new LRUCache<
    AccountId,
    { readonly head: Revision; readonly chosen: ChosenPreferences }
  >({ max: REMEMBERED });
  const current = async (account: AccountId, head: Revision): Promise<ChosenPreferences> => {
    const before = known.get(account);
    if (before?.head === head) return before.chosen;
    const chosen = await chosenOf(account);
    known.set(account, { head, chosen });
    return chosen;
  };
  return async (people: readonly Resident[]): Promise<ReadonlyMap<AccountId, Preferences>> => {
    const stream = ({ account }: Resident): StreamId => streams.preferences(account);
    const heads = await store.heads(people.map(stream));
    const all = await Promise.all(
      people.map(async (person): Promise<[AccountId, Preferences]> => {
        const head = heads.get(stream(person)) ?? 'no-stream';
        const chosen = head === 'no-stream' ? none : await current(person.account, head);
        return [person.account, over(person, chosen)];
      }),
    );
    return new Map(all);
  };
};
