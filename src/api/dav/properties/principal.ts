import type { EntryKind } from '../../../domain/account/directory.ts';
import { recordTypes, userTypes } from '../directory/principal.ts';
import { isBarred } from '../barred.ts';
import { collectionBelow, hrefElement, hrefs } from '../href.ts';
import { type Property, property, type SubjectAt } from '../tables.ts';
import { caldav, calendarServer, carddav, dav } from '../xml/names.ts';
import { join, text, textElement } from '../xml/write.ts';

const principals = ['principal', 'known-principal'] as const;

interface Who {
  readonly href: string;
  readonly mails: readonly string[];
  readonly kind: EntryKind;
}

/** In whose tree the principal is, or whom a directory knows. */
const whoIs = (subject: SubjectAt<(typeof principals)[number]>): Who => {
  if (subject.place === 'principal') {
    const { login, mail } = subject.view.whose;
    return {
      href: hrefs.principal(login),
      mails: mail === '' ? [] : [mail],
      kind: 'individual',
    };
  }
  const { user, entry } = subject.known;
  return { href: hrefs.principal(user), mails: entry.mails, kind: entry.kind };
};

/** Given name and surname of a name as people write it: the surname is its last word, or before a comma. */
const partsOf = (name: string): { readonly first: string; readonly last: string } => {
  const [, before, after] = /^([^,]*),(.*)$/.exec(name.trim()) ?? [];
  if (before !== undefined && after !== undefined)
    return { first: after.trim(), last: before.trim() };
  const words = name.trim().split(/\s+/);
  return { first: words.slice(0, -1).join(' ') || name.trim(), last: words.slice(1).at(-1) ?? '' };
};

const textOrNone = (value = '') => (value === '' ? undefined : text(value));

/** What clients look for at a principal to find everything else (RFC 6764 §6). */
export const principalProperties: readonly Property[] = [
  property({
    name: dav('principal-URL'),
    source: 'RFC 3744 §4.2',
    on: principals,
    allprop: false,
    read: (subject) => hrefElement(whoIs(subject).href),
  }),
  property({
    name: dav('alternate-URI-set'),
    source: 'RFC 3744 §4.1',
    on: principals,
    allprop: false,
    read: (subject) => join(whoIs(subject).mails.map((mail) => hrefElement(`mailto:${mail}`))),
  }),
  property({
    name: dav('group-member-set'),
    source: 'RFC 3744 §4.3',
    on: principals,
    allprop: false,
    read: (subject) =>
      join((subject.place === 'principal' ? [] : (subject.members ?? [])).map(hrefElement)),
  }),
  property({
    name: dav('group-membership'),
    source: 'RFC 3744 §4.4',
    on: principals,
    allprop: false,
    read: ({ groups = [] }) =>
      groups === 'away' ? { status: 503 } : join(groups.map(hrefElement)),
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
    read: ({ view: { viewer, whose } }) =>
      isBarred(viewer, 'addressbook')
        ? undefined
        : hrefElement(hrefs.home(whose.login, 'addressbook')),
  }),
  property({
    name: carddav('directory-gateway'),
    source: 'draft-daboo-carddav-directory-gateway §3',
    on: ['principal'],
    allprop: false,
    read: ({ view: { viewer, books } }) =>
      books.length === 0
        ? undefined
        : join(
            books.map(({ segment }) =>
              hrefElement(collectionBelow(hrefs.home(viewer.login, 'addressbook'), segment)),
            ),
          ),
  }),
  property({
    name: caldav('calendar-user-address-set'),
    source: 'RFC 6638 §2.4.1',
    on: principals,
    allprop: false,
    read: (subject) => {
      const { mails, href } = whoIs(subject);
      return join([...mails.map((mail) => `mailto:${mail}`), href].map(hrefElement));
    },
  }),
  property({
    name: caldav('calendar-user-type'),
    source: 'RFC 6638 §2.4.2',
    on: principals,
    allprop: false,
    read: (subject) => text(userTypes[whoIs(subject).kind]),
  }),
  property({
    name: calendarServer('record-type'),
    source: 'calendarserver.org',
    on: ['known-principal'],
    allprop: false,
    read: ({ known }) => text(recordTypes[known.entry.kind]),
  }),
  property({
    name: calendarServer('email-address-set'),
    source: 'calendarserver.org, caldav-proxy',
    on: principals,
    allprop: false,
    read: (subject) => {
      const { mails } = whoIs(subject);
      return mails.length === 0
        ? undefined
        : join(mails.map((mail) => textElement(calendarServer('email-address'), mail)));
    },
  }),
  property({
    name: calendarServer('first-name'),
    source: 'calendarserver.org, caldav-principal-search',
    on: principals,
    allprop: false,
    read: (subject) =>
      textOrNone(
        subject.place === 'principal'
          ? partsOf(subject.view.viewer.displayName).first
          : subject.known.entry.contact.get('givenname'),
      ),
  }),
  property({
    name: calendarServer('last-name'),
    source: 'calendarserver.org, caldav-principal-search',
    on: principals,
    allprop: false,
    read: (subject) =>
      textOrNone(
        subject.place === 'principal'
          ? partsOf(subject.view.viewer.displayName).last
          : subject.known.entry.contact.get('sn'),
      ),
  }),
  property({
    name: dav('resource-id'),
    source: 'RFC 5842 §3.1',
    on: ['principal'],
    allprop: false,
    read: ({ view }) => hrefElement(`urn:uuid:${view.whose.account}`),
  }),
];
