import { collations } from '../../../domain/collection/collation.ts';
import { type CollectionKind, splitStream } from '../../../domain/kernel/streams.ts';
import { objectForms } from '../forms/object-forms.ts';
import { ADD_MEMBER, hrefElement, hrefs } from '../href.ts';
import { syncToken } from '../sync-token.ts';
import { type Property, property } from '../tables.ts';
import { transparencies } from '../workarounds.ts';
import { elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { apple, caldav, calendarServer, carddav, dav, inverse, type Name } from '../xml/names.ts';
import {
  element,
  elementWith,
  join,
  type Markup,
  text,
  textElement,
  verbatim,
} from '../xml/write.ts';
import type { CollectionSubject } from './subject.ts';

const collections = ['calendar', 'addressbook'] as const;

const token = ({ view, row }: CollectionSubject) => text(syncToken(view.viewer, row, view.dialect));

const textOrNone = (value: string | undefined) => (value === undefined ? undefined : text(value));

/** What may be stored, and is served on request (RFC 6352 §5.1.1). */
const formElements = (kind: CollectionKind, name: Name): Markup =>
  join(
    objectForms[kind].map(({ type, version }) =>
      elementWith(name, { 'content-type': type, version }),
    ),
  );

/** What calendars and address books have in common. */
const common: readonly Property[] = [
  property({
    name: dav('displayname'),
    source: 'RFC 4918 §15.2',
    on: collections,
    allprop: true,
    read: ({ entry }) => text(entry.properties.displayName ?? entry.segment),
    patch: (value) => {
      const name = value === undefined ? null : textOf(value).trim();
      // As SOGo: a collection without a name cannot be told from others in any client.
      return name === '' ? { status: 403 } : { displayName: name };
    },
  }),
  property({
    name: dav('sync-token'),
    source: 'RFC 6578 §4',
    on: collections,
    allprop: false,
    read: token,
  }),
  property({
    name: calendarServer('getctag'),
    source: 'calendarserver.org, caldav-ctag',
    on: collections,
    allprop: false,
    read: token,
  }),
  property({
    name: calendarServer('source'),
    source: 'calendarserver.org, caldav-subscriptions',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) => {
      const { source } = entry.properties;
      return source === undefined ? undefined : hrefElement(source);
    },
  }),
  property({
    name: dav('add-member'),
    source: 'RFC 5995 §3.2.1',
    on: collections,
    allprop: false,
    read: ({ view, entry }) =>
      view.viewer.asker.isAnonymous === true
        ? undefined
        : hrefElement(`${hrefs.collection({ principal: view.whose, entry })}?${ADD_MEMBER}`),
  }),
  property({
    name: inverse('synchronize'),
    source: 'SOGo, named as on its page: whether devices of ActiveSync are shown the collection',
    on: collections,
    allprop: false,
    read: ({ entry }) => {
      const { synchronize } = entry.properties;
      return synchronize === undefined ? undefined : text(synchronize ? '1' : '0');
    },
    patch: (value) => {
      if (value === undefined) return { synchronize: null };
      const word = textOf(value).trim();
      return word === '1' || word === '0' ? { synchronize: word === '1' } : { status: 409 };
    },
  }),
  property({
    name: dav('resource-id'),
    source: 'RFC 5842 §3.1',
    on: collections,
    allprop: false,
    read: ({ row }) => hrefElement(`urn:uuid:${splitStream(row.stream)[1]}`),
  }),
];

const SHOW_ALARMS = inverse('calendar-show-alarms');
const NOTIFYING = [
  'notify-on-personal-modifications',
  'notify-on-external-modifications',
  'notify-user-on-personal-modifications',
].map(inverse);

/** A switch that clients keep, each person their own. */
const keptSwitch = (name: Name) => (value: XmlElement | undefined) => {
  if (value === undefined) return { dead: new Map([[name, null]]) };
  return /^(?:true|false|1|0)$/.test(textOf(value).trim())
    ? { dead: new Map([[name, verbatim(value)]]) }
    : ({ status: 400 } as const);
};

