import type { AddressBookEvent } from '../../domain/addressbook/addressbook.ts';
import type { AccountId, ETag, ResourceName, Uid } from '../../domain/kernel/ids.ts';
import { memberProperties, writeDead } from './dead-properties.ts';
import { readContent, writeContent } from './content.ts';
import { movedFrom, oneOf, present, replacedBy } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';
import type { RightsEvent } from '../../domain/rights/rights.ts';

const { addressbook } = messages;

export const addressBookSchemas: Schemas<Exclude<AddressBookEvent, RightsEvent>> = {
  AddressBookCreated: schema({
    message: addressbook.AddressBookCreated,
    write: ({ owner }) => ({ owner }),
    read: ({ owner }) => ({
      type: 'AddressBookCreated',
      owner: present('owner', owner) as AccountId,
    }),
  }),
  AddressObjectStored: schema({
    message: addressbook.AddressObjectStored,
    write: ({ name, facts, content, replaced }) => ({
      name,
      uid: facts.uid,
      etag: facts.etag,
      content: writeContent(content),
      ...(replaced === undefined ? {} : { replaced }),
      ...(facts.movedFrom === undefined ? {} : { movedFrom: facts.movedFrom }),
      ...(facts.component === undefined ? {} : { component: facts.component }),
      ...(facts.dead === undefined ? {} : { dead: writeDead(facts.dead) }),
    }),
    read: ({ name, uid, etag, content, replaced, movedFrom: origin, component, dead }) => ({
      type: 'AddressObjectStored',
      name: present('name', name) as ResourceName,
      facts: {
        uid: present('uid', uid) as Uid,
        etag: present('etag', etag) as ETag,
        ...movedFrom(origin),
        ...(typeof component === 'string' && {
          component: oneOf('component', ['VLIST'] as const, component),
        }),
        ...memberProperties(dead),
      },
      content: readContent(content),
      ...replacedBy(replaced),
    }),
  }),
  AddressObjectDeleted: schema({
    message: addressbook.AddressObjectDeleted,
    write: ({ name }) => ({ name }),
    read: ({ name }) => ({
      type: 'AddressObjectDeleted',
      name: present('name', name) as ResourceName,
    }),
  }),
  AddressBookDeleted: schema({
    message: addressbook.AddressBookDeleted,
    write: () => ({}),
    read: () => ({ type: 'AddressBookDeleted' }),
  }),
};
