import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomeEntry } from '../../domain/home/home.ts';
import { foldTail, unfolded } from '../../domain/kernel/fold.ts';
import type { EventStore, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { AccountId, CollectionId, Segment } from '../../domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import {
  type WebCalendarCommand,
  type WebCalendarEvent,
  type WebCalendarRejection,
  webCalendar,
} from '../../domain/web-calendar/credentials.ts';
import { BIRTHDAYS } from '../../domain/web-calendar/birthdays.ts';
import {
  type FeedCredentials,
  type FetchFeed,
  feedUrl,
} from '../../domain/web-calendar/fetching.ts';
import {
  type FeedOutcome,
  type FeedSchedule,
  type FeedState,
  LEASE,
} from '../../domain/web-calendar/schedule.ts';
import { usualComponents } from '../../domain/calendar/calendar.ts';
import { removingCalendar } from '../removing-calendar.ts';
import type { WebCalendarPlace } from '../../projections/home/rows.ts';
import type { Services } from '../services.ts';
import { type LookingAfter, lookingAfter } from './looking-after.ts';
import { refreshing } from './refreshing.ts';
import { type WatchingCards, watchingCards } from './watching-cards.ts';

export interface WebCalendarsParts {
  readonly services: Services;
  readonly store: EventStore;
  readonly codec: EventCodec<WebCalendarEvent>;
  readonly handle: Handle<WebCalendarCommand, WebCalendarEvent, WebCalendarRejection>;
  readonly schedule: FeedSchedule;
  readonly fetch: FetchFeed;
  all(): Promise<readonly WebCalendarPlace[]>;
  /** Calls back when a stream changes, until the answer is called. */
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  report(trouble: unknown): void;
}

/** A web calendar of somebody's, and how its feed stands; `state` is absent until it was looked at. */
export interface WebCalendarRow {
  readonly entry: HomeEntry;
  readonly state?: FeedState;
}

/** Calendars that show what a feed elsewhere says (iCalendar over HTTP). They are read only for everybody. */
export interface WebCalendars {
  /**
   * Makes one and answers where it hangs; its feed is looked at soon. `birthdays:` stands for the days in the owner's
   * cards, and has one calendar, which is answered when it is there. `bad-url`: not an HTTP or webcal address;
   * `full`: the home takes no more collections.
   */
  add(
    account: AccountId,
    wanted: { readonly url: string; readonly name?: string },
    by: Provenance,
  ): Promise<{ readonly segment: Segment; readonly name: string } | 'bad-url' | 'full'>;
  /** Looks at the feed now, and answers what came of it; `undefined` when there is no such web calendar. */
  reload(account: AccountId, segment: string): Promise<FeedOutcome | undefined>;
  /** What its feed is to be told, or nothing. `undefined` when there is no such web calendar. */
  setCredentials(
    account: AccountId,
    segment: string,
    credentials: FeedCredentials | undefined,
    by: Provenance,
  ): Promise<'set' | 'too-long' | undefined>;
  /** Whether there was such a web calendar to be taken away. */
  remove(account: AccountId, segment: string, by: Provenance): Promise<boolean>;
  of(account: AccountId): Promise<readonly WebCalendarRow[]>;
  /** Looks after all of them until that is closed. */
  start(): LookingAfter;
}

