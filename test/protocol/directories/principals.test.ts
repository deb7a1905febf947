import { describeWith } from '../../support/needing.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { caldav, calendarServer, dav, type Name } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { bookOf } from '../../support/ldap/books.ts';
import { people, person } from '../../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../../support/ldap/slapd.ts';
import {
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';

const ADA = '/SOGo/dav/ada/';
const ENGINEERS = '/SOGo/dav/@engineers/';

describeWith('principals of a directory', slapdNeeds, () => {
  let slapd: TestSlapd;
  let server: DavServer;
  let books: readonly BookSource[];
  beforeAll(async () => {
    const alice = person(
      'alice',
      'Alice Liddell',
      ['givenName', 'Alice Pleasance'],
      ['mail', 'alice@example.org'],
    );
    const club = `dn: cn=club,ou=groups,dc=acme,dc=com\nobjectClass: groupOfNames\ncn: club\nmember: uid=alice,ou=users,dc=acme,dc=com\n\n`;
    slapd = await startSlapd({ ldif: people + alice + club });
    books = [
      bookOf(slapd.url),
      bookOf(slapd.url, { id: 'acme' }, { id: 'acme', domain: 'acme.com' }),
      bookOf(slapd.url, { id: 'hidden' }, { id: 'hidden', isAddressBook: false }),
    ];
    server = await startDav({ books });
  });
  afterAll(async () => {
    await server?.stop();
    await Promise.all(books?.map(({ directory }) => directory.close()) ?? []);
    await slapd?.stop();
  });

  const PROPS =
    '<D:prop><D:displayname/><C:calendar-user-type/><C:calendar-user-address-set/><D:group-membership/><D:group-member-set/></D:prop>';
  const property = (name: string, match: string, more = ''): string =>
    `<D:property-search><D:prop>${name}</D:prop><D:match ${more}>${match}</D:match></D:property-search>`;
  const search = async (searches: string, attributes = '') => {
    const answered = await server.send('REPORT', '/SOGo/dav/', {
      headers: { depth: '0' },
      body: `<D:principal-property-search xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" ${attributes}>${searches}${PROPS}</D:principal-property-search>`,
    });
    return responsesOf(answered);
  };
  const found = async (searches: string, attributes = '') => [
    ...(await search(searches, attributes)).keys(),
  ];
  const propfind = async (path: string, ...names: readonly Name[]) =>
    server.send('PROPFIND', path, { headers: { depth: '0' }, body: propfindBody(...names) });

  it('are found by name and address, whether they ever logged in or not (RFC 3744 §9.4)', async () => {
    expect(await found(property('<D:displayname/>', 'lovelace'))).toEqual([ADA]);
    expect(
      await found(property('<S:email-address-set/>', 'g@beta', 'match-type="starts-with"')),
    ).toEqual(['/SOGo/dav/grace/']);
    expect(
      await found(
        property('<C:calendar-user-address-set/>', 'mailto:ada@acme.com', 'match-type="equals"'),
      ),
    ).toEqual([ADA]);
    expect(
      await found(property('<C:calendar-user-address-set/>', ADA, 'match-type="equals"')),
    ).toEqual([ADA]);
    expect(
      await found(property('<S:last-name/>', 'Lovelace') + property('<S:first-name/>', 'Ada')),
    ).toEqual([ADA]);
    expect(
      await found(property('<S:last-name/>', 'Lovelace') + property('<S:first-name/>', 'Bob')),
    ).toEqual([]);
    expect(
      (
        await found(
          property('<S:last-name/>', 'Lovelace') + property('<S:last-name/>', 'Hopper'),
          'test="anyof"',
        )
      ).toSorted(),
    ).toEqual([ADA, '/SOGo/dav/grace/']);
    expect(await found(property('<D:displayname/>', '*)(uid=*'))).toEqual([]);
    expect(await found(property('<S:first-name/>', 'Pleasance'))).toEqual(['/SOGo/dav/alice/']);
  });

  it('list nobody without a word, where the directory wants to be searched (listRequiresDot)', async () => {
    expect(await found(property('<D:displayname/>', ''))).toEqual(['/SOGo/dav/alice/']);
  });

  it('are people, groups, rooms and resources, and say so (RFC 6638 §2.4.2)', async () => {
    const types = async (word: string) =>
      [...(await search(property('<D:displayname/>', word)))].map(([href, response]) => [
        href,
        valueOf(response, caldav('calendar-user-type')),
      ]);
    expect(await types('Lovelace')).toEqual([[ADA, 'INDIVIDUAL']]);
    expect(await types('engineers')).toEqual([[ENGINEERS, 'GROUP']]);
    expect(await types('Meeting Room')).toEqual([['/SOGo/dav/room1/', 'ROOM']]);
    // The projector has no login, and so no path.
    expect(await types('Projector')).toEqual([]);
    expect(await found(property('<C:calendar-user-type/>', 'ROOM'))).toEqual(['/SOGo/dav/room1/']);
  });

  it('are found by every word that somebody types, in a context (calendarserver-principal-search)', async () => {
    const tokens = async (context: string, ...words: readonly string[]) => {
      const answered = await server.send('REPORT', '/SOGo/dav/', {
        headers: { depth: '0' },
        body: `<S:calendarserver-principal-search xmlns:D="DAV:" xmlns:S="http://calendarserver.org/ns/" context="${context}">${words.map((word) => `<S:search-token>${word}</S:search-token>`).join('')}<S:limit><S:nresults>2</S:nresults></S:limit><D:prop><D:displayname/></D:prop></S:calendarserver-principal-search>`,
      });
      return responsesOf(answered);
    };
    expect([...(await tokens('attendee', 'ada', 'love')).keys()]).toEqual([ADA]);
    expect([...(await tokens('attendee', 'ada', 'hopper')).keys()]).toEqual([]);
    expect([...(await tokens('location', 'meeting')).keys()]).toEqual(['/SOGo/dav/room1/']);
    expect([...(await tokens('user', 'meeting')).keys()]).toEqual([]);
    expect([...(await tokens('group', 'e')).keys()]).toContain(ENGINEERS);
    const many = await tokens('user', 'a');
    expect(many.size).toBe(3);
    expect(many.get('/SOGo/dav/')).toMatchObject({ status: 507 });
  });

  it('tell of groups and their members (RFC 3744 §4.3, §4.4)', async () => {
    const ada = responseOf(await propfind(ADA, dav('group-membership'), dav('group-member-set')));
    expect(hrefsIn(ada, dav('group-membership')).toSorted()).toEqual(
      ['/SOGo/dav/@admirals/', '/SOGo/dav/@coders/', ENGINEERS, '/SOGo/dav/@everyone/'].toSorted(),
    );
    expect(hrefsIn(ada, dav('group-member-set'))).toEqual([]);
    const group = responseOf(
      await propfind(ENGINEERS, dav('group-member-set'), dav('displayname')),
    );
    expect(hrefsIn(group, dav('group-member-set')).toSorted()).toEqual([ADA, '/SOGo/dav/grace/']);
    expect(valueOf(group, dav('displayname'))).toBe('engineers');
    const own = responseOf(await propfind('/SOGo/dav/alice/', dav('group-membership')));
    expect(hrefsIn(own, dav('group-membership'))).toEqual(['/SOGo/dav/@club/']);
  });

  it('are expanded (RFC 3253 §3.8), and matched by who is in them (RFC 3744 §9.3)', async () => {
    const expanded = await server.send('REPORT', ENGINEERS, {
      headers: { depth: '0' },
      body: '<D:expand-property xmlns:D="DAV:"><D:property name="group-member-set"><D:property name="displayname"/><D:property name="email-address-set" namespace="http://calendarserver.org/ns/"/></D:property></D:expand-property>',
    });
    expect(expanded.body).toContain('Ada Lovelace');
    expect(expanded.body).toContain('g@beta.org');
    const matched = await server.send('REPORT', '/SOGo/dav/', {
      headers: { depth: '0' },
      body: '<D:principal-match xmlns:D="DAV:"><D:self/><D:prop><D:displayname/></D:prop></D:principal-match>',
    });
    expect([...responsesOf(matched).keys()]).toEqual(['/SOGo/dav/alice/', '/SOGo/dav/@club/']);
  });

  it('have no more than that: no homes, no account, and nothing to be changed', async () => {
    const answered = responseOf(
      await propfind(
        ADA,
        caldav('calendar-home-set'),
        dav('resource-id'),
        dav('owner'),
        calendarServer('record-type'),
      ),
    );
    expect(answered.statuses).toEqual({
      [caldav('calendar-home-set')]: 404,
      [dav('resource-id')]: 404,
      [dav('owner')]: 404,
      [calendarServer('record-type')]: 200,
    });
    for (const path of [
      `${ADA}Calendar/`,
      `${ADA}Contacts/personal/`,
      '/SOGo/dav/nobody/',
      '/SOGo/dav/@ada/',
      '/SOGo/dav/*/',
    ])
      expect([path, (await propfind(path, dav('displayname'))).status]).toEqual([path, 404]);
    const patched = await server.send('PROPPATCH', ADA, {
      body: '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>',
    });
    expect(patched.status).toBe(403);
    expect(server.logged.map(({ code }) => code)).not.toContain('request-failed');
  });

  it('are not searched for with more text than a directory reads: 400', async () => {
    const many = property('<D:displayname/>', 'x'.repeat(2000)).repeat(10);
    const answered = await server.send('REPORT', '/SOGo/dav/', {
      headers: { depth: '0' },
      body: `<D:principal-property-search xmlns:D="DAV:">${many}</D:principal-property-search>`,
    });
    expect(answered.status).toBe(400);
  });

  it('wait for the directory: 503 for a search, while one’s own principal is there', async () => {
    await slapd.kill();
    try {
      const answered = await server.send('REPORT', '/SOGo/dav/', {
        headers: { depth: '0' },
        body: `<D:principal-property-search xmlns:D="DAV:">${property('<D:displayname/>', 'ada')}${PROPS.replaceAll(/<C:[^>]*>/g, '')}</D:principal-property-search>`,
      });
      expect(answered.status).toBe(503);
      expect(answered.headers['retry-after']).toBeDefined();
      const own = await propfind('/SOGo/dav/alice/', dav('displayname'), dav('group-membership'));
      expect(responseOf(own).statuses).toEqual({
        [dav('displayname')]: 200,
        [dav('group-membership')]: 503,
      });
    } finally {
      await slapd.restart();
    }
  });
});
