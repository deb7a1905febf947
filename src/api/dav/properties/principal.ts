import { isBarred } from '../barred.ts';
import { hrefElement, hrefs } from '../href.ts';
import { type Property, property } from '../tables.ts';
import { caldav, calendarServer, carddav, dav } from '../xml/names.ts';
import { join, nothing, text, textElement } from '../xml/write.ts';

/** Given name and surname of a name as people write it: the surname is its last word, or before a comma. */
const partsOf = (name: string): { readonly first: string; readonly last: string } => {
  const [, before, after] = /^([^,]*),(.*)$/.exec(name.trim()) ?? [];
  if (before !== undefined && after !== undefined)
    return { first: after.trim(), last: before.trim() };
  const words = name.trim().split(/\s+/);
  return { first: words.slice(0, -1).join(' ') || name.trim(), last: words.slice(1).at(-1) ?? '' };
};

const textOrNone = (value: string) => (value === '' ? undefined : text(value));

/** What clients look for at a principal to find everything else (RFC 6764 §6). */
export const principalProperties: readonly Property[] = [
  property({
    name: dav('principal-URL'),
    source: 'RFC 3744 §4.2',
    on: ['principal'],
    allprop: false,
    read: ({ view }) => hrefElement(hrefs.principal(view.whose.login)),
  }),
  property({
    name: dav('alternate-URI-set'),
    source: 'RFC 3744 §4.1',
    on: ['principal'],
    allprop: false,
    read: ({ view: { whose } }) =>
      whose.mail === '' ? nothing : hrefElement(`mailto:${whose.mail}`),
  }),
  property({
    name: dav('group-member-set'),
    source: 'RFC 3744 §4.3',
    on: ['principal'],
    allprop: false,
    read: () => nothing,
  }),
  property({
    name: dav('group-membership'),
    source: 'RFC 3744 §4.4',
    on: ['principal'],
    allprop: false,
    read: () => nothing,
  }),
  property({
    name: caldav('calendar-home-set'),
    source: 'RFC 4791 §6.2.1',
    on: ['principal'],
    allprop: false,
    read: ({ view: { viewer, whose } }) =>
      isBarred(viewer, 'calendar') ? undefined : hrefElement(hrefs.home(whose.login, 'calendar')),
  }),
  property({
    name: carddav('addressbook-home-set'),
    source: 'RFC 6352 §7.1.1',
    on: ['principal'],
    allprop: false,
    read: ({ view }) => hrefElement(hrefs.home(view.whose.login, 'addressbook')),
  }),
  property({
    name: caldav('calendar-user-address-set'),
    source: 'RFC 6638 §2.4.1',
    on: ['principal'],
    allprop: false,
    read: ({ view: { whose } }) =>
      join(
        [...(whose.mail === '' ? [] : [`mailto:${whose.mail}`]), hrefs.principal(whose.login)].map(
          hrefElement,
        ),
      ),
  }),
  property({
    name: caldav('calendar-user-type'),
    source: 'RFC 6638 §2.4.2',
    on: ['principal'],
    allprop: false,
    read: () => text('INDIVIDUAL'),
  }),
  property({
    name: calendarServer('email-address-set'),
    source: 'calendarserver.org, caldav-proxy',
    on: ['principal'],
    allprop: false,
    read: ({ view: { whose } }) =>
      whose.mail === '' ? undefined : textElement(calendarServer('email-address'), whose.mail),
  }),
  property({
    name: calendarServer('first-name'),
    source: 'calendarserver.org, caldav-principal-search',
    on: ['principal'],
    allprop: false,
    read: ({ view }) => textOrNone(partsOf(view.viewer.displayName).first),
  }),
  property({
    name: calendarServer('last-name'),
    source: 'calendarserver.org, caldav-principal-search',
    on: ['principal'],
    allprop: false,
    read: ({ view }) => textOrNone(partsOf(view.viewer.displayName).last),
  }),
  property({
    name: dav('resource-id'),
    source: 'RFC 5842 §3.1',
    on: ['principal'],
    allprop: false,
    read: ({ view }) => hrefElement(`urn:uuid:${view.whose.account}`),
  }),
];
