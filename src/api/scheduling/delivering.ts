import type { CalendarCommand, HeardOf } from '../../domain/calendar/calendar.ts';
import type { Precondition } from '../../domain/collection/precondition.ts';
import { classesIn } from '../../domain/icalendar/classification.ts';
import { INLINE_LIMIT } from '../../domain/kernel/content.ts';
import { type Revision, RevisionConflict, type StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant, ResourceName } from '../../domain/kernel/ids.ts';
import type { BlobStore, Provenance } from '../../domain/kernel/ports.ts';
import type { Addresses, CalendarUserAddress } from '../../domain/scheduling/addresses.ts';
import type { SchedulingMessage } from '../../domain/scheduling/message.ts';
import { nothingHeard } from '../../domain/scheduling/heard.ts';
import type { Receipt } from '../../domain/scheduling/receipt.ts';
import { type Answers, answersIn } from '../../domain/scheduling/own-answers.ts';
import { receive } from '../../domain/scheduling/receiving.ts';
import { contentOf, etagOf } from '../dav/objects/octets.ts';
import { derivedId } from '../derived-id.ts';
import type { Principal, Services } from '../services.ts';
import type { Addressee } from './addressee.ts';
import { turns } from './in-turn.ts';
import type { Beforehand, OwnAnswering } from './own-answering.ts';
import { type Located, newScheduleTag, type Place, type SchedulingObjects } from './objects.ts';

/** What set a message going: an event, by whom it was caused, and when. */
export interface Cause {
  readonly event: string;
  readonly correlationId: string;
  readonly at: Instant;
}

/** SCHEDULE-STATUS (RFC 6638 §3.2.9). */
export const statuses = {
  pending: '1.0',
  sent: '1.1',
  delivered: '1.2',
  unknownUser: '3.7',
  noAuthority: '3.8',
  undelivered: '5.1',
} as const;

/** One message on its way to people here. */
export interface Dispatch {
  readonly message: SchedulingMessage;
  /** Absent for somebody elsewhere. */
  readonly sender?: Principal;
  /** All by which its sender goes. */
  readonly senderAddresses: Addresses;
  /** What the sender's object is called: so it is called with others too, where that is free. */
  readonly name?: ResourceName | undefined;
  readonly cause: Cause;
}

/** What a message did to somebody's object. */
export interface Delivered {
  readonly address: CalendarUserAddress;
  readonly status: string;
  readonly kind: Receipt['kind'];
  /** The object as it was before. */
  readonly before: string | undefined;
  /** What a resource answered, or somebody who lets answer for him. */
  readonly answers?: Answers;
}

interface DeliveringParts {
  readonly objects: SchedulingObjects;
  readonly calendars: Services['calendars'];
  readonly blobs: BlobStore;
  /** The envelope of what is done because of something. */
  by(cause: Cause): Provenance;
  readonly ownAnswers: OwnAnswering;
  /** Called before each step that can fail; for tests. */
  step?(name: string): Promise<void>;
}

const FREE: Precondition = { ifNoneMatch: '*' };
/** Tries of one delivery, when somebody else changes the same object. */
const ATTEMPTS = 5;
/** Of one that is answered at once: whatever else is put into the calendar meanwhile may change the answer. */
const BOOKING_ATTEMPTS = 50;
/** Deliveries of one message that are under way together. */
const TOGETHER = 64;

