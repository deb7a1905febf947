import type { Component } from '../../../domain/calendar/calendar.ts';
import type { Expected, StreamId } from '../../../domain/kernel/event-store.ts';
import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { accepted, addressBookConditions, calendarConditions } from '../conditions.ts';
import type { DavRequest } from '../tables.ts';
import { treeOf } from '../resource.ts';

/** What kind of collection to create; a calendar says what it takes. */
export type Creation =
  | { readonly kind: 'calendar'; readonly components: readonly Component[] }
  | { readonly kind: 'addressbook' };

/** Begins a collection's stream, owned by whose tree it is in. @throws DavError as the condition tables say. */
export const createStream = async (
  { services, principal, resource, by }: DavRequest,
  stream: StreamId,
  creation: Creation,
): Promise<Expected> => {
  const { account } = treeOf(resource, principal);
  const at = { stream, owner: account, by } as const;
  const outcome =
    creation.kind === 'calendar'
      ? accepted(
          await services.calendars({
            ...at,
            command: { type: 'CreateCalendar', owner: account, components: creation.components },
          }),
          ({ kind }) => calendarConditions[kind],
        )
      : accepted(
          await services.addressBooks({
            ...at,
            command: { type: 'CreateAddressBook', owner: account },
          }),
          ({ kind }) => addressBookConditions[kind],
        );
  return outcome.revision;
};

/** Ends a collection's stream; answers its last revision, or `undefined` when it was gone already. */
export const deleteStream = async (
  { services, principal, resource, by }: DavRequest,
  kind: CollectionKind,
  stream: StreamId,
): Promise<Expected | undefined> => {
  const at = { stream, owner: treeOf(resource, principal).account, by } as const;
  const outcome =
    kind === 'calendar'
      ? await services.calendars({ ...at, command: { type: 'DeleteCalendar' } })
      : await services.addressBooks({ ...at, command: { type: 'DeleteAddressBook' } });
  return 'rejected' in outcome ? undefined : outcome.revision;
};
