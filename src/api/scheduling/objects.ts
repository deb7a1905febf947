import { createHash } from 'node:crypto';
import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import type { HomeEntry } from '../../domain/home/home.ts';
import { PERSONAL } from '../../domain/home/home.ts';
import type { Content } from '../../domain/kernel/content.ts';
import type { EventStore, Recorded, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, ResourceName, ScheduleTag, Uid } from '../../domain/kernel/ids.ts';
import type { BlobStore, Erased, EventCodec } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { type Heard, nothingHeard, withMarks } from '../../domain/scheduling/heard.ts';
import type { Filled, UidRows } from '../../projections/collection/rows.ts';
import { octetsOf } from '../dav/objects/octets.ts';
import type { Services } from '../services.ts';

/** What objects that people take part in are looked up with. */
export interface ObjectsParts {
  readonly uids: UidRows;
  readonly blobs: BlobStore;
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec<CalendarEvent>;
  readonly home: Services['home'];
  readonly homesOf: Services['homesOf'];
}

/** An object as it is in one of somebody's calendars. */
export interface Located {
  readonly stream: StreamId;
  readonly member: Filled;
  readonly text: string;
}

/** Somebody's calendars, and what they have to do with a UID. */
export interface Place {
  /** Where what is new to them goes: absent for somebody who has no calendar. */
  readonly usual: StreamId | undefined;
  readonly calendars: readonly StreamId[];
  readonly at: Located | undefined;
  readonly heard: Heard;
}

/** An event of a calendar with its envelope. */
export interface Opened {
  readonly recorded: Recorded;
  readonly event: CalendarEvent | Erased;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** Somebody's own calendars that others may be invited to: not those that a feed fills. */
const isOwn = ({ kind, owner, properties }: HomeEntry): boolean =>
  kind === 'calendar' && owner === undefined && properties.source === undefined;

const calendarsIn = (entries: readonly HomeEntry[]): readonly StreamId[] =>
  entries.filter(isOwn).map(({ collection }) => streams.calendar(collection));

const usualIn = (entries: readonly HomeEntry[]): StreamId | undefined => {
  const own = entries.filter(isOwn);
  const entry = own.find(({ segment }) => segment === PERSONAL) ?? own[0];
  return entry && streams.calendar(entry.collection);
};

/** Schedule-Tag of a version that somebody made (RFC 6638 §3.2.10): another each time. */
export const newScheduleTag = (text: string, cause: string): ScheduleTag =>
  createHash('sha256').update(`${cause}\n${text}`).digest('base64url').slice(0, 22) as ScheduleTag;

export const schedulingObjects = (parts: ObjectsParts) => {
  const { uids, blobs, store, codec, home, homesOf } = parts;

  const textOf = async (content: Content): Promise<string> =>
    content.kind === 'inline' && content.text !== undefined
      ? content.text
      : utf8.decode(await octetsOf(blobs, content));

  const entriesOf = async (
    accounts: readonly AccountId[],
  ): Promise<ReadonlyMap<AccountId, readonly HomeEntry[]>> => {
    const rows = await homesOf(accounts);
    return new Map(
      await Promise.all(
        accounts.map(async (account): Promise<[AccountId, readonly HomeEntry[]]> => {
          const row = rows.get(account);
          // Who never came has no calendar yet.
          const known =
            row === undefined || row.applied === 'no-stream' ? await home(account) : row;
          return [account, known.entries];
        }),
      ),
    );
  };

  /** What a UID is to some people. */
  const places = async (
    accounts: readonly AccountId[],
    uid: Uid,
  ): Promise<ReadonlyMap<AccountId, Place>> => {
    const entries = await entriesOf(accounts);
    const all = [...entries.values()].flatMap(calendarsIn);
    const found = new Map((await uids.withUid(all, uid)).map((one) => [one.stream, one]));
    return new Map(
      await Promise.all(
        [...entries].map(async ([account, theirs]): Promise<[AccountId, Place]> => {
          const calendars = calendarsIn(theirs);
          const held = calendars.flatMap((stream) => found.get(stream) ?? []);
          const holder = held.find(({ member }) => member !== undefined);
          const at =
            holder?.member === undefined
              ? undefined
              : {
                  stream: holder.stream,
                  member: holder.member,
                  text: await textOf(holder.member.content),
                };
          const heard = held.reduce(
            (all, one) => (one.heard === undefined ? all : together(all, one.heard as Heard)),
            nothingHeard,
          );
          return [account, { usual: usualIn(theirs), calendars, at, heard }];
        }),
      ),
    );
  };

  const versionAt = async (stream: StreamId, revision: Revision): Promise<Opened | undefined> => {
    for await (const batch of store.read(stream, revision)) {
      const [recorded] = batch;
      if (recorded === undefined) return undefined;
      const [event] = await codec.open([recorded]);
      return event === undefined ? undefined : { recorded, event };
    }
    return undefined;
  };

  /** Text of what an event made of an object; `undefined` where it took it away, or cannot be read any more. */
  const textIn = async (event: CalendarEvent | Erased): Promise<string | undefined> =>
    event.type === 'CalendarObjectStored' ? textOf(event.content) : undefined;

  return {
    textOf,
    textIn,
    places,
    versionAt,
    async place(account: AccountId, uid: Uid): Promise<Place> {
      const found = (await places([account], uid)).get(account);
      return found ?? { usual: undefined, calendars: [], at: undefined, heard: nothingHeard };
    },
    textAt: async (stream: StreamId, revision: Revision): Promise<string | undefined> => {
      const version = await versionAt(stream, revision);
      return version && textIn(version.event);
    },
    /** What a name held before a revision; reads the calendar's log up to there. */
    async textBefore(
      stream: StreamId,
      name: ResourceName,
      revision: Revision,
    ): Promise<string | undefined> {
      let content: Content | undefined;
      for await (const batch of store.read(stream, 0n)) {
        const earlier = batch.filter((one) => one.revision < revision);
        for (const event of await codec.open(earlier)) {
          if (event.type === 'CalendarObjectStored' && event.name === name) content = event.content;
          if (event.type === 'CalendarObjectDeleted' && event.name === name) content = undefined;
        }
        if (earlier.length < batch.length) break;
      }
      return content && textOf(content);
    },
  };
};

/** What was heard in several calendars: an object may have hung in one and then in another. */
const together = (one: Heard, other: Heard): Heard => ({
  marks: withMarks(one, other.marks).marks,
  held: [...one.held, ...other.held],
});

export type SchedulingObjects = ReturnType<typeof schedulingObjects>;