export const webCalendars = (parts: WebCalendarsParts): WebCalendars => {
  const { services, store, codec, handle, schedule, fetch, all, watch, report } = parts;

  const credentials = async ({ collection }: FeedState): Promise<FeedCredentials | undefined> => {
    const stream = streams.webcalendar(collection);
    return (await foldTail(webCalendar, { store, codec }, stream, unfolded(webCalendar))).state
      .credentials;
  };
  const removeCalendar = removingCalendar(services);
  const refresh = refreshing({ services, schedule, fetch, credentials });
  let watching: WatchingCards | undefined;

  const entryAt = async (account: AccountId, segment: string): Promise<HomeEntry | undefined> =>
    (await services.home(account)).entries.find(
      (entry) =>
        entry.kind === 'calendar' &&
        entry.segment === segment &&
        entry.properties.source !== undefined,
    );

  /** Waits for whoever has it now. */
  const claimed = async (collection: CollectionId): Promise<FeedState | undefined> => {
    const until = performance.now() + LEASE * 1000;
    for (;;) {
      const state = await schedule.claimOne(collection);
      if (state !== undefined || performance.now() > until) return state;
      await sleep(200);
    }
  };

  return {
    async add(account, { url: typed, name: wanted }, by) {
      const isBirthdays = typed.trim().toLowerCase() === BIRTHDAYS;
      const source = isBirthdays ? BIRTHDAYS : feedUrl(typed);
      if (source === undefined || !URL.canParse(source)) return 'bad-url';
      // A home that holds something is never given its personal collections.
      const { entries } = await services.home(account);
      const name = wanted ?? (isBirthdays ? 'Birthdays' : nameFrom(new URL(source)));
      const there = entries.find(
        ({ owner, properties }) => owner === undefined && properties.source === BIRTHDAYS,
      );
      if (isBirthdays && there !== undefined)
        return { segment: there.segment, name: there.properties.displayName ?? name };
      const collection = services.newCollectionId();
      const isTaken = entries.some(
        (entry) => entry.kind === 'calendar' && entry.segment === 'birthdays',
      );
      const segment = (
        isBirthdays && !isTaken ? 'birthdays' : randomUUID().toUpperCase()
      ) as Segment;
      const stream = streams.calendar(collection);
      const at = { owner: account, by };
      const components = usualComponents;
      const made = await services.calendars({
        ...at,
        stream,
        command: { type: 'CreateCalendar', owner: account, components },
      });
      const properties = { displayName: name, source, transparency: 'transparent' } as const;
      const added = await services.homes({
        ...at,
        stream: streams.home(account),
        command: { type: 'AddCollection', collection, kind: 'calendar', segment, properties },
      });
      if ('rejected' in added) {
        await services.calendars({ ...at, stream, command: { type: 'DeleteCalendar' } });
        return 'full';
      }
      if ('accepted' in made && made.revision !== 'no-stream')
        await services.seen(stream, made.revision);
      if (added.revision !== 'no-stream')
        await services.seen(streams.home(account), added.revision);
      await schedule.add([{ account, collection }]);
      if (isBirthdays) await watching?.look(account).catch(report);
      return { segment, name };
    },
    async reload(account, segment) {
      const entry = await entryAt(account, segment);
      if (entry === undefined) return undefined;
      const { collection } = entry;
      await schedule.add([{ account, collection }]);
      const state = await claimed(collection);
      // Whoever asks now wants what is there now, whatever the server said of the last text.
      return state && refresh({ ...state, validators: {} }, AbortSignal.timeout(LEASE * 1000));
    },
    async setCredentials(account, segment, given, by) {
      const entry = await entryAt(account, segment);
      if (entry === undefined) return undefined;
      const outcome = await handle({
        stream: streams.webcalendar(entry.collection),
        owner: account,
        command:
          given === undefined
            ? { type: 'ForgetWebCalendarCredentials' }
            : { type: 'SetWebCalendarCredentials', ...given },
        by,
      });
      return 'rejected' in outcome ? 'too-long' : 'set';
    },
    async remove(account, segment, by) {
      if ((await entryAt(account, segment)) === undefined) return false;
      return (await removeCalendar(account, segment, by)) === 'removed';
    },
    async of(account) {
      const [{ entries }, states] = await Promise.all([
        services.home(account),
        schedule.of(account),
      ]);
      const byCollection = new Map(states.map((state) => [state.collection, state]));
      return entries
        .filter(({ properties }) => properties.source !== undefined)
        .map((entry) => {
          const state = byCollection.get(entry.collection);
          return { entry, ...(state?.checkedAt !== undefined && { state }) };
        });
    },
    start() {
      const watcher = watchingCards({
        home: services.home,
        watch,
        async refresh(account, collection) {
          await schedule.add([{ account, collection }]);
          const state = await schedule.claimOne(collection);
          if (state === undefined) return false;
          await refresh(state, AbortSignal.timeout(LEASE * 1000));
          return true;
        },
        report,
      });
      watching = watcher;
      const looking = lookingAfter({
        schedule,
        async refresh(state, signal) {
          await watcher.look(state.account).catch(report);
          return refresh(state, signal);
        },
        async all() {
          const places = await all();
          for (const { account, source } of places)
            if (source === BIRTHDAYS) await watcher.look(account).catch(report);
          return places;
        },
        report,
      });
      return {
        async close() {
          await watcher.close();
          await looking.close();
        },
      };
    },
  };
};

/** What a calendar is called before anybody said: `holidays (example.org)`. */
const nameFrom = ({ hostname, pathname }: URL): string => {
  const last = pathname.split('/').findLast((part) => part !== '') ?? '';
  const bare = last.replace(/\.(ics|ical|ifb|php|aspx)$/i, '');
  const told = /^[\w .-]{1,60}$/.test(bare) && !/^[0-9a-f-]{20,}$/i.test(bare) ? bare : '';
  return told === '' ? hostname : `${told} (${hostname})`;
};
