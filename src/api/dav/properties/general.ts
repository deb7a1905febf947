import { granteeParts } from '../../../domain/rights/grants.ts';
import { contentTypeOf } from '../objects/media.ts';
import { homeSegments, hrefElement, hrefs } from '../href.ts';
import {
  type Place,
  type Property,
  property,
  type Subject,
  type SubjectAt,
  subjectPlaces,
} from '../tables.ts';
import { caldav, calendarServer, carddav, dav, groupdav } from '../xml/names.ts';
import { element, join, type Markup, nothing, text } from '../xml/write.ts';

const objects = ['calendar-object', 'address-object'] as const;
const exports = ['calendar-export', 'addressbook-export'] as const;
const dated = ['calendar', 'addressbook', ...objects] as const;

type ByPlace = Readonly<Record<Subject['place'], Markup>>;

const plain = element(dav('collection'));
const types: ByPlace = {
  root: plain,
  principal: join([plain, element(dav('principal'))]),
  'known-principal': join([plain, element(dav('principal'))]),
  'calendar-proxy': nothing,
  'calendar-home': plain,
  'addressbook-home': plain,
  calendar: join([plain, element(caldav('calendar'))]),
  addressbook: join([
    plain,
    element(carddav('addressbook')),
    element(groupdav('vcard-collection')),
  ]),
  'calendar-object': nothing,
  'address-object': nothing,
  directory: join([
    plain,
    element(carddav('addressbook')),
    // draft-daboo-carddav-directory-gateway §4.1.
    element(carddav('directory')),
  ]),
  'directory-card': nothing,
  'free-busy': nothing,
  'schedule-inbox': join([plain, element(caldav('schedule-inbox'))]),
  'schedule-outbox': join([plain, element(caldav('schedule-outbox'))]),
  notifications: join([plain, element(calendarServer('notification'))]),
  notification: nothing,
  'calendar-export': nothing,
  'addressbook-export': nothing,
  folder: plain,
  file: nothing,
};

/** What GroupDAV calls a calendar, by what it holds. */
const groupdavTypes: Readonly<Record<string, Markup>> = {
  VEVENT: element(groupdav('vevent-collection')),
  VTODO: element(groupdav('vtodo-collection')),
};

/** calendarserver.org, caldav-sharing §5.2.1: a calendar that is shared with somebody by name, and what they have of it. */
const sharedType = ({ entry, row, view }: SubjectAt<'calendar'>): Markup => {
  if (entry.owner !== undefined) return SHARED;
  const isOwners = row.owner === view.viewer.account;
  const isShared = [...row.grants].some(
    ([grantee, roles]) => roles.length > 0 && granteeParts(grantee).kind === 'account',
  );
  return isOwners && isShared ? SHARED_OWNER : nothing;
};

const SHARED = element(calendarServer('shared'));
const SHARED_OWNER = element(calendarServer('shared-owner'));

const typeOf = (subject: Subject): Markup => {
  if (subject.place === 'calendar-proxy')
    return join([types.principal, element(calendarServer(`calendar-proxy-${subject.of}`))]);
  if (subject.place === 'calendar')
    return join([
      types.calendar,
      ...subject.row.components.map((name) => groupdavTypes[name] ?? nothing),
      sharedType(subject),
    ]);
  // Clients take what is marked as a directory for read-only.
  if (subject.place === 'directory' && subject.book.writing !== undefined) return types.addressbook;
  return types[subject.place];
};

const displayName = (subject: Subject): string | undefined => {
  switch (subject.place) {
    case 'root':
      return 'SOGo';
    case 'principal':
      return subject.view.whose.displayName || subject.view.whose.login;
    case 'known-principal':
      return subject.known.entry.displayName || subject.known.user;
    case 'calendar-home':
      return homeSegments.calendar;
    case 'addressbook-home':
      return homeSegments.addressbook;
    default:
      return undefined;
  }
};

const reports = new WeakMap<object, Map<Place, Markup>>();

/** Written once per table and place. */
const supportedReports = ({ view: { tables }, place }: Subject): Markup | undefined => {
  const known = reports.get(tables) ?? new Map<Place, Markup>();
  reports.set(tables, known);
  const written =
    known.get(place) ??
    join(
      tables.reports
        .filter(({ on }) => on.includes(place))
        .map(({ name }) => element(dav('supported-report'), element(dav('report'), element(name)))),
    );
  known.set(place, written);
  return written;
};

const dates = (subject: Extract<Subject, { place: (typeof dated)[number] }>) => {
  if (!('member' in subject)) return subject.row;
  return 'modifiedAt' in subject.member ? subject.member : undefined;
};

/** What any WebDAV resource has (RFC 4918 §15, RFC 3253, RFC 5397). */
export const generalProperties: readonly Property[] = [
  property({
    name: dav('resourcetype'),
    source: 'RFC 4918 §15.9',
    needsTagAlone: true,
    on: subjectPlaces,
    allprop: true,
    read: typeOf,
  }),
  property({
    name: dav('displayname'),
    source: 'RFC 4918 §15.2',
    on: ['root', 'principal', 'known-principal', 'calendar-home', 'addressbook-home'],
    allprop: true,
    read: (subject) => text(displayName(subject) ?? ''),
  }),
  property({
    name: dav('getetag'),
    source: 'RFC 4918 §15.6',
    needsTagAlone: true,
    on: objects,
    allprop: true,
    read: ({ member }) => text(`"${member.etag}"`),
  }),
  property({
    name: dav('getcontenttype'),
    source: 'RFC 4918 §15.5',
    needsTagAlone: true,
    on: [...objects, 'free-busy', ...exports],
    allprop: true,
    read: (subject) =>
      text(
        'member' in subject
          ? contentTypeOf(subject.member)
          : 'form' in subject
            ? subject.form.contentType
            : 'text/calendar; charset=utf-8',
      ),
  }),
  property({
    name: dav('getcontentlength'),
    source: 'RFC 4918 §15.4',
    on: objects,
    allprop: true,
    // Of what is masked, it would tell how long the rest is.
    read: ({ member, held }) =>
      !('size' in member) || (member.masked === true && held === undefined)
        ? undefined
        : text(String(held?.octets.length ?? member.size)),
  }),
  property({
    name: dav('getlastmodified'),
    source: 'RFC 4918 §15.7',
    on: dated,
    allprop: true,
    // IMF-fixdate (RFC 9110 §5.6.7).
    read: (subject) => {
      const at = dates(subject)?.modifiedAt;
      return at === undefined ? undefined : text(new Date(at).toUTCString());
    },
  }),
  property({
    name: dav('creationdate'),
    source: 'RFC 4918 §15.1',
    on: dated,
    allprop: true,
    read: (subject) => {
      const at = dates(subject)?.createdAt;
      return at === undefined ? undefined : text(at);
    },
  }),
  property({
    name: dav('supported-report-set'),
    source: 'RFC 3253 §3.1.5',
    on: subjectPlaces,
    allprop: false,
    read: supportedReports,
  }),
  property({
    name: dav('current-user-principal'),
    source: 'RFC 5397 §3',
    on: subjectPlaces,
    allprop: false,
    read: ({ view }) =>
      view.viewer.asker.isAnonymous === true
        ? element(dav('unauthenticated'))
        : hrefElement(hrefs.principal(view.viewer.login)),
  }),
];