/** Puts messages into the calendars of people here. What was delivered before does nothing again. */
export const delivering = (parts: DeliveringParts) => {
  const { objects, calendars, blobs, by, step, ownAnswers } = parts;
  const inTurn = turns();

  const record = async (
    stream: StreamId,
    owner: AccountId,
    command: CalendarCommand,
    cause: Cause,
    octets = 0,
    asOf?: Revision,
  ): Promise<boolean> => {
    const guard = asOf === undefined ? {} : { asOf };
    try {
      const intent = { stream, owner, command, by: by(cause), octets, ...guard };
      return 'accepted' in (await calendars(intent));
    } catch (error) {
      if (asOf !== undefined && error instanceof RevisionConflict) return false;
      throw error;
    }
  };

  const store = async (
    { message, name, cause }: Dispatch,
    { person: { account } }: Addressee,
    { at, usual }: Place,
    receipt: Extract<Receipt, { kind: 'store' }>,
    written: Written,
    attempt: Attempt,
  ): Promise<boolean> => {
    const stream = at?.stream ?? usual;
    if (stream === undefined) return false;
    const { octets, etag, classes } = written(receipt.object);
    const content = await contentOf(blobs, account, octets);
    const tag = receipt.significant ? undefined : at?.member.scheduleTag;
    const command = {
      type: 'StoreCalendarObject',
      name: at?.member.name ?? nameFor(message, attempt.isFirst ? name : undefined),
      facts: {
        uid: message.uid,
        component: receipt.component,
        ...{ etag, classes },
        scheduleTag: tag ?? newScheduleTag(receipt.object, cause.event),
      },
      content,
      when: at === undefined ? FREE : { ifMatch: [at.member.etag] },
      heard: { uid: message.uid, heard: receipt.heard },
    } as const;
    const size = octets.length <= INLINE_LIMIT ? octets.length : 0;
    const done = await record(stream, account, command, cause, size, attempt.asOf);
    if (content.kind === 'blob')
      await (done ? blobs.keep([content.ref]) : blobs.remove(content.ref)).catch(() => undefined);
    return done;
  };

  const take = async (
    dispatch: Dispatch,
    to: Addressee,
    place: Place,
    receipt: Receipt,
    written: Written,
    attempt: Attempt,
  ): Promise<boolean> => {
    const { account } = to.person;
    const { message, cause } = dispatch;
    if (receipt.kind === 'refuse') return true;
    if (receipt.kind === 'store') return store(dispatch, to, place, receipt, written, attempt);
    const heard: HeardOf = { uid: message.uid, heard: receipt.heard };
    if (receipt.kind === 'remove' && place.at !== undefined) {
      const { stream, member } = place.at;
      const when = { ifMatch: [member.etag] };
      const command = { type: 'DeleteCalendarObject', name: member.name, when, heard } as const;
      return record(stream, account, command, cause);
    }
    const stream = place.at?.stream ?? place.usual;
    if (stream === undefined || JSON.stringify(receipt.heard) === JSON.stringify(place.heard))
      return true;
    return record(stream, account, { type: 'HearOfCalendarObject', heard }, cause);
  };

  /** What an invitation is to its recipient, with the answer where one was given beforehand. */
  const receiptOf = async (
    { message, senderAddresses, cause }: Dispatch,
    to: Addressee,
    place: Place,
    beforehand: Beforehand | undefined,
  ): Promise<{ readonly receipt: Receipt; readonly asOf?: Revision | undefined }> => {
    const receipt = receive({
      message,
      existing: place.at?.text,
      heard: place.heard,
      recipient: to.addresses,
      options: { senderAddresses },
    });
    if (receipt.kind !== 'store' || beforehand?.answers(to) !== true) return { receipt };
    return (await beforehand.answer(to, { message, receipt, place }, cause.at)) ?? { receipt };
  };

  const deliverTo = async (
    dispatch: Dispatch,
    to: Addressee,
    found: Place,
    written: Written,
    beforehand: Beforehand | undefined,
  ): Promise<Delivered> => {
    const { message } = dispatch;
    const { address } = to;
    let place = found;
    if (place.at === undefined && (await beforehand?.unwilling(to, place)) !== undefined)
      return { address, status: statuses.noAuthority, kind: 'refuse', before: undefined };
    const answersItself = beforehand?.answers(to) === true;
    const attempts = answersItself ? BOOKING_ATTEMPTS : ATTEMPTS;
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const { receipt, asOf } = await receiptOf(dispatch, to, place, beforehand);
      await step?.(`deliver ${message.method}`);
      // Once a name was taken, another is; a calendar that grew meanwhile says nothing of names.
      const trying = { isFirst: attempt === 1 || asOf !== undefined, asOf };
      if (await take(dispatch, to, place, receipt, written, trying)) {
        const now = receipt.kind === 'store' ? receipt.object : place.at?.text;
        return {
          ...{ address, kind: receipt.kind, before: place.at?.text },
          status: receipt.kind === 'refuse' ? statuses.undelivered : statuses.delivered,
          ...(answersItself && now !== undefined ? { answers: answersIn(now, to.addresses) } : {}),
        };
      }
      place = await objects.place(to.person.account, message.uid);
      if (place.usual === undefined) break;
    }
    return {
      ...{ address, status: statuses.undelivered, kind: 'refuse' },
      before: place.at?.text,
    };
  };

  return async (dispatch: Dispatch, to: readonly Addressee[]): Promise<readonly Delivered[]> => {
    if (to.length === 0) return [];
    const { uid } = dispatch.message;
    const accounts = [...new Set(to.map(({ person }) => person.account))];
    const places = await objects.places(accounts, uid);
    const written = writing();
    const isInvitation = methods.has(dispatch.message.method);
    const beforehand = isInvitation ? await ownAnswers(to, dispatch.sender) : undefined;
    const deliverOne = (one: Addressee): Promise<Delivered> => {
      const place = places.get(one.person.account) ?? NOWHERE;
      return deliverTo(dispatch, one, place, written, beforehand);
    };
    const delivered: Delivered[] = [];
    for (let from = 0; from < to.length; from += TOGETHER)
      delivered.push(
        ...(await Promise.all(
          to
            .slice(from, from + TOGETHER)
            .map((one) =>
              beforehand?.answers(one) === true
                ? inTurn(one.person.account, () => deliverOne(one))
                : deliverOne(one),
            ),
        )),
      );
    return delivered;
  };
};

/** What invites somebody. */
const methods: ReadonlySet<SchedulingMessage['method']> = new Set(['REQUEST', 'ADD']);

interface Attempt {
  readonly isFirst: boolean;
  /** Only where the calendar stands there still. */
  readonly asOf: Revision | undefined;
}

const NOWHERE: Place = {
  usual: undefined,
  calendars: [],
  at: undefined as Located | undefined,
  heard: nothingHeard,
};

/** A text as it is stored; many people get the same. */
type Written = (text: string) => {
  readonly octets: Uint8Array;
  readonly etag: ReturnType<typeof etagOf>;
  readonly classes: ReturnType<typeof classesIn>;
};

const writing = (): Written => {
  const known = new Map<string, ReturnType<Written>>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const octets = Buffer.from(text);
    const written = { octets, etag: etagOf(octets), classes: classesIn(text) };
    known.set(text, written);
    return written;
  };
};

/** A name of its own, where the sender's is taken or not known. */
const nameFor = ({ uid }: SchedulingMessage, wanted: ResourceName | undefined): ResourceName =>
  wanted ?? (`${derivedId('delivered object', uid)}.ics` as ResourceName);
