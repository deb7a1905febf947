import type { Classification, Role } from '../../src/domain/rights/roles.ts';
import type { RequestOptions } from './dav.ts';
import { multigetBody, syncBody, XML } from './objects.ts';

/** What somebody sees of an object. */
export type Seen = 'whole' | 'times' | 'nothing';

const part = { PUBLIC: 'Public', CONFIDENTIAL: 'Confidential', PRIVATE: 'Private' } as const;

/** What the table says of events of a classification, said a second time and more simply. */
export const seesEvent = (roles: readonly Role[], of: Classification): Seen => {
  const held = (right: string): boolean => roles.some((role) => role === `${part[of]}${right}`);
  if (held('Viewer') || held('Responder') || held('Modifier')) return 'whole';
  return held('DAndTViewer') ? 'times' : 'nothing';
};

/** The same of cards. */
export const seesCard = (roles: readonly Role[]): Seen =>
  roles.includes('ObjectViewer') || roles.includes('ObjectEditor') ? 'whole' : 'nothing';

/** Who has rights in a collection, as the tests keep it: roles by the name SOGo's requests give the grantee. */
export type Given = ReadonlyMap<string, readonly Role[]>;

/** The roles of somebody, said a second time: his own, else his groups', else everybody's. */
export const rolesOf = (
  given: Given,
  who: string,
  teams: Readonly<Record<string, readonly string[]>>,
): readonly Role[] => {
  if (who === 'anonymous') return given.get('anonymous') ?? [];
  const own = given.get(who);
  if (own !== undefined) return own;
  const theirs = Object.entries(teams).flatMap(([team, logins]) => {
    const roles = logins.includes(who) ? given.get(`@${team}`) : undefined;
    return roles === undefined ? [] : [roles];
  });
  return theirs.length > 0 ? theirs.flat() : (given.get('<default>') ?? []);
};

export interface Ask extends RequestOptions {
  readonly method: string;
  readonly path: string;
}

const CALDAV = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"';
const CARDDAV = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"';
const RANGE = 'start="20260105T000000Z" end="20260107T000000Z"';

/** Everything that listings tell. */
const told = `<D:propfind xmlns:D="DAV:" xmlns:CS="http://calendarserver.org/ns/"><D:prop>
<D:getetag/><D:getcontentlength/><D:getcontenttype/><D:getlastmodified/><D:creationdate/><D:displayname/><CS:getctag/>
<D:sync-token/><D:quota-used-bytes/><D:resourcetype/><D:current-user-privilege-set/><D:acl/><D:owner/></D:prop></D:propfind>`;

const calendarQuery = (filter: string, data = '<C:calendar-data/>', component = 'VEVENT') =>
  `<C:calendar-query ${CALDAV}><D:prop><D:getetag/><D:getcontentlength/><D:getlastmodified/>${data}</D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="${component}">${filter}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`;
const cardQuery = (filter: string) =>
  `<C:addressbook-query ${CARDDAV}><D:prop><D:getetag/><C:address-data/></D:prop><C:filter>${filter}</C:filter></C:addressbook-query>`;
const textFilter = (name: string, text: string, inverse = 'no') =>
  `<C:prop-filter name="${name}"><C:text-match negate-condition="${inverse}">${text}</C:text-match></C:prop-filter>`;

/**
 * All ways there are to be told something of the members of a calendar or address book, and of the free time of
 * its owner, without changing anything. `words` are searched for: parts of what may be hidden.
 */
export const waysToAsk = (
  kind: 'calendar' | 'addressbook',
  tree: string,
  collection: string,
  names: readonly string[],
  { words, token }: { readonly words: readonly string[]; readonly token: string },
): readonly Ask[] => {
  const segment = kind === 'calendar' ? 'Calendar' : 'Contacts';
  const at = `${tree}${segment}/${collection}/`;
  const data =
    kind === 'calendar'
      ? '{urn:ietf:params:xml:ns:caldav}calendar-data'
      : '{urn:ietf:params:xml:ns:carddav}address-data';
  const report = (body: string, depth = '1'): Ask => ({
    ...{ method: 'REPORT', path: at, body },
    headers: { ...XML, depth },
  });
  const find = (path: string, depth: string): Ask => ({
    ...{ method: 'PROPFIND', path, body: told },
    headers: { ...XML, depth },
  });
  const hrefs = names.map((name) => at + name);
  const queries =
    kind === 'calendar'
      ? [
          calendarQuery(''),
          calendarQuery('', `<C:calendar-data><C:expand ${RANGE}/></C:calendar-data>`),
          calendarQuery(`<C:time-range ${RANGE}/>`, ''),
          calendarQuery('<C:comp-filter name="VALARM"/>', ''),
          calendarQuery('', '', 'VFREEBUSY'),
          calendarQuery(
            '',
            `<C:calendar-data><C:limit-freebusy-set ${RANGE}/></C:calendar-data>`,
            'VFREEBUSY',
          ),
          ...words.flatMap((word) => [
            calendarQuery(textFilter('SUMMARY', word), ''),
            calendarQuery(textFilter('DESCRIPTION', word, 'yes'), ''),
            calendarQuery(textFilter('UID', word), ''),
          ]),
          `<C:free-busy-query ${CALDAV}><C:time-range ${RANGE}/></C:free-busy-query>`,
        ]
      : [
          cardQuery(''),
          ...words.flatMap((word) => [
            cardQuery(textFilter('FN', word)),
            cardQuery(textFilter('NOTE', word, 'yes')),
          ]),
        ];
  const exports = kind === 'calendar' ? ['.ics', '.xml'] : ['.vcf'];
  // Refused whatever whoever asks may do: nothing has that entity tag.
  const never = { 'if-match': '"never"' } as const;
  const elsewhere = { ...never, destination: `${at}elsewhere` };
  return [
    find(tree, '1'),
    find(`${tree}${segment}/`, '1'),
    find(at, '0'),
    find(at, '1'),
    report(syncBody('', { props: ['{DAV:}getetag', data] })),
    report(syncBody(token, { props: ['{DAV:}getetag', data] })),
    report(syncBody(token, { limit: 1 })),
    report(multigetBody(kind, hrefs, ['{DAV:}getetag', '{DAV:}getlastmodified', data])),
    ...queries.map((body) => report(body)),
    ...exports.map((ending) => ({ method: 'GET', path: `${at.slice(0, -1)}${ending}` })),
    ...(kind === 'calendar' ? [{ method: 'GET', path: `${tree}freebusy.ifb` }] : []),
    { method: 'GET', path: at },
    ...hrefs.flatMap((path) => [
      { method: 'GET', path },
      { method: 'HEAD', path },
      {
        method: 'GET',
        path,
        headers: { accept: 'application/calendar+json, application/vcard+json' },
      },
      { method: 'GET', path, headers: { 'if-none-match': '*' } },
      find(path, '0'),
      { method: 'PUT', path, headers: never, body: 'nothing' },
      { method: 'PUT', path, headers: { 'if-none-match': '*', 'if-match': '"never"' }, body: 'x' },
      { method: 'DELETE', path, headers: never },
      { method: 'DELETE', path, headers: { if: '(["never"])' } },
      { method: 'COPY', path, headers: elsewhere },
      { method: 'MOVE', path, headers: elsewhere },
    ]),
  ];
};
