import type { AddressBookRejection } from '../../../domain/addressbook/addressbook.ts';
import type { CalendarRejection } from '../../../domain/calendar/calendar.ts';
import type { Precondition } from '../../../domain/collection/precondition.ts';
import { readCalendarObject } from '../../../domain/icalendar/calendar-object.ts';
import type { Expected } from '../../../domain/kernel/event-store.ts';
import type { ETag, ResourceName, Uid } from '../../../domain/kernel/ids.ts';
import { readAddressObject } from '../../../domain/vcard/address-object.ts';
import { contentOf, etagOf } from '../../dav/objects/octets.ts';
import type { Plan } from '../../scheduling/service.ts';
import type { Item } from './items.ts';
import type { OpenFolder } from './opened.ts';

/** What became of an item that was to be written. */
export type Written =
  | { readonly etag: ETag }
  /** Somebody else was quicker, or the name is taken. */
  | { readonly refused: 'changed' }
  /** Another item has its UID. */
  | { readonly refused: 'same-uid'; readonly holder: ResourceName }
  | { readonly refused: 'not-allowed' | 'unusable' | 'gone' };

type Rejection = CalendarRejection | AddressBookRejection;

/** Adding a rejection to the domain breaks this table until ActiveSync says what it means. */
const refusals = {
  PreconditionFailed: 'changed',
  ComponentNotSupported: 'unusable',
  PropertiesTooLarge: 'unusable',
  ObjectNotFound: 'gone',
  CollectionNotFound: 'gone',
  CollectionExists: 'unusable',
  NeedPrivileges: 'not-allowed',
  UnknownRole: 'unusable',
  TooManyGrants: 'unusable',
  OthersTakePart: 'changed',
} as const satisfies Record<Exclude<Rejection['kind'], 'UidConflict'>, string>;

const refusedBy = (rejected: Rejection): Written =>
  rejected.kind === 'UidConflict'
    ? { refused: 'same-uid', holder: rejected.holder }
    : { refused: refusals[rejected.kind] };

/** Whether nothing in a folder may be changed: by anybody, where its owner has it from elsewhere. */
const isFixed = async ({ folder, request }: OpenFolder): Promise<boolean> => {
  const { entry, row, isReadOnly } = folder;
  if (isReadOnly || entry.owner === undefined) return isReadOnly;
  const { entries } = await request.services.homeHint(row.owner);
  const theirs = entries.find(({ collection }) => collection === entry.collection);
  return theirs?.properties.source !== undefined;
};

/** The field of a command that says who wants it; absent for its owner. */
const askedBy = ({ asker, folder, request }: OpenFolder) =>
  folder.row.owner === request.principal.account ? {} : { asker };

const settled = async ({ folder, request }: OpenFolder, revision: Expected): Promise<void> => {
  if (revision !== 'no-stream') await request.services.seen(folder.stream, revision);
};

const stamped = ({ folder, request: { by, principal } }: OpenFolder) =>
  folder.row.owner === principal.account ? by : { ...by, onBehalfOf: folder.row.owner };

type Intent = Pick<
  Parameters<OpenFolder['request']['services']['calendars']>[0],
  'stream' | 'owner' | 'by'
>;

/** What is to be stored, and over what. */
interface Storing {
  readonly opened: OpenFolder;
  readonly intent: Intent;
  readonly name: ResourceName;
  readonly before: Item | undefined;
}

/** Nothing but what was read is replaced. */
const onlyOver = (before: Item | undefined): Precondition =>
  before === undefined ? { ifNoneMatch: '*' } : { ifMatch: [before.member.etag] };

const takesPart = (text: string | undefined): boolean =>
  text !== undefined && /^(?:ATTENDEE|ORGANIZER)/im.test(text);

/** What is stored of an object that others take part in (RFC 6638 §3.2). */
const planOf = async ({ opened, name, before }: Storing, text: string, uid: Uid): Promise<Plan> => {
  const { request, folder, owner } = opened;
  const isScheduled = before?.member.scheduleTag !== undefined;
  if (owner === undefined || !(isScheduled || takesPart(text) || takesPart(before?.text)))
    return { kind: 'plain' };
  const { by, services } = request;
  return services.scheduling.plan({
    ...{ owner, stream: folder.stream, name, uid, before: before?.text, after: text },
    ...{ sawLatest: true, cause: by.correlationId, at: by.at },
  });
};

/** Octets as an event carries them, and how many of them it does. */
const carried = async ({ opened, intent }: Storing, octets: Buffer) => {
  const content = await contentOf(opened.request.services.blobs, intent.owner, octets);
  return { content, octets: content.kind === 'inline' ? octets.length : 0 };
};

