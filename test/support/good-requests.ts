import { type CorpusFile, corpora, corpus } from './corpus.ts';
import { cardText, eventText, multigetBody, syncBody } from './objects.ts';

/** A request that is good as it stands, at least where what it is about is there. */
export interface GoodRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** '' when it has none. */
  readonly body: string;
}

const base = '/SOGo/dav/ada';
export const PERSONAL = `${base}/Calendar/personal/`;
const CONTACTS = `${base}/Contacts/personal/`;
const OTHER = `${base}/Calendar/other/`;
const ONE = `${PERSONAL}one.ics`;
const TWO = `${PERSONAL}two.ics`;
const FILES = `${base}/Files/`;
const NOTIFICATIONS = `${base}/notifications/`;
const SHARED = `/SOGo/share/${'A'.repeat(64)}.ics`;
const CARD = `${CONTACTS}one.vcf`;
const FOLDER = `${base}/Files/one/`;
const FILE = `${FOLDER}two.txt`;

/** Paths that mean something, or could. */
export const places = [
  '/',
  '/SOGo/dav/',
  `${base}/`,
  `${base}`,
  `${base}/freebusy.ifb`,
  `${base}/Calendar/`,
  `${base}/Contacts/`,
  PERSONAL,
  CONTACTS,
  ONE,
  TWO,
  CARD,
  OTHER,
  `${OTHER}one.ics`,
  `${base}/Contacts/others/`,
  `${base}/Calendar/personal.ics`,
  `${base}/Calendar/personal.xml`,
  `${base}/Contacts/personal.vcf`,
  `${PERSONAL}?add-member`,
  '/SOGo/dav/bob/Calendar/personal/',
  '/principals/users/ada/',
  NOTIFICATIONS,
  SHARED,
  FILES,
  `${FILES}one/`,
  `${FILES}one/two.txt`,
  '/.well-known/caldav',
  '/healthz',
  `${base}/Files/`,
  FOLDER,
  FILE,
] as const;

const XML = 'application/xml; charset=utf-8';
const dav =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:V="urn:ietf:params:xml:ns:carddav" xmlns:CS="http://calendarserver.org/ns/" xmlns:I="urn:inverse:params:xml:ns:inverse-dav"';

const xml = (
  method: string,
  path: string,
  root: string,
  content: string,
  headers: Readonly<Record<string, string>> = {},
): GoodRequest => ({
  method,
  path,
  headers: { 'content-type': XML, ...headers },
  body: `<${root} ${dav}>${content}</${root}>`,
});

const put = (path: string, type: string, body: string): GoodRequest => ({
  method: 'PUT',
  path,
  headers: { 'content-type': type },
  body,
});

const plain = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): GoodRequest => ({ method, path, headers, body: '' });

const dated = eventText(
  'one',
  'DTEND;TZID=Europe/Berlin:20260105T100000',
  'RRULE:FREQ=WEEKLY;COUNT=10;BYDAY=MO,WE',
  'EXDATE:20260107T090000Z',
  'SUMMARY:Grüße\\, Welt; "a" <b> & c',
  'ATTENDEE;CN="A, B";PARTSTAT=ACCEPTED:mailto:a@example.org',
  'BEGIN:VALARM',
  'TRIGGER:-PT15M',
  'ACTION:DISPLAY',
  'END:VALARM',
);

const objects: readonly GoodRequest[] = [
  put(ONE, 'text/calendar; charset=utf-8', dated),
  put(ONE, 'text/calendar', eventText('one')),
  put(TWO, 'text/calendar', eventText('two')),
  put(`${OTHER}one.ics`, 'text/calendar', eventText('other')),
  put(CARD, 'text/vcard', cardText('one', 'item1.TEL;TYPE=home:+1', 'NOTE:folded', ' on')),
  plain('DELETE', ONE),
  plain('DELETE', CARD),
  plain('GET', ONE),
  plain('GET', ONE, { 'if-none-match': '"x"', accept: 'application/calendar+json' }),
  plain('GET', CARD, { accept: 'text/vcard; version=4.0' }),
  plain('GET', `${base}/Calendar/personal.ics`),
  plain('GET', `${base}/Contacts/personal.vcf?x=1&y=%20`),
  plain('OPTIONS', PERSONAL),
  { ...put(`${PERSONAL}?add-member`, 'text/calendar', eventText('added')), method: 'POST' },
  plain('COPY', ONE, { destination: `${OTHER}one.ics`, overwrite: 'T', depth: '0' }),
  plain('COPY', CARD, { destination: `http://127.0.0.1${CONTACTS}copy.vcf`, overwrite: 'F' }),
  plain('MOVE', TWO, { destination: `${PERSONAL}three.ics` }),
  plain('MOVE', `${PERSONAL}three.ics`, { destination: TWO, if: '(Not ["x"])' }),
  plain('MKCOL', FOLDER),
  put(FILE, 'text/plain', 'text'),
  xml(
    'PROPPATCH',
    FOLDER,
    'D:propertyupdate',
    '<D:set><D:prop><x:y xmlns:x="urn:x" a="1"><z/>t</x:y></D:prop></D:set>',
  ),
  plain('GET', FILE, { range: 'bytes=0-1' }),
  plain('COPY', FOLDER, { destination: `${base}/Files/copy/`, depth: 'infinity' }),
  plain('DELETE', FOLDER),
  plain('DELETE', TWO, { if: `<${PERSONAL}two.ics> (["x"]) (Not <DAV:no-lock>)` }),
];

