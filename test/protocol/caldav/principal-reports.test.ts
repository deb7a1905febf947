import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, elementsOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { caldav, calendarServer, carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  childNames,
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
  xmlOf,
} from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR, XML } from '../../support/objects.ts';

const ROOT = '/SOGo/dav/';
const ALICE = '/SOGo/dav/alice/';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  await server.send('PUT', `${CALENDAR}a.ics`, { headers: ICALENDAR, body: eventText('a') });
});
afterAll(() => server.stop());

const NAMESPACES =
  'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:CS="http://calendarserver.org/ns/"';
const report = (
  path: string,
  name: string,
  content: string,
  { attributes = '', depth }: { attributes?: string; depth?: string } = {},
) =>
  server.send('REPORT', path, {
    headers: { ...XML, ...(depth === undefined ? {} : { depth }) },
    body: `<${name} ${NAMESPACES} ${attributes}>${content}</${name}>`,
  });
const hrefsOf = async (answered: ReturnType<typeof report>): Promise<readonly string[]> => [
  ...responsesOf(await answered).keys(),
];

describe('expand-property (RFC 3253 §3.8)', () => {
  const property = (name: string, content = '', namespace = ''): string =>
    `<D:property name="${name}"${namespace === '' ? '' : ` namespace="${namespace}"`}>${content}</D:property>`;
  const CALDAV = 'urn:ietf:params:xml:ns:caldav';

  it('puts what hrefs lead to in their place, level by level', async () => {
    const answered = await report(
      CALENDAR,
      'D:expand-property',
      property(
        'owner',
        property('displayname') +
          property('calendar-home-set', property('resourcetype'), CALDAV) +
          property('nothing'),
      ) + property('displayname'),
    );
    const response = responseOf(answered);
    expect(valueOf(response, dav('displayname'))).toBe('Personal Calendar');
    const owner = response.properties.get(dav('owner'));
    const [inner] = owner === undefined ? [] : childrenOf(owner, dav('response'));
    const [href, found, missing] = inner === undefined ? [] : elementsOf(inner);
    expect(href && textOf(href)).toBe(ALICE);
    expect(found && missing && [found.name, missing.name]).toEqual([
      dav('propstat'),
      dav('propstat'),
    ]);
    expect(answered.body).toContain('<D:displayname>Alice Liddell</D:displayname>');
    expect(answered.body).toContain(
      '<C:calendar-home-set><D:response><D:href>/SOGo/dav/alice/Calendar/</D:href>',
    );
    expect(answered.body).toContain('<D:prop><D:nothing/></D:prop><D:status>HTTP/1.1 404');
  });

  it('leaves hrefs alone where nothing is asked of what they lead to, or nothing is there', async () => {
    const plain = responseOf(await report(ALICE, 'D:expand-property', property('owner')));
    expect(hrefsIn(plain, dav('owner'))).toEqual([ALICE]);
    const answered = await report(
      ALICE,
      'D:expand-property',
      property('calendar-user-address-set', property('displayname'), CALDAV),
    );
    expect(hrefsIn(responseOf(answered), caldav('calendar-user-address-set'))).toEqual([
      'mailto:alice@example.org',
    ]);
    expect(answered.body).toContain('Alice Liddell');
  });

  it('heeds Depth 1, and refuses infinity', async () => {
    const asked = property('owner', property('displayname'));
    expect(await hrefsOf(report(CALENDAR, 'D:expand-property', asked, { depth: '1' }))).toEqual([
      CALENDAR,
      `${CALENDAR}a.ics`,
    ]);
    const infinite = await report(CALENDAR, 'D:expand-property', asked, { depth: 'infinity' });
    expect(infinite.status).toBe(403);
  });

  it.each([
    ['a name that is none', property('a b')],
    ['a name that would be markup', property('a&gt;&lt;b')],
    ['no name', '<D:property/>'],
    ['too many levels', '<D:property name="owner">'.repeat(9) + '</D:property>'.repeat(9)],
    ['too many properties', property('owner').repeat(201)],
  ])('refuses %s with 400', async (_, asked) => {
    expect((await report(ALICE, 'D:expand-property', asked)).status).toBe(400);
  });
});

