import { setTimeout as sleep } from 'node:timers/promises';
import type { CalendarEvent, CalendarFacts } from '../../domain/calendar/calendar.ts';
import type { EventStore, Recorded, StreamId } from '../../domain/kernel/event-store.ts';
import type { Content } from '../../domain/kernel/content.ts';
import type { Instant, ResourceName, Uid } from '../../domain/kernel/ids.ts';
import type { Erased, EventCodec } from '../../domain/kernel/ports.ts';
import { splitStream } from '../../domain/kernel/streams.ts';
import { roleIn } from '../../domain/scheduling/roles.ts';
import type { CollectionRows } from '../../projections/collection/rows.ts';
import type { Log } from '../log.ts';
import type { Reaction } from '../mail/reacting.ts';
import { nameOf, pause } from '../../projections/runtime/faults.ts';
import type { Principal, Services } from '../services.ts';
import type { Cause } from './delivering.ts';
import type { Opened, SchedulingObjects } from './objects.ts';
import type { Recent, SchedulingPeople } from './service.ts';
import { type ObjectChange, type SchedulingProcess, versionOf } from './process.ts';

interface WatchingParts {
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec<CalendarEvent>;
  readonly collections: CollectionRows;
  readonly objects: SchedulingObjects;
  readonly people: SchedulingPeople;
  readonly process: SchedulingProcess;
  readonly personWith: Services['sharing']['personWith'];
  readonly log: Log;
  /** Before an event is looked at again by who did not record it, in ms. */
  readonly age?: number;
}

/** How long a request waits for people here to be served, in ms. */
const PATIENCE = 2000;
/** How long the end of a server waits for what is under way, in ms. */
const GRACE = 5000;
/** Usually a request that changed something has served them by then, in ms. */
const AGE = 3000;

const types: ReadonlySet<string> = new Set([
  'CalendarObjectStored',
  'CalendarObjectDeleted',
  'CalendarDeleted',
]);

/** Sees to what changes of objects mean for others: at once where they are made, and later where that came to nothing. */
export const schedulingWatch = (parts: WatchingParts) => {
  const { store, codec, collections, objects, people, process, personWith, log } = parts;
  const underWay = new Set<Promise<void>>();

  const causeOf = ({ id, correlationId, occurredAt }: Recorded): Cause => ({
    event: id,
    correlationId,
    at: occurredAt as Instant,
  });

  const tell = async (change: ObjectChange): Promise<void> => {
    const { owner, uid, cause, before, after, version } = change;
    const addresses = await people.addressesOf(owner);
    const roles = [before, after].map((text) =>
      text === undefined ? 'neither' : roleIn(text, addresses),
    );
    if (roles.includes('organizer')) {
      await process.tellAttendees(
        ...([owner, uid, cause, before] as const),
        after === undefined ? version : undefined,
      );
    } else if (roles.includes('attendee')) await process.tellOrganizer(change);
  };

  /** Every object that others took part in goes with its calendar. */
  const tellOfAll = async (stream: StreamId, owner: Principal, recorded: Recorded) => {
    const held = new Map<ResourceName, { uid: Uid; content: Content }>();
    for await (const batch of store.read(stream, 0n))
      for (const event of await codec.open(batch)) {
        if (event.type === 'CalendarObjectDeleted') held.delete(event.name);
        if (event.type === 'CalendarObjectStored') {
          held.delete(event.name);
          if (event.facts.scheduleTag !== undefined)
            held.set(event.name, { uid: event.facts.uid, content: event.content });
        }
      }
    for (const [name, { uid, content }] of held)
      await tell({
        ...{ owner, uid, before: await objects.textOf(content), after: undefined, silent: false },
        version: versionOf(stream, { name, revision: recorded.revision }),
        cause: causeOf(recorded),
      });
  };

  /** What an event of a calendar says of an object that others take part in. */
  const objectIn = (
    event: CalendarEvent | Erased,
  ): { readonly name: ResourceName; readonly uid: Uid; readonly silent: boolean } | undefined => {
    if (event.type === 'CalendarObjectStored' && isScheduled(event.facts))
      return { name: event.name, uid: event.facts.uid, silent: false };
    if (event.type === 'CalendarObjectDeleted' && event.scheduled !== undefined) {
      const { uid, silent = false } = event.scheduled;
      return { name: event.name, uid, silent };
    }
    return undefined;
  };

  const see = async (
    { recorded, event }: Opened,
    owner: Principal,
    known: Recent['before'],
  ): Promise<void> => {
    const { stream, revision } = recorded;
    if (event.type === 'CalendarDeleted') return tellOfAll(stream, owner, recorded);
    const found = objectIn(event);
    if (found === undefined) return undefined;
    const { name, uid, silent } = found;
    const wasThere = event.type === 'CalendarObjectDeleted' || 'replaced' in event;
    const before =
      known === undefined
        ? wasThere
          ? await objects.textBefore(stream, name, revision)
          : undefined
        : known.text;
    const after = await objects.textIn(event);
    return tell({
      ...{ owner, uid, before, after, silent },
      version: versionOf(stream, { name, revision }),
      cause: causeOf(recorded),
    });
  };

  const seeAgain = async (recorded: Recorded, held: AbortSignal): Promise<void> => {
    const [event] = await codec.open([recorded]);
    if (event === undefined) return;
    if (event.type !== 'CalendarDeleted' && objectIn(event) === undefined) return;
    const young = Date.parse(recorded.occurredAt) + (parts.age ?? AGE) - Date.now();
    if (young > 0) await pause(Math.min(young, AGE), held);
    if (held.aborted) return;
    const row = (await collections.collections([recorded.stream])).get(recorded.stream);
    const owner = row && (await personWith(row.owner));
    if (owner !== undefined) await see({ recorded, event }, owner, undefined);
  };

  /** Makes it again what a request left undone, on one node at a time. */
  const reaction: Reaction = {
    name: 'scheduling',
    wanted: () => true,
    // What scheduling does by itself it follows by itself.
    handles: ({ stream, type, actor }) =>
      types.has(type) && actor !== 'system' && splitStream(stream)[0] === 'calendar',
    react: seeAgain,
  };

  return {
    reaction,
    /** Tells those whom a change that was just recorded concerns; waits two seconds for people here at most. */
    async changed({ stream, revision, owner, before }: Recent): Promise<void> {
      const work = (async () => {
        const version = await objects.versionAt(stream, revision);
        if (version !== undefined) await see(version, owner, before);
      })().catch((error: unknown) => log('scheduling-later', { stream, cause: nameOf(error) }));
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
      const patience = new AbortController();
      await Promise.race([
        work,
        sleep(PATIENCE, undefined, { signal: patience.signal }).catch(() => undefined),
      ]);
      patience.abort();
    },
    /** Waits a moment for what is under way; what it then leaves undone is done later. */
    async close(): Promise<void> {
      const grace = new AbortController();
      await Promise.race([
        Promise.all(underWay),
        sleep(GRACE, undefined, { signal: grace.signal }).catch(() => undefined),
      ]);
      grace.abort();
    },
  };
};

/** What was moved is what it was. */
const isScheduled = ({ scheduleTag, movedFrom }: CalendarFacts): boolean =>
  scheduleTag !== undefined && movedFrom === undefined;
