import type { HomeEvent } from '../../domain/home/home.ts';
import type { AccountId, CollectionId, Segment } from '../../domain/kernel/ids.ts';
import { oneOf, present } from './fields.ts';
import { messages } from './generated/messages.ts';
import { readPropertyChange, writePropertyChange } from './property-change.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const { home } = messages;

export const homeSchemas: Schemas<HomeEvent> = {
  CollectionAdded: schema({
    message: home.CollectionAdded,
    write: ({ collection, kind, segment, properties, owner }) => ({
      collection,
      kind,
      segment,
      properties: writePropertyChange(properties),
      ...(owner === undefined ? {} : { owner }),
    }),
    read: ({ collection, kind, segment, properties, owner }) => ({
      type: 'CollectionAdded',
      collection: present('collection', collection) as CollectionId,
      kind: oneOf('kind', ['calendar', 'addressbook'], kind),
      segment: present('segment', segment) as Segment,
      properties: readPropertyChange(properties),
      ...(typeof owner === 'string' ? { owner: owner as AccountId } : {}),
    }),
  }),
  CollectionPropertiesChanged: schema({
    message: home.CollectionPropertiesChanged,
    write: ({ collection, change }) => ({ collection, change: writePropertyChange(change) }),
    read: ({ collection, change }) => ({
      type: 'CollectionPropertiesChanged',
      collection: present('collection', collection) as CollectionId,
      change: readPropertyChange(change),
    }),
  }),
  CollectionRemoved: schema({
    message: home.CollectionRemoved,
    write: ({ collection }) => ({ collection }),
    read: ({ collection }) => ({
      type: 'CollectionRemoved',
      collection: present('collection', collection) as CollectionId,
    }),
  }),
};