describe('principal-match (RFC 3744 §9.3)', () => {
  it('with self finds whoever asks, and nobody else', async () => {
    const asked = '<D:self/><D:prop><D:displayname/></D:prop>';
    const answered = await report(ROOT, 'D:principal-match', asked);
    expect(valueOf(responseOf(answered), dav('displayname'))).toBe('Alice Liddell');
    expect(await hrefsOf(report(ROOT, 'D:principal-match', asked))).toEqual([ALICE]);
    expect(await hrefsOf(report(CALENDAR, 'D:principal-match', asked))).toEqual([]);
  });

  it('with principal-property finds all that names them in it, at any depth', async () => {
    const asked = '<D:principal-property><D:owner/></D:principal-property>';
    expect(await hrefsOf(report(`${ALICE}Calendar/`, 'D:principal-match', asked))).toEqual([
      `${ALICE}Calendar/`,
      CALENDAR,
      `${CALENDAR}a.ics`,
    ]);
    expect(await hrefsOf(report(ROOT, 'D:principal-match', asked))).toContain(`${CALENDAR}a.ics`);
  });

  it.each([
    ['neither', ''],
    ['both', '<D:self/><D:principal-property><D:owner/></D:principal-property>'],
    ['two properties', '<D:principal-property><D:owner/><D:group/></D:principal-property>'],
  ])('refuses %s with 400', async (_, asked) => {
    expect((await report(ROOT, 'D:principal-match', asked)).status).toBe(400);
  });

  it('refuses any Depth but 0 (§9.3)', async () => {
    const { status } = await report(ROOT, 'D:principal-match', '<D:self/>', { depth: '1' });
    expect(status).toBe(400);
  });
});

describe('principal-property-search (RFC 3744 §9.4)', () => {
  const search = (property: string, text: string, attributes = ''): string =>
    `<D:property-search><D:prop>${property}</D:prop><D:match ${attributes}>${text}</D:match></D:property-search>`;
  const NAME = '<D:displayname/>';
  const MAIL = '<CS:email-address-set/>';
  const everywhere = '<D:apply-to-principal-collection-set/>';

  it.each<readonly [string, string, string, boolean]>([
    ['part of a name, regardless of case', search(NAME, 'LIDD'), '', true],
    ['another name', search(NAME, 'Bob'), '', false],
    ['part of a mail address', search(MAIL, 'alice@'), '', true],
    ['a calendar user address', search('<C:calendar-user-address-set/>', 'mailto:alice'), '', true],
    ['all of several conditions', search(NAME, 'alice') + search(MAIL, 'bob'), '', false],
    ['all of several properties', search(NAME + MAIL, 'alice'), '', true],
    ['any of several conditions', search(NAME, 'x') + search(MAIL, 'alice'), 'test="anyof"', true],
    ['a whole name', search(NAME, 'alice', 'match-type="equals"'), '', false],
    ['the beginning of a name', search(NAME, 'alice', 'match-type="starts-with"'), '', true],
    ['a property that principals do not have', search('<D:getetag/>', 'a'), '', false],
  ])('finds by %s', async (_, asked, attributes, isFound) => {
    const answered = report(ROOT, 'D:principal-property-search', asked, { attributes });
    expect(await hrefsOf(answered)).toEqual(isFound ? [ALICE] : []);
  });

  it('never finds anybody else, whatever is asked', async () => {
    const asked = search(NAME, 'o') + search(MAIL, 'o');
    const attributes = 'test="anyof"';
    const mine = await report(ROOT, 'D:principal-property-search', asked, { attributes });
    expect(mine.body).not.toContain('bob');
    const exact = await report(
      ROOT,
      'D:principal-property-search',
      search(NAME, 'bob@example.org'),
    );
    const nobody = await report(ROOT, 'D:principal-property-search', search(NAME, 'nobody@x'));
    expect(exact.body).toBe(nobody.body);
  });

  it('looks below the requested collection only, unless told otherwise', async () => {
    const asked = search(NAME, 'alice');
    expect(await hrefsOf(report(CALENDAR, 'D:principal-property-search', asked))).toEqual([]);
    expect(
      await hrefsOf(report(CALENDAR, 'D:principal-property-search', asked + everywhere)),
    ).toEqual([ALICE]);
  });

  it('answers with the properties asked for', async () => {
    const asked = `${search(NAME, 'alice')}<D:prop><C:calendar-home-set/></D:prop>`;
    const response = responseOf(await report(ROOT, 'D:principal-property-search', asked));
    expect(hrefsIn(response, caldav('calendar-home-set'))).toEqual([`${ALICE}Calendar/`]);
  });

  it.each([
    ['no condition', ''],
    ['a condition without match', '<D:property-search><D:prop/></D:property-search>'],
    ['a condition on nothing', search('', 'x')],
  ])('refuses %s with 400', async (_, asked) => {
    expect((await report(ROOT, 'D:principal-property-search', asked)).status).toBe(400);
  });

  it('says what principals are found by (RFC 3744 §9.5)', async () => {
    const answered = await report(ROOT, 'D:principal-search-property-set', '');
    expect(answered.status).toBe(200);
    const names = elementsOf(xmlOf(answered)).flatMap((each) =>
      childrenOf(each, dav('prop')).flatMap(elementsOf),
    );
    expect(names.map(({ name }) => name)).toEqual([
      dav('displayname'),
      calendarServer('first-name'),
      calendarServer('last-name'),
      calendarServer('email-address-set'),
      caldav('calendar-user-address-set'),
      caldav('calendar-user-type'),
    ]);
  });
});

