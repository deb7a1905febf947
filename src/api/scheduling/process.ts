import type { EventStore, StreamId } from '../../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../../domain/kernel/fold.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { CollectionId, Uid } from '../../domain/kernel/ids.ts';
import type { EventCodec, Provenance } from '../../domain/kernel/ports.ts';
import { splitStream, streams } from '../../domain/kernel/streams.ts';
import type { CalendarUserAddress } from '../../domain/scheduling/addresses.ts';
import { answer } from '../../domain/scheduling/answering.ts';
import { withAnswers } from '../../domain/scheduling/own-answers.ts';
import { organize } from '../../domain/scheduling/organizing.ts';
import {
  type Delivery,
  isSeenTo,
  type ObjectVersion,
  type ProcessCommand,
  type ProcessEvent,
  type ProcessRejection,
  type ProcessState,
  schedulingProcess,
} from '../../domain/scheduling/process.ts';
import { withScheduleStatus } from '../../domain/scheduling/roles.ts';
import { contentOf, etagOf } from '../dav/objects/octets.ts';
import { derivedId } from '../derived-id.ts';
import type { Principal, Services } from '../services.ts';
import type { Cause } from './delivering.ts';
import { turns } from './in-turn.ts';
import type { Located, SchedulingObjects } from './objects.ts';
import type { SchedulingPeople } from './service.ts';
import type { OwnAnswers, sendingMessages } from './sending.ts';

interface ProcessParts {
  readonly store: EventStore;
  readonly codec: EventCodec<ProcessEvent>;
  readonly handle: Handle<ProcessCommand, ProcessEvent, ProcessRejection>;
  readonly calendars: Services['calendars'];
  readonly blobs: Services['blobs'];
  readonly objects: SchedulingObjects;
  readonly people: SchedulingPeople;
  readonly send: ReturnType<typeof sendingMessages>;
  by(cause: Cause): Provenance;
  step?(name: string): Promise<void>;
}

/** A change of an object in somebody's calendar that others may have to be told of. */
export interface ObjectChange {
  readonly owner: Principal;
  readonly uid: Uid;
  readonly version: ObjectVersion;
  readonly before: string | undefined;
  /** `undefined`: it was deleted. */
  readonly after: string | undefined;
  readonly silent: boolean;
  readonly cause: Cause;
}

/** The stream of what an object of an account means for others. */
const processStream = ({ account }: Pick<Principal, 'account'>, uid: Uid): StreamId =>
  streams.scheduling(derivedId('scheduling process', `${account}\n${uid}`));

/** The answers, and the telling of them. */
const ROUNDS = 3;

const withOwnAnswers = (text: string, all: readonly OwnAnswers[]): string =>
  all.reduce((now, { addresses, answers }) => withAnswers(now, addresses, answers), text);

export const versionOf = (
  stream: StreamId,
  { name, revision }: Pick<Located['member'], 'name' | 'revision'>,
): ObjectVersion => ({
  collection: splitStream(stream)[1] as CollectionId,
  name,
  revision: String(revision),
});

/**
 * Tells others what an object has become. Each object's changes are told one after the other on this node; another
 * node that tells the same does no harm, because whoever is told listens to nothing that he has heard.
 */