const collections: readonly GoodRequest[] = [
  xml(
    'PROPFIND',
    PERSONAL,
    'D:propfind',
    '<D:prop><D:getetag/><D:displayname/><C:calendar-data/><x xmlns="urn:x"/></D:prop>',
    { depth: '1' },
  ),
  xml('PROPFIND', `${base}/`, 'D:propfind', '<D:propname/>', { depth: '1' }),
  xml(
    'PROPFIND',
    `${base}/Calendar/`,
    'D:propfind',
    '<D:allprop/><D:include><D:sync-token/></D:include>',
    { depth: '1' },
  ),
  xml(
    'PROPPATCH',
    PERSONAL,
    'D:propertyupdate',
    '<D:set><D:prop><D:displayname xml:lang="de">Ä</D:displayname><x:y xmlns:x="urn:x" a="1"><z/>t</x:y></D:prop></D:set><D:remove><D:prop><w xmlns="urn:w"/></D:prop></D:remove>',
  ),
  xml(
    'PROPPATCH',
    `${base}/Contacts/`,
    'D:propertyupdate',
    '<D:set><D:prop><I:contacts-categories><I:category>A</I:category></I:contacts-categories></D:prop></D:set>',
  ),
  xml(
    'PROPPATCH',
    OTHER,
    'D:propertyupdate',
    '<D:set><D:prop><C:schedule-calendar-transp><C:transparent/></C:schedule-calendar-transp></D:prop></D:set>',
  ),
  xml(
    'MKCALENDAR',
    OTHER,
    'C:mkcalendar',
    '<D:set><D:prop><D:displayname>N</D:displayname><C:supported-calendar-component-set><C:comp name="VEVENT"/></C:supported-calendar-component-set></D:prop></D:set>',
  ),
  xml(
    'MKCOL',
    OTHER,
    'D:mkcol',
    '<D:set><D:prop><D:resourcetype><D:collection/><C:calendar/></D:resourcetype></D:prop></D:set>',
  ),
  plain('MKCOL', `${base}/Contacts/others/`),
  plain('DELETE', OTHER),
  plain('DELETE', `${base}/Contacts/others/`),
];

const files: readonly GoodRequest[] = [
  plain('MKCOL', `${FILES}one/`),
  put(`${FILES}one/two.txt`, 'text/plain', 'text'),
  xml(
    'PROPPATCH',
    `${FILES}one/`,
    'D:propertyupdate',
    '<D:set><D:prop><x:y xmlns:x="urn:x" a="1"><z/>t</x:y></D:prop></D:set>',
  ),
  xml('PROPFIND', FILES, 'D:propfind', '<D:allprop/>', { depth: '1' }),
  plain('COPY', `${FILES}one/`, { destination: `${FILES}copy/`, depth: 'infinity' }),
  plain('MOVE', `${FILES}copy/`, { destination: `${FILES}one/within/`, overwrite: 'F' }),
  plain('GET', `${FILES}one/two.txt`),
  plain('DELETE', `${FILES}one/`),
];

const shares: readonly GoodRequest[] = [
  xml(
    'ACL',
    PERSONAL,
    'D:acl',
    '<D:ace><D:principal><D:href>/SOGo/dav/bob/</D:href></D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace><D:ace><D:principal><D:property><D:owner/></D:property></D:principal><D:grant><D:privilege><D:all/></D:privilege></D:grant><D:protected/></D:ace>',
  ),
  xml(
    'POST',
    PERSONAL,
    'CS:share',
    '<CS:set><D:href>mailto:bob@example.org</D:href><CS:summary>S</CS:summary><CS:read-write/></CS:set><CS:remove><D:href>/SOGo/dav/bob/</D:href></CS:remove>',
  ),
  xml(
    'POST',
    `${base}/Calendar/`,
    'CS:invite-reply',
    '<D:href>mailto:ada@example.org</D:href><CS:invite-declined/><CS:hosturl><D:href>/SOGo/dav/bob/Calendar/personal/</D:href></CS:hosturl><CS:in-reply-to>x</CS:in-reply-to>',
  ),
  xml('PROPFIND', PERSONAL, 'D:propfind', '<D:prop><D:acl/><CS:invite/><CS:shared-url/></D:prop>', {
    depth: '0',
  }),
  xml('PROPFIND', NOTIFICATIONS, 'D:propfind', '<D:prop><CS:notificationtype/></D:prop>', {
    depth: '1',
  }),
  plain('GET', `${NOTIFICATIONS}x.xml`, { 'if-none-match': '"x"' }),
  plain('DELETE', `${NOTIFICATIONS}x.xml`),
  plain('GET', SHARED, { 'if-none-match': '"x"' }),
];