describe('calendarserver-principal-search', () => {
  const tokens = (...all: readonly string[]): string =>
    all.map((token) => `<CS:search-token>${token}</CS:search-token>`).join('');
  const search = (content: string) =>
    report(ROOT, 'CS:calendarserver-principal-search', content, {
      attributes: 'context="attendee"',
    });

  it('finds principals with every token in some property', async () => {
    expect(await hrefsOf(search(tokens('alice', 'example.org')))).toEqual([ALICE]);
    expect(await hrefsOf(search(tokens('alice', 'bob')))).toEqual([]);
    expect(await hrefsOf(search(tokens('bob')))).toEqual([]);
    const limited = `${tokens('alice')}<CS:limit><CS:nresults>5</CS:nresults></CS:limit>`;
    expect(await hrefsOf(search(limited))).toEqual([ALICE]);
  });

  it('refuses no tokens, and empty ones', async () => {
    expect((await search('')).status).toBe(400);
    expect((await search(tokens(''))).status).toBe(400);
  });

  it('is announced in the DAV header', async () => {
    const { headers } = await server.send('OPTIONS', ROOT);
    expect(String(headers['dav']).split(', ')).toEqual(
      expect.arrayContaining([
        'calendarserver-principal-search',
        'calendarserver-principal-property-search',
      ]),
    );
  });
});

describe('access control properties (RFC 3744 §5)', () => {
  const read = async (path: string, ...names: readonly ReturnType<typeof dav>[]) =>
    responseOf(
      await server.send('PROPFIND', path, {
        headers: { depth: '0' },
        body: propfindBody(...names),
      }),
    );

  it('give the owner everything that there is to be granted', async () => {
    for (const path of [ROOT, ALICE, `${ALICE}Contacts/`, CALENDAR, `${CALENDAR}a.ics`]) {
      const response = await read(
        path,
        dav('supported-privilege-set'),
        dav('current-user-privilege-set'),
      );
      const supported = response.properties.get(dav('supported-privilege-set'));
      const named = (xml: typeof supported): readonly string[] =>
        xml === undefined
          ? []
          : elementsOf(xml).flatMap((child) =>
              child.name === dav('privilege')
                ? elementsOf(child).map(({ name }) => name)
                : named(child),
            );
      const granted = response.properties.get(dav('current-user-privilege-set'));
      expect(named(granted)).toEqual(named(supported));
      expect(named(granted)).toContain(dav('read'));
    }
  });

  it('say that read-free-busy is part of read in calendars (RFC 4791 §6.1.1)', async () => {
    const { body } = await server.send('PROPFIND', CALENDAR, {
      headers: { depth: '0' },
      body: propfindBody(dav('supported-privilege-set')),
    });
    expect(body).toMatch(
      /<D:privilege><D:read\/><\/D:privilege><D:description xml:lang="en">See<\/D:description><D:supported-privilege><D:privilege><C:read-free-busy\/>/,
    );
  });

  it('list one protected entry, for the owner, and its restrictions (§5.5, §5.6)', async () => {
    const response = await read(CALENDAR, dav('acl'), dav('acl-restrictions'), dav('group'));
    expect(childNames(response, dav('acl'))).toEqual([dav('ace')]);
    expect(childNames(response, dav('acl-restrictions'))).toEqual([
      dav('grant-only'),
      dav('no-invert'),
    ]);
    expect(response.statuses[dav('group')]).toBe(200);
  });

  it('say of principals what else they are, and that they are in no group (§4)', async () => {
    const response = await read(
      ALICE,
      dav('alternate-URI-set'),
      dav('group-membership'),
      dav('group-member-set'),
    );
    expect(hrefsIn(response, dav('alternate-URI-set'))).toEqual(['mailto:alice@example.org']);
    expect(hrefsIn(response, dav('group-membership'))).toEqual([]);
    expect(response.statuses[dav('group-member-set')]).toBe(200);
    const home = await read(`${ALICE}Contacts/`, carddav('addressbook-home-set'));
    expect(home.statuses[carddav('addressbook-home-set')]).toBe(404);
  });
});
