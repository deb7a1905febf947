import { createHash, randomUUID } from 'node:crypto';
import { unconditional } from '../../domain/collection/precondition.ts';
import { readCalendarObject } from '../../domain/icalendar/calendar-object.ts';
import type { AccountId, ResourceName } from '../../domain/kernel/ids.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { BIRTHDAYS } from '../../domain/web-calendar/birthdays.ts';
import type { FeedAnswer, FeedCredentials, FetchFeed } from '../../domain/web-calendar/fetching.ts';
import {
  afterFailure,
  afterSuccess,
  type FeedOutcome,
  type FeedSchedule,
  type FeedState,
} from '../../domain/web-calendar/schedule.ts';
import { splitCalendar, withoutStamps } from '../../domain/web-calendar/split.ts';
import { contentOf, etagOf, octetsOf } from '../dav/objects/octets.ts';
import type { Services } from '../services.ts';
import { birthdaysOf } from './birthdays.ts';

export interface RefreshingParts {
  readonly services: Pick<
    Services,
    'calendars' | 'collections' | 'home' | 'blobs' | 'seen' | 'now' | 'limits'
  >;
  readonly schedule: FeedSchedule;
  readonly fetch: FetchFeed;
  credentials(state: FeedState): Promise<FeedCredentials | undefined>;
}

/** A name that follows from what it is for: the same UID has the same one for ever. */
const digest = (text: string): string =>
  createHash('sha256').update(text).digest('base64url').slice(0, 22);

const nameOf = (uid: string): ResourceName => `${digest(uid)}.ics` as ResourceName;

/** Commands under way at a time: those that wait are appended together (`handling`). */
const TOGETHER = 64;

const inGroups = async <Item>(
  items: readonly Item[],
  each: (item: Item) => Promise<unknown>,
): Promise<void> => {
  for (let at = 0; at < items.length; at += TOGETHER)
    await Promise.all(items.slice(at, at + TOGETHER).map(each));
};

/**
 * Looks at one feed, which the caller has claimed, and makes its calendar say what the feed says: what is new or has
 * changed is stored, what is gone is deleted, all else keeps its entity tag, so that clients fetch the difference
 * alone. A feed that cannot be had or read changes nothing. The claim is given back with what came of it.
 *
 * @throws what reading and changing the calendar throws; then the claim runs out by itself.
 */
export const refreshing = ({ services, schedule, fetch, credentials }: RefreshingParts) => {
  const provenance = (): Provenance => {
    const id = randomUUID();
    return {
      actor: 'system',
      via: 'web-calendar feed',
      at: services.now(),
      correlationId: id,
      causationId: id,
    };
  };

  /** @throws what the log and the tables throw */
  const apply = async (
    { account, collection }: FeedState,
    objects: ReadonlyMap<string, string>,
  ): Promise<{ readonly unreadable: number }> => {
    const stream = streams.calendar(collection);
    const by = provenance();
    const held = new Map<ResourceName, string>();
    const snapshot = await services.collections.allFilled(stream);
    for await (const page of snapshot?.members ?? [])
      for (const { name, content } of page)
        held.set(name, Buffer.from(await octetsOf(services.blobs, content)).toString());

    const wanted = [...objects].map(([uid, text]) => ({ name: nameOf(uid), text }));
    const readable = wanted.flatMap(({ name, text }) => {
      const reading = readCalendarObject(text);
      const fits = Buffer.byteLength(text) <= services.limits.resource;
      return 'facts' in reading && fits ? [{ name, text, facts: reading.facts }] : [];
    });
    const changed = readable.filter(({ name, text }) => {
      const before = held.get(name);
      return before === undefined || withoutStamps(before) !== withoutStamps(text);
    });
    const staying = new Set(wanted.map(({ name }) => name));
    const gone = [...held.keys()].filter((name) => !staying.has(name));
    let last: bigint | undefined;
    const run = async (command: Parameters<Services['calendars']>[0]['command'], octets = 0) => {
      const outcome = await services.calendars({ stream, owner: account, command, by, octets });
      if ('accepted' in outcome && outcome.revision !== 'no-stream') last = outcome.revision;
      return 'accepted' in outcome && outcome.accepted.length > 0;
    };
    await inGroups(gone, (name) =>
      run({ type: 'DeleteCalendarObject', name, when: unconditional }),
    );
    await inGroups(changed, async ({ name, text, facts }) => {
      const octets = Buffer.from(text);
      const content = await contentOf(services.blobs, account, octets);
      const etag = etagOf(octets);
      const recorded = await run(
        {
          type: 'StoreCalendarObject',
          name,
          facts: { ...facts, etag },
          content,
          when: unconditional,
        },
        content.kind === 'inline' ? octets.length : 0,
      );
      if (recorded && content.kind === 'blob') await services.blobs.keep([content.ref]);
    });
    if (last !== undefined) await services.seen(stream, last);
    return { unreadable: wanted.length - readable.length };
  };

  const outcomeOf = async (
    state: FeedState,
    url: string,
    answer: FeedAnswer,
  ): Promise<FeedOutcome> => {
    if (answer.kind === 'unchanged') return { url, failures: 0, next: afterSuccess(state.wanted) };
    const failed = (
      trouble: NonNullable<FeedOutcome['trouble']>,
      said: { readonly status?: number; readonly after?: number } = {},
    ): FeedOutcome => {
      const failures = state.failures + 1;
      const { status, after } = said;
      const next = afterFailure(failures, trouble, after);
      return { url, failures, trouble, next, ...(status !== undefined && { status }) };
    };
    if (answer.kind === 'trouble') return failed(answer.trouble, answer);
    const split = splitCalendar(answer.text, digest);
    if ('invalid' in split) return failed('no-calendar');
    const { unreadable } = await apply(state, split.objects);
    const entries = split.objects.size;
    return {
      ...{ url, failures: 0, entries, unreadable },
      validators: answer.validators,
      wanted: split.refresh ?? null,
      next: afterSuccess(split.refresh),
    };
  };

  return async (state: FeedState, signal: AbortSignal): Promise<FeedOutcome | undefined> => {
    const url = await sourceOf(services, state);
    if (url === undefined) {
      await schedule.remove(state.collection);
      return undefined;
    }
    const said = await credentials(state);
    const request = {
      url,
      validators: state.url === url ? state.validators : {},
      ...(said !== undefined && { credentials: said }),
    };
    const answer =
      url === BIRTHDAYS
        ? await birthdaysOf(services, state.account, digest)
        : await fetch(request, signal);
    const outcome = await outcomeOf(state, url, answer);
    await schedule.done(state.collection, outcome);
    return outcome;
  };
};

/** Where a calendar's objects come from, as its owner's home says now. */
const sourceOf = async (
  { home }: Pick<Services, 'home'>,
  { account, collection }: { readonly account: AccountId; readonly collection: string },
): Promise<string | undefined> =>
  (await home(account)).entries.find((entry) => entry.collection === collection)?.properties.source;