const filter = (inner: string): string =>
  `<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">${inner}</C:comp-filter></C:comp-filter></C:filter>`;
const range = 'start="20260101T000000Z" end="20270101T000000Z"';
const report = (path: string, root: string, content: string, depth = '1'): GoodRequest =>
  xml('REPORT', path, root, content, { depth });
const body = (path: string, text: string): GoodRequest => ({
  method: 'REPORT',
  path,
  headers: { 'content-type': XML, depth: '0' },
  body: text,
});

/** One of each report at least; a test looks that none is forgotten. */
export const reportRequests: readonly GoodRequest[] = [
  body(PERSONAL, syncBody('')),
  body(
    PERSONAL,
    syncBody('', { limit: 1, props: ['{urn:ietf:params:xml:ns:caldav}calendar-data'] }),
  ),
  body(
    PERSONAL,
    syncBody('urn:x-daybook:sync:00000000-0000-4000-8000-000000000000:1:0123456789abcdef'),
  ),
  body(
    PERSONAL,
    multigetBody(
      'calendar',
      [ONE, TWO, '/x', '%'],
      ['{DAV:}getetag', '{urn:ietf:params:xml:ns:caldav}calendar-data'],
    ),
  ),
  body(CONTACTS, multigetBody('addressbook', [CARD])),
  report(
    PERSONAL,
    'C:calendar-query',
    `<D:prop><C:calendar-data><C:expand ${range}/></C:calendar-data></D:prop>${filter(`<C:time-range ${range}/>`)}`,
  ),
  report(
    PERSONAL,
    'C:calendar-query',
    `<D:prop><D:getetag/></D:prop>${filter('<C:prop-filter name="SUMMARY"><C:text-match collation="i;unicode-casemap" negate-condition="no">Welt</C:text-match></C:prop-filter><C:prop-filter name="ATTENDEE"><C:param-filter name="PARTSTAT"><C:is-not-defined/></C:param-filter></C:prop-filter>')}`,
  ),
  report(PERSONAL, 'C:free-busy-query', `<C:time-range ${range}/>`),
  report(
    CONTACTS,
    'V:addressbook-query',
    '<D:prop><V:address-data version="4.0"><V:prop name="FN"/></V:address-data></D:prop><V:filter test="anyof"><V:prop-filter name="FN" test="allof"><V:text-match match-type="starts-with">J</V:text-match></V:prop-filter></V:filter><V:limit><V:nresults>5</V:nresults></V:limit>',
  ),
  report(
    `${base}/`,
    'D:expand-property',
    '<D:property name="calendar-home-set" namespace="urn:ietf:params:xml:ns:caldav"><D:property name="displayname"/></D:property>',
    '0',
  ),
  report('/SOGo/dav/', 'D:principal-match', '<D:self/><D:prop><D:displayname/></D:prop>', '0'),
  report(
    '/SOGo/dav/',
    'D:principal-property-search',
    '<D:property-search><D:prop><D:displayname/></D:prop><D:match>ada</D:match></D:property-search><D:prop><D:displayname/></D:prop>',
    '0',
  ),
  report('/SOGo/dav/', 'D:principal-search-property-set', '', '0'),
  report(
    '/SOGo/dav/',
    'CS:calendarserver-principal-search',
    '<CS:search-token>ada</CS:search-token><D:prop><D:displayname/></D:prop>',
    '0',
  ),
  report(PERSONAL, 'I:acl-query', '<I:user-list/>', '0'),
  report(
    PERSONAL,
    'I:acl-query',
    '<I:set-roles user="bob"><I:PublicViewer/><I:ObjectCreator/></I:set-roles>',
    '0',
  ),
  report(PERSONAL, 'I:acl-query', '<I:remove-user user="bob"/>', '0'),
  report(
    `${base}/`,
    'I:collection-query',
    '<I:prop-match name="owner"><D:href>/SOGo/dav/a/</D:href></I:prop-match><I:prop-match name="resource-type">calendar</I:prop-match>',
    '0',
  ),
  report(PERSONAL, 'D:acl-principal-prop-set', '<D:prop><D:displayname/></D:prop>', '0'),
  report('/SOGo/dav/', 'I:user-query', '<I:users match-name="a"/>', '0'),
];

const filesIn = (folder: string): readonly CorpusFile[] => [
  ...corpus(`${folder}/good`),
  ...corpora(`${folder}/bad`).flatMap((condition) => corpus(`${folder}/bad/${condition}`)),
];

/** The objects of the corpus, good and bad, each under a name of its own. */
export const corpusRequests: readonly GoodRequest[] = [
  ...filesIn('ical').map(({ name, text }) => put(`${PERSONAL}${name}`, 'text/calendar', text)),
  ...filesIn('vcard').map(({ name, text }) => put(`${CONTACTS}${name}`, 'text/vcard', text)),
];

export const goodRequests: readonly GoodRequest[] = [
  ...objects,
  ...collections,
  ...reportRequests,
  ...files,
  ...shares,
];