const storeEvent = async (storing: Storing, sent: string): Promise<Written> => {
  const { opened, intent, name, before } = storing;
  const { request, folder, owner } = opened;
  const { services } = request;
  const reading = readCalendarObject(sent);
  if (!('facts' in reading)) return { refused: 'unusable' };
  const plan = await planOf(storing, sent, reading.facts.uid);
  if (plan.kind === 'not-allowed' || plan.kind === 'not-unique') return { refused: 'unusable' };
  const text = plan.kind === 'scheduled' ? (plan.text ?? sent) : sent;
  const scheduleTag = plan.kind === 'scheduled' ? plan.scheduleTag : before?.member.scheduleTag;
  const buffer = Buffer.from(text);
  if (buffer.length > services.limits.resource) return { refused: 'unusable' };
  const etag = etagOf(buffer);
  const { content, octets } = await carried(storing, buffer);
  const facts = { ...reading.facts, etag, ...(scheduleTag && { scheduleTag }) };
  const when = onlyOver(before);
  const asked = askedBy(opened);
  const command = { type: 'StoreCalendarObject', name, facts, content, when, ...asked } as const;
  const outcome = await services.calendars({ ...intent, octets, command });
  if ('rejected' in outcome) return refusedBy(outcome.rejected);
  const { revision } = outcome;
  await settled(opened, revision);
  if (plan.kind === 'scheduled' && owner !== undefined && revision !== 'no-stream') {
    const { stream } = folder;
    await services.scheduling.changed({ stream, revision, owner, before: { text: before?.text } });
  }
  return { etag };
};

const storeCard = async (storing: Storing, text: string): Promise<Written> => {
  const { opened, intent, name, before } = storing;
  const { services } = opened.request;
  const reading = readAddressObject(text);
  const buffer = Buffer.from(text);
  if (!('facts' in reading) || buffer.length > services.limits.resource)
    return { refused: 'unusable' };
  const etag = etagOf(buffer);
  const { content, octets } = await carried(storing, buffer);
  const facts = { ...reading.facts, etag };
  const when = onlyOver(before);
  const asked = askedBy(opened);
  const command = { type: 'StoreAddressObject', name, facts, content, when, ...asked } as const;
  const outcome = await services.addressBooks({ ...intent, octets, command });
  if ('rejected' in outcome) return refusedBy(outcome.rejected);
  await settled(opened, outcome.revision);
  return { etag };
};

const intentOf = (opened: OpenFolder): Intent => {
  const { folder } = opened;
  return { stream: folder.stream, owner: folder.row.owner, by: stamped(opened) };
};

/**
 * Stores an item's text under a name: over what was read there, or where nothing is. Who else takes part is told as if it
 * had been stored over CalDAV.
 */
export const writeItem = async (
  opened: OpenFolder,
  name: ResourceName,
  text: string,
  before: Item | undefined,
): Promise<Written> => {
  if (await isFixed(opened)) return { refused: 'not-allowed' };
  const storing = { opened, intent: intentOf(opened), name, before };
  return opened.folder.row.kind === 'calendar'
    ? storeEvent(storing, text)
    : storeCard(storing, text);
};

type Deleted = 'done' | 'gone' | 'not-allowed' | 'changed';

const deletedBy = (rejected: Rejection | undefined): Deleted => {
  if (rejected === undefined) return 'done';
  const refused = rejected.kind === 'UidConflict' ? 'unusable' : refusals[rejected.kind];
  return refused === 'gone' || refused === 'changed' ? refused : 'not-allowed';
};

const deleteEvent = async (
  opened: OpenFolder,
  name: ResourceName,
  before: Item | undefined,
): Promise<Deleted> => {
  const { owner, folder, request } = opened;
  const { services } = request;
  const isScheduled = takesPart(before?.text);
  const scheduled = before && isScheduled ? { scheduled: { uid: before.member.uid } } : {};
  const outcome = await services.calendars({
    ...intentOf(opened),
    command: { type: 'DeleteCalendarObject', name, when: {}, ...scheduled, ...askedBy(opened) },
  });
  if ('rejected' in outcome) return deletedBy(outcome.rejected);
  const { revision } = outcome;
  await settled(opened, revision);
  if (isScheduled && owner !== undefined && revision !== 'no-stream') {
    const { stream } = folder;
    await services.scheduling.changed({ stream, revision, owner, before: { text: before?.text } });
  }
  return 'done';
};

/** Deletes an item, whatever it is by now; `gone` where it is deleted already. */
export const deleteItem = async (
  opened: OpenFolder,
  name: ResourceName,
  before: Item | undefined,
): Promise<Deleted> => {
  if (await isFixed(opened)) return 'not-allowed';
  if (opened.folder.row.kind === 'calendar') return deleteEvent(opened, name, before);
  const outcome = await opened.request.services.addressBooks({
    ...intentOf(opened),
    command: { type: 'DeleteAddressObject', name, when: {}, ...askedBy(opened) },
  });
  if ('rejected' in outcome) return deletedBy(outcome.rejected);
  await settled(opened, outcome.revision);
  return 'done';
};
