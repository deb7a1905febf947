import type { AddressBookEvent } from '../../../domain/addressbook/addressbook.ts';
import type { CalendarEvent, Scheduled } from '../../../domain/calendar/calendar.ts';
import type { Precondition } from '../../../domain/collection/precondition.ts';
import { type Content, sizeOf } from '../../../domain/kernel/content.ts';
import type { Expected } from '../../../domain/kernel/event-store.ts';
import type { ETag, ResourceName } from '../../../domain/kernel/ids.ts';
import { accepted, addressBookRefusal, calendarRefusal } from '../conditions.ts';
import type { DavRequest } from '../tables.ts';
import { refuse } from '../errors.ts';
import type { CollectionResource } from '../resource.ts';
import { dav } from '../xml/names.ts';
import type { ObjectResource } from './member.ts';
import { askedBy } from '../viewer.ts';
import type { Submission } from './submission.ts';

/** What is to be stored under a name. */
export interface Body {
  readonly submission: Submission;
  readonly etag: ETag;
  readonly content: Content;
  /** Whether it differs from what is there in the owner's answer to an invitation alone. */
  readonly isResponse?: boolean;
}

const octetsIn = ({ content }: Body): number => (content.kind === 'inline' ? sizeOf(content) : 0);

/** What became of an object that was to be stored. */
interface Stored {
  /** Its name was free before. */
  readonly created: boolean;
  /** An event refers to its content; the same octets stored again are not recorded. */
  readonly recorded: boolean;
  /** Where its collection then stood. */
  readonly revision: Expected;
}

/** @throws DavError 403 `need-privileges` where objects come from a feed, and from nowhere else */
export const mustTakeChanges = async (
  { services }: DavRequest,
  { entry, owner }: CollectionResource,
): Promise<void> => {
  // Of a subscription only its owner's home says where it comes from.
  const owners =
    entry.owner === undefined
      ? entry
      : (await services.homeHint(owner.account)).entries.find(
          ({ collection }) => collection === entry.collection,
        );
  if (owners?.properties.source !== undefined)
    throw refuse(403, dav('need-privileges'), {
      reason: 'This calendar shows what is elsewhere; it cannot be changed here.',
    });
};

/** Stores an object. @throws DavError as the condition tables say. */
export const storeObject = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
  body: Body,
  when: Precondition,
): Promise<Stored> => {
  await mustTakeChanges(request, collection);
  const { services, by } = request;
  const { stream, owner } = collection;
  const asked = askedBy(request, collection);
  const { submission, etag, content } = body;
  const intent = { stream, owner: owner.account, by, octets: octetsIn(body) };
  if (submission.kind === 'calendar') {
    const facts = { ...submission.facts, etag };
    const answer = body.isResponse === true ? { isResponse: true } : {};
    const command = {
      type: 'StoreCalendarObject',
      ...{ name, facts, content, when },
      ...(services.dialect === 'sogo' ? { mayChangeUid: true } : {}),
      ...asked,
      ...answer,
    } as const;
    const outcome = await services.calendars({ ...intent, command });
    return storedBy(
      accepted(outcome, (rejection) => calendarRefusal(rejection, collection, request)),
    );
  }
  const facts = { ...submission.facts, etag };
  const mayShareUid = services.dialect === 'sogo';
  const command = {
    type: 'StoreAddressObject',
    ...{ name, facts, content, when, mayShareUid },
    ...asked,
  } as const;
  const outcome = await services.addressBooks({ ...intent, command });
  return storedBy(
    accepted(outcome, (rejection) => addressBookRefusal(rejection, collection, request)),
  );
};

/**
 * Gives an object another name in its collection, in one append, if it still has the body's tag.
 * @throws DavError as the condition tables say.
 */
export const renameObject = async (
  request: DavRequest,
  { collection, name: from }: ObjectResource,
  name: ResourceName,
  body: Body,
  over: Precondition,
): Promise<void> => {
  await mustTakeChanges(request, collection);
  const { services, by } = request;
  const { stream, owner } = collection;
  const { submission, etag, content } = body;
  const intent = { stream, owner: owner.account, by, octets: octetsIn(body) };
  const moving = { from, name, content, when: { ifMatch: [etag] }, over } as const;
  const asked = askedBy(request, collection);
  if (submission.kind === 'calendar') {
    const facts = { ...submission.facts, etag };
    const command = { type: 'MoveCalendarObject', facts, ...moving, ...asked } as const;
    const outcome = await services.calendars({ ...intent, command });
    accepted(outcome, (rejection) => calendarRefusal(rejection, collection, request));
    return;
  }
  const facts = { ...submission.facts, etag };
  const command = { type: 'MoveAddressObject', facts, ...moving, ...asked } as const;
  const outcome = await services.addressBooks({ ...intent, command });
  accepted(outcome, (rejection) => addressBookRefusal(rejection, collection, request));
};

/** Deletes an object. @throws DavError as the condition tables say. */
export const removeObject = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
  when: Precondition,
  scheduled?: Scheduled,
): Promise<Expected> => {
  await mustTakeChanges(request, collection);
  const { services, by } = request;
  const { stream, owner, entry } = collection;
  const asked = askedBy(request, collection);
  const intent = { stream, owner: owner.account, by };
  if (entry.kind === 'calendar') {
    const others = scheduled === undefined ? {} : { scheduled };
    const command = { type: 'DeleteCalendarObject', name, when, ...others, ...asked } as const;
    const outcome = await services.calendars({ ...intent, command });
    return accepted(outcome, (rejection) => calendarRefusal(rejection, collection, request))
      .revision;
  }
  const command = { type: 'DeleteAddressObject', name, when, ...asked } as const;
  const outcome = await services.addressBooks({ ...intent, command });
  return accepted(outcome, (rejection) => addressBookRefusal(rejection, collection, request))
    .revision;
};

const storedBy = ({
  accepted: events,
  revision,
}: {
  readonly accepted: readonly (CalendarEvent | AddressBookEvent)[];
  readonly revision: Expected;
}): Stored => ({
  revision,
  created: events.some((event) => 'facts' in event && event.replaced === undefined),
  recorded: events.length > 0,
});
