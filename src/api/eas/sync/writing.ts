import type { AddressBookRejection } from '../../../domain/addressbook/addressbook.ts';
import type { CalendarRejection } from '../../../domain/calendar/calendar.ts';
import type { Precondition } from '../../../domain/collection/precondition.ts';
import { readCalendarObject } from '../../../domain/icalendar/calendar-object.ts';
import type { Expected } from '../../../domain/kernel/event-store.ts';
import type { ETag, ResourceName } from '../../../domain/kernel/ids.ts';
import { readAddressObject } from '../../../domain/vcard/address-object.ts';
import { contentOf, etagOf } from '../../dav/objects/octets.ts';
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
} as const satisfies Record<Exclude<Rejection['kind'], 'UidConflict'>, string>;

const refusedBy = (rejected: Rejection): Written =>
  rejected.kind === 'UidConflict'
    ? { refused: 'same-uid', holder: rejected.holder }
    : { refused: refusals[rejected.kind] };

/** The field of a command that says who wants it; absent for its owner. */
const askedBy = ({ asker, folder, request }: OpenFolder) =>
  folder.row.owner === request.principal.account ? {} : { asker };

const settled = async ({ folder, request }: OpenFolder, revision: Expected): Promise<void> => {
  if (revision !== 'no-stream') await request.services.seen(folder.stream, revision);
};

const stamped = ({ folder, request: { by, principal } }: OpenFolder) =>
  folder.row.owner === principal.account ? by : { ...by, onBehalfOf: folder.row.owner };

/** Stores an item's text under a name. */
export const writeItem = async (
  opened: OpenFolder,
  name: ResourceName,
  text: string,
  when: Precondition,
): Promise<Written> => {
  const { folder, request } = opened;
  const { services } = request;
  if (folder.isReadOnly) return { refused: 'not-allowed' };
  const octets = Buffer.from(text);
  if (octets.length > services.limits.resource) return { refused: 'unusable' };
  const etag = etagOf(octets);
  const { stream } = folder;
  const { owner } = folder.row;
  const asked = askedBy(opened);
  const intent = { stream, owner, by: stamped(opened) };
  if (folder.row.kind === 'calendar') {
    const reading = readCalendarObject(text);
    if (!('facts' in reading)) return { refused: 'unusable' };
    const content = await contentOf(services.blobs, owner, octets);
    const inline = content.kind === 'inline' ? octets.length : 0;
    const facts = { ...reading.facts, etag };
    const outcome = await services.calendars({
      ...{ ...intent, octets: inline },
      command: { type: 'StoreCalendarObject', name, facts, content, when, ...asked },
    });
    if ('rejected' in outcome) return refusedBy(outcome.rejected);
    await settled(opened, outcome.revision);
    return { etag };
  }
  const reading = readAddressObject(text);
  if (!('facts' in reading)) return { refused: 'unusable' };
  const content = await contentOf(services.blobs, owner, octets);
  const inline = content.kind === 'inline' ? octets.length : 0;
  const facts = { ...reading.facts, etag };
  const outcome = await services.addressBooks({
    ...{ ...intent, octets: inline },
    command: { type: 'StoreAddressObject', name, facts, content, when, ...asked },
  });
  if ('rejected' in outcome) return refusedBy(outcome.rejected);
  await settled(opened, outcome.revision);
  return { etag };
};

/** Deletes an item; `gone` where it is deleted already. */
export const deleteItem = async (
  opened: OpenFolder,
  name: ResourceName,
  when: Precondition = {},
): Promise<'done' | 'gone' | 'not-allowed' | 'changed'> => {
  const { folder, request } = opened;
  if (folder.isReadOnly) return 'not-allowed';
  const { services } = request;
  const intent = { stream: folder.stream, owner: folder.row.owner, by: stamped(opened) };
  const asked = askedBy(opened);
  const outcome =
    folder.row.kind === 'calendar'
      ? await services.calendars({
          ...intent,
          command: { type: 'DeleteCalendarObject', name, when, ...asked },
        })
      : await services.addressBooks({
          ...intent,
          command: { type: 'DeleteAddressObject', name, when, ...asked },
        });
  if ('accepted' in outcome) {
    await settled(opened, outcome.revision);
    return 'done';
  }
  const { kind } = outcome.rejected;
  if (kind === 'ObjectNotFound' || kind === 'CollectionNotFound') return 'gone';
  return kind === 'PreconditionFailed' ? 'changed' : 'not-allowed';
};
