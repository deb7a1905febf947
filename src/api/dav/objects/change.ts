import type { AddressBookEvent } from '../../../domain/addressbook/addressbook.ts';
import type { CalendarEvent } from '../../../domain/calendar/calendar.ts';
import type { Precondition } from '../../../domain/collection/precondition.ts';
import { type Content, sizeOf } from '../../../domain/kernel/content.ts';
import type { ETag, ResourceName } from '../../../domain/kernel/ids.ts';
import { accepted, addressBookRefusal, calendarRefusal } from '../conditions.ts';
import type { DavRequest } from '../tables.ts';
import { refuse } from '../errors.ts';
import type { CollectionResource } from '../resource.ts';
import { dav } from '../xml/names.ts';
import type { ObjectResource } from './member.ts';
import type { Submission } from './submission.ts';

/** What is to be stored under a name. */
export interface Body {
  readonly submission: Submission;
  readonly etag: ETag;
  readonly content: Content;
}

const octetsIn = ({ content }: Body): number => (content.kind === 'inline' ? sizeOf(content) : 0);

/** What became of an object that was to be stored. */
interface Stored {
  /** Its name was free before. */
  readonly created: boolean;
  /** An event refers to its content; the same octets stored again are not recorded. */
  readonly recorded: boolean;
}

/** @throws DavError 403 `need-privileges` where objects come from a feed, and from nowhere else */
export const mustTakeChanges = ({ entry }: CollectionResource): void => {
  if (entry.properties.source !== undefined)
    throw refuse(403, dav('need-privileges'), {
      reason: 'This calendar shows what is elsewhere; it cannot be changed here.',
    });
};

/** Stores an object. @throws DavError as the condition tables say. */
export const storeObject = async (
  { services, by }: DavRequest,
  { collection, name }: ObjectResource,
  body: Body,
  when: Precondition,
): Promise<Stored> => {
  mustTakeChanges(collection);
  const { stream, principal } = collection;
  const { submission, etag, content } = body;
  const intent = { stream, owner: principal.account, by, octets: octetsIn(body) };
  if (submission.kind === 'calendar') {
    const facts = { ...submission.facts, etag };
    const command = { type: 'StoreCalendarObject', name, facts, content, when } as const;
    const outcome = await services.calendars({ ...intent, command });
    return storedBy(accepted(outcome, (rejection) => calendarRefusal(rejection, collection)));
  }
  const facts = { ...submission.facts, etag };
  const mayShareUid = services.dialect === 'sogo';
  const command = { type: 'StoreAddressObject', name, facts, content, when, mayShareUid } as const;
  const outcome = await services.addressBooks({ ...intent, command });
  return storedBy(accepted(outcome, (rejection) => addressBookRefusal(rejection, collection)));
};

/**
 * Gives an object another name in its collection, in one append, if it still has the body's tag.
 * @throws DavError as the condition tables say.
 */
export const renameObject = async (
  { services, by }: DavRequest,
  { collection, name: from }: ObjectResource,
  name: ResourceName,
  body: Body,
  over: Precondition,
): Promise<void> => {
  mustTakeChanges(collection);
  const { stream, principal } = collection;
  const { submission, etag, content } = body;
  const intent = { stream, owner: principal.account, by, octets: octetsIn(body) };
  const moving = { from, name, content, when: { ifMatch: [etag] }, over } as const;
  if (submission.kind === 'calendar') {
    const facts = { ...submission.facts, etag };
    const command = { type: 'MoveCalendarObject', facts, ...moving } as const;
    const outcome = await services.calendars({ ...intent, command });
    accepted(outcome, (rejection) => calendarRefusal(rejection, collection));
    return;
  }
  const facts = { ...submission.facts, etag };
  const command = { type: 'MoveAddressObject', facts, ...moving } as const;
  const outcome = await services.addressBooks({ ...intent, command });
  accepted(outcome, (rejection) => addressBookRefusal(rejection, collection));
};

/** Deletes an object. @throws DavError as the condition tables say. */
export const removeObject = async (
  { services, by }: DavRequest,
  { collection, name }: ObjectResource,
  when: Precondition,
): Promise<void> => {
  mustTakeChanges(collection);
  const { stream, principal, entry } = collection;
  const intent = { stream, owner: principal.account, by };
  if (entry.kind === 'calendar') {
    const command = { type: 'DeleteCalendarObject', name, when } as const;
    const outcome = await services.calendars({ ...intent, command });
    accepted(outcome, (rejection) => calendarRefusal(rejection, collection));
    return;
  }
  const command = { type: 'DeleteAddressObject', name, when } as const;
  const outcome = await services.addressBooks({ ...intent, command });
  accepted(outcome, (rejection) => addressBookRefusal(rejection, collection));
};

const storedBy = ({
  accepted: events,
}: {
  readonly accepted: readonly (CalendarEvent | AddressBookEvent)[];
}): Stored => ({
  created: events.some((event) => 'facts' in event && event.replaced === undefined),
  recorded: events.length > 0,
});