export const schedulingProcessOver = (parts: ProcessParts) => {
  const { store, codec, handle, calendars, blobs, objects, people, send, by, step } = parts;
  const inTurn = turns();

  const stateOf = async (stream: StreamId): Promise<ProcessState> =>
    (await foldTail(schedulingProcess, { store, codec }, stream, unfolded(schedulingProcess)))
      .state;

  const recorded = async (
    owner: Principal,
    uid: Uid,
    change: Omit<Extract<ProcessCommand, { type: 'RecordScheduledChange' }>, 'type' | 'cause'>,
    cause: Cause,
  ): Promise<void> => {
    await step?.('record');
    await handle({
      stream: processStream(owner, uid),
      owner: owner.account,
      command: { type: 'RecordScheduledChange', cause: cause.event, ...change },
      by: by(cause),
    });
  };

  /** Notes in somebody's object how it went; the version that then stands there. */
  const noted = async (
    { account }: Principal,
    uid: Uid,
    { stream, member, text }: Located,
    deliveries: readonly Delivery[],
    cause: Cause,
    ownAnswers: readonly OwnAnswers[] = [],
  ): Promise<ObjectVersion> => {
    const version = versionOf(stream, member);
    const status = new Map(
      deliveries.map((one) => [one.recipient as CalendarUserAddress, one.status]),
    );
    const after = withOwnAnswers(withScheduleStatus(text, status), ownAnswers);
    if (after === text || member.component === 'VCARD' || member.component === 'VLIST')
      return version;
    await step?.('note');
    const { component, classes, scheduleTag, name } = member;
    const octets = Buffer.from(after);
    const content = await contentOf(blobs, account, octets);
    const outcome = await calendars({
      ...{ stream, owner: account, by: by(cause) },
      command: {
        ...{ type: 'StoreCalendarObject', name, content },
        facts: {
          ...{ uid, component, etag: etagOf(octets) },
          ...(classes && { classes }),
          ...(scheduleTag && { scheduleTag }),
        },
        when: { ifMatch: [member.etag] },
      },
    });
    const done = 'accepted' in outcome && outcome.revision !== 'no-stream';
    if (content.kind === 'blob')
      await (done ? blobs.keep([content.ref]) : blobs.remove(content.ref)).catch(() => undefined);
    // Somebody has changed it since: his change is told of later, with what is noted then.
    return done ? versionOf(stream, { name, revision: outcome.revision }) : version;
  };

  /**
   * What an organizer's object has become since the attendees were told last. `first` stands for that where nobody
   * was told ever; `gone` is the version that is told of when there is no object any more.
   */
  const tellAttendees = (
    owner: Principal,
    uid: Uid,
    cause: Cause,
    first: string | undefined,
    gone?: ObjectVersion,
  ): Promise<void> =>
    inTurn(processStream(owner, uid), async () => {
      // What is answered at once is told to the others, who answer nothing to that.
      for (let round = 1; round <= ROUNDS; round += 1)
        if (!(await tellOnce(owner, uid, cause, first, gone))) break;
    });

  /** Whether the object is another one then, because somebody answered at once. */
  const tellOnce = async (
    owner: Principal,
    uid: Uid,
    cause: Cause,
    first: string | undefined,
    gone: ObjectVersion | undefined,
  ): Promise<boolean> => {
    const [state, place] = await Promise.all([
      stateOf(processStream(owner, uid)),
      objects.place(owner.account, uid),
    ]);
    const version = place.at === undefined ? gone : versionOf(place.at.stream, place.at.member);
    if (version === undefined || isSeenTo(state, version)) return false;
    const { told, said } = state;
    const before =
      told === undefined
        ? first
        : await objects.textAt(streams.calendar(told.collection), BigInt(told.revision));
    const organizer = await people.addressesOf(owner);
    const organized = organize({
      ...{ before, after: place.at?.text, organizer, now: cause.at, last: said },
      keepAnswers: false,
    });
    if (organized.kind === 'not-allowed') {
      await recorded(owner, uid, { version, deliveries: [] }, cause);
      return false;
    }
    const { messages, last } = organized;
    const object = place.at?.text ?? before;
    const { deliveries, ownAnswers } = await send({
      ...{ messages, sender: owner, senderAddresses: organizer, object, before, cause },
      name: version.name,
    });
    const standing =
      place.at === undefined
        ? version
        : await noted(owner, uid, place.at, deliveries, cause, ownAnswers);
    const text = place.at?.text;
    const isAnswered = text !== undefined && withOwnAnswers(text, ownAnswers) !== text;
    const saying = last === undefined ? {} : { said: last };
    const seen = isAnswered ? version : standing;
    await recorded(owner, uid, { version: seen, deliveries, ...saying }, cause);
    return isAnswered;
  };

  /** What an attendee's change tells the organizer, and the organizer's object then the others. */
  const tellOrganizer = (change: ObjectChange): Promise<void> => {
    const { owner, uid, version, before, after, silent, cause } = change;
    return inTurn(processStream(owner, uid), async () => {
      const state = await stateOf(processStream(owner, uid));
      if (isSeenTo(state, version)) return undefined;
      const { at } = await objects.place(owner.account, uid);
      // It hangs in another of his calendars now.
      if (after === undefined && at !== undefined) return undefined;
      const attendee = await people.addressesOf(owner);
      const answered = answer({
        ...{ before, after, attendee, now: cause.at, lenient: true },
        ...(silent ? { silent } : {}),
        last: state.said?.dtstamp,
      });
      const [messages, last] =
        answered.kind === 'answered' ? [answered.messages, answered.last] : [[], undefined];
      const sent = await send({
        ...{ messages, sender: owner, senderAddresses: attendee, cause },
        ...{ object: after ?? before, name: version.name },
      });
      for (const { organizer, before: theirs } of sent.answered)
        await tellAttendees(organizer, uid, cause, theirs);
      const isCurrent = at !== undefined && String(at.member.revision) === version.revision;
      const standing = isCurrent ? await noted(owner, uid, at, sent.deliveries, cause) : version;
      const saying = last === undefined ? {} : { said: { sequence: 0, dtstamp: last } };
      return recorded(
        owner,
        uid,
        { version: standing, deliveries: sent.deliveries, ...saying },
        cause,
      );
    });
  };

  /** What became of a mail, noted where it was written for; whether that was known. */
  const settle = (
    owner: Principal,
    uid: Uid,
    mail: string,
    status: string,
    cause: Cause,
  ): Promise<boolean> =>
    inTurn(processStream(owner, uid), async () => {
      const stream = processStream(owner, uid);
      const command = { type: 'SettleDelivery', mail, status } as const;
      const outcome = await handle({ stream, owner: owner.account, command, by: by(cause) });
      if (!('accepted' in outcome)) return false;
      const { deliveries } = await stateOf(stream);
      const settled = [...deliveries.values()].filter((one) => one.mail === mail);
      const { at } = await objects.place(owner.account, uid);
      if (at !== undefined) await noted(owner, uid, at, settled, cause);
      return true;
    });

  return { tellAttendees, tellOrganizer, settle };
};

export type SchedulingProcess = ReturnType<typeof schedulingProcessOver>;