const calendar: readonly Property[] = [
  property({
    name: caldav('calendar-description'),
    source: 'RFC 4791 §5.2.1',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) => textOrNone(entry.properties.description),
    patch: (value) => ({ description: value === undefined ? null : textOf(value) }),
  }),
  property({
    name: caldav('supported-calendar-component-set'),
    source: 'RFC 4791 §5.2.3',
    on: ['calendar'],
    allprop: false,
    read: ({ row }) => join(row.components.map((name) => elementWith(caldav('comp'), { name }))),
  }),
  property({
    name: caldav('supported-calendar-data'),
    source: 'RFC 4791 §5.2.4',
    on: ['calendar'],
    allprop: false,
    read: () => formElements('calendar', caldav('calendar-data')),
  }),
  property({
    name: caldav('supported-collation-set'),
    source: 'RFC 4791 §7.5.1',
    on: ['calendar'],
    allprop: false,
    read: () => join(collations.map((each) => textElement(caldav('supported-collation'), each))),
  }),
  property({
    name: caldav('schedule-calendar-transp'),
    source: 'RFC 6638 §9.1',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) => element(caldav(entry.properties.transparency ?? 'opaque')),
    patch: (value) => {
      if (value === undefined) return { transparency: null };
      const [choice, ...others] = elementsOf(value).map(({ name }) => name);
      const transparency = others.length === 0 ? transparencies.get(choice ?? '{}') : undefined;
      return transparency === undefined ? { status: 400 } : { transparency };
    },
  }),
  property({
    name: apple('calendar-color'),
    source: 'Apple Calendar',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) => textOrNone(entry.properties.color),
    patch: (value) => {
      const color = value === undefined ? null : textOf(value).trim();
      return color === null || /^#[0-9a-f]{6}(?:[0-9a-f]{2})?$/i.test(color)
        ? { color }
        : { status: 409 };
    },
  }),
  property({
    name: apple('calendar-order'),
    source: 'Apple Calendar',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) => textOrNone(entry.properties.order?.toString()),
    patch: (value) => {
      const order = value === undefined ? null : textOf(value).trim();
      if (order === null) return { order };
      return /^-?[0-9]{1,9}$/.test(order) ? { order: Number(order) } : { status: 409 };
    },
  }),
  // Nothing but what a client made of it is kept: whoever shows the calendar decides by it.
  property({
    name: SHOW_ALARMS,
    source: 'SOGo',
    on: ['calendar'],
    allprop: false,
    // As in SOGo: what is somebody else's reminds its owner.
    read: ({ entry }) => text(entry.owner === undefined ? 'true' : 'false'),
    patch: keptSwitch(SHOW_ALARMS),
  }),
  ...NOTIFYING.map((name) =>
    property({
      name,
      source: 'SOGo',
      on: ['calendar'],
      allprop: false,
      read: () => text('false'),
      patch: keptSwitch(name),
    }),
  ),
];

const addressBook: readonly Property[] = [
  property({
    name: carddav('addressbook-description'),
    source: 'RFC 6352 §6.2.1',
    on: ['addressbook'],
    allprop: false,
    read: ({ entry }) => textOrNone(entry.properties.description),
    patch: (value) => ({ description: value === undefined ? null : textOf(value) }),
  }),
  property({
    name: carddav('supported-address-data'),
    source: 'RFC 6352 §6.2.2',
    on: ['addressbook'],
    allprop: false,
    read: () => formElements('addressbook', carddav('address-data-type')),
  }),
  property({
    name: carddav('supported-collation-set'),
    source: 'RFC 6352 §8.3.1',
    on: ['addressbook'],
    allprop: false,
    read: () => join(collations.map((each) => textElement(carddav('supported-collation'), each))),
  }),
];

export const collectionProperties: readonly Property[] = [...common, ...calendar, ...addressBook];
