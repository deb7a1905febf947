import { describeWith } from '../../support/needing.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { elementsOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { calendarServer, carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { bookOf, queryOf } from '../../support/ldap/books.ts';
import { people, person, photo } from '../../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../../support/ldap/slapd.ts';
import {
  childNames,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';

const HOME = '/SOGo/dav/alice/Contacts/';
const BOOK = `${HOME}public/`;
const OPEN = `${HOME}open/`;

const odd = [
  person('a/b', 'Slash Inname', ['mail', 'slash@acme.com']),
  person('~tilde', 'Tilde Inname'),
  person('star*', 'Star (Inname)', ['description', 'a\\b, c; d\r\ne']),
].join('');

describeWith('a directory as an address book', slapdNeeds, () => {
  let slapd: TestSlapd;
  let server: DavServer;
  let books: readonly BookSource[];
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: people + odd, more: 'overlay sssvlv' });
    books = [
      bookOf(slapd.url),
      bookOf(slapd.url, { id: 'open', listRequiresDot: false }, { id: 'open', displayName: 'All' }),
      bookOf(slapd.url, { id: 'few', queryLimit: 2, listRequiresDot: false }, { id: 'few' }),
      bookOf(slapd.url, { id: 'first' }, { id: 'first', firstEntries: 3 }),
      // By what has no order.
      bookOf(
        slapd.url,
        { id: 'anyhow', CNFieldName: 'objectClass' },
        { id: 'anyhow', firstEntries: 3 },
      ),
      bookOf(slapd.url, { id: 'beta' }, { id: 'beta', domain: 'beta.org' }),
      bookOf(slapd.url, { id: 'example' }, { id: 'example', domain: 'example.org' }),
    ];
    server = await startDav({ books });
  });
  afterAll(async () => {
    await server?.stop();
    await Promise.all(books?.map(({ directory }) => directory.close()) ?? []);
    await slapd?.stop();
  });

  const report = (body: string, path = BOOK) =>
    server.send('REPORT', path, { headers: { depth: '1' }, body });
  const found = async (body: string, path = BOOK) => {
    const answered = responsesOf(await report(body, path));
    return [...answered].filter(([, { status }]) => status === 0).map(([href]) => href);
  };

  it('stands in the home of those of its domain, with its name (SOGo: named by the source’s id)', async () => {
    const listed = responsesOf(
      await server.send('PROPFIND', HOME, {
        headers: { depth: '1' },
        body: propfindBody(dav('resourcetype'), dav('displayname')),
      }),
    );
    expect([...listed.keys()]).toEqual([
      HOME,
      `${HOME}personal/`,
      BOOK,
      OPEN,
      `${HOME}few/`,
      `${HOME}first/`,
      `${HOME}anyhow/`,
      `${HOME}example/`,
    ]);
    const book = listed.get(BOOK);
    expect(book && valueOf(book, dav('displayname'))).toBe('Acme');
    expect(book && childNames(book, dav('resourcetype'))).toEqual([
      dav('collection'),
      carddav('addressbook'),
      carddav('directory'),
    ]);
    expect((await server.send('PROPFIND', `${HOME}beta/`, {})).status).toBe(404);
  });

  it('is named by the principal’s directory-gateway (draft-daboo-carddav-directory-gateway §3)', async () => {
    const answered = await server.send('PROPFIND', '/SOGo/dav/alice/', {
      headers: { depth: '0' },
      body: propfindBody(carddav('directory-gateway')),
    });
    const { properties } = responseOf(answered);
    const gateways = properties.get(carddav('directory-gateway'));
    expect(gateways && elementsOf(gateways).map(textOf)).toContain(BOOK);
  });

  it('says nothing of changes that it cannot know: no sync token, no getctag, no sync-collection', async () => {
    const answered = await server.send('PROPFIND', BOOK, {
      headers: { depth: '0' },
      body: propfindBody(
        dav('sync-token'),
        calendarServer('getctag'),
        dav('supported-report-set'),
        dav('current-user-privilege-set'),
      ),
    });
    const { statuses } = responseOf(answered);
    expect(statuses[dav('sync-token')]).toBe(404);
    expect(statuses[calendarServer('getctag')]).toBe(404);
    expect(answered.body).toContain('addressbook-query');
    expect(answered.body).not.toContain('sync-collection');
    expect(answered.body).not.toMatch(/<\w+:(?:write|bind|unbind)\/>/);
    const refused = await report(
      '<D:sync-collection xmlns:D="DAV:"><D:sync-token/></D:sync-collection>',
    );
    expect(refused.status).toBe(403);
    expect(refused.body).toContain('supported-report');
  });

  it('lists nobody where a search is wanted (listRequiresDot), and everybody otherwise', async () => {
    const listing = (path: string) =>
      server.send('PROPFIND', path, {
        headers: { depth: '1' },
        body: propfindBody(dav('getetag')),
      });
    expect([...responsesOf(await listing(BOOK)).keys()]).toEqual([BOOK]);
    const all = [...responsesOf(await listing(OPEN)).keys()];
    expect(all).toContain(`${OPEN}ada.vcf`);
    expect(all).toContain(`${OPEN}Projector.vcf`);
    expect(all).toContain(`${OPEN}engineers.vcf`);
    expect(all).toContain(`${OPEN}ann%20lee.vcf`);
    expect(all.length).toBeGreaterThan(18);
  });

  it('lists the first by name where a search is wanted for all others (globalAddressBookFirstEntriesCount)', async () => {
    const path = `${HOME}first/`;
    const listing = await server.send('PROPFIND', path, {
      headers: { depth: '1' },
      body: propfindBody(dav('getetag')),
    });
    expect(listing.status).toBe(207);
    const names = [...responsesOf(listing).keys()].filter((href) => href !== path);
    const cards = await Promise.all(names.map((href) => server.send('GET', href)));
    expect(names).toHaveLength(3);
    const fullNames = cards.map(({ body }) => /^FN:(.*?)\r?$/m.exec(body)?.[1]);
    // By the directory's own order, of all that there are.
    expect(fullNames).toEqual(['Ada Lovelace', 'admirals', 'Ann Lee']);
    expect(await found(queryOf('hopper'), path)).toEqual([`${path}Grace.vcf`]);
    const unsorted = await server.send('PROPFIND', `${HOME}anyhow/`, { headers: { depth: '1' } });
    expect(unsorted.status).toBe(207);
    expect(responsesOf(unsorted).size).toBeGreaterThan(1);
  });

  it('does not list a part as if it were the whole: 507 beyond SOGoLDAPQueryLimit', async () => {
    const answered = await server.send('PROPFIND', `${HOME}few/`, { headers: { depth: '1' } });
    expect(answered.status).toBe(507);
    expect(answered.body).toContain('number-of-matches-within-limits');
    const some = responsesOf(await report(queryOf('a'), `${HOME}few/`));
    expect(some.get(`${HOME}few/`)).toMatchObject({
      status: 507,
      conditions: [dav('number-of-matches-within-limits')],
    });
    expect(some.size).toBe(3);
  });

  it('finds cards by text, and by a dot everybody; a filter without text finds nobody', async () => {
    expect(await found(queryOf('LOVELACE'))).toEqual([`${BOOK}ada.vcf`]);
    expect(await found(queryOf('countess@acme.com', { type: 'equals' }))).toEqual([
      `${BOOK}ada.vcf`,
    ]);
    expect(await found(queryOf('ada', { type: 'starts-with' }))).toEqual([`${BOOK}ada.vcf`]);
    expect(await found(queryOf('Lovelace', { type: 'starts-with', names: ['N'] }))).toEqual([
      `${BOOK}ada.vcf`,
    ]);
    expect(await found(queryOf('0001', { names: ['TEL'] }))).toEqual([`${BOOK}ada.vcf`]);
    expect(await found(queryOf('ada', { names: ['UID'], type: 'equals' }))).toEqual([
      `${BOOK}ada.vcf`,
    ]);
    expect(await found(queryOf('ada', { names: ['FN', 'TITLE'], test: 'allof' }))).toEqual([]);
    expect((await found(queryOf('.'))).length).toBeGreaterThan(18);
    const everybody = queryOf('').replace(/<C:text-match.*?<\/C:text-match>/g, '');
    expect(await found(everybody)).toEqual([]);
    expect((await found(everybody, OPEN)).length).toBeGreaterThan(18);
    const others = await found(queryOf('a', { negate: 'yes', names: ['FN'] }));
    expect(others).toContain(`${BOOK}room1.vcf`);
    expect(others).not.toContain(`${BOOK}ada.vcf`);
  });

  it('looks for what is typed as it is, whatever it means to the directory', async () => {
    const [star, neil] = [`${BOOK}star*.vcf`, `${BOOK}o%2Cneil%2B1.vcf`];
    for (const text of ['*', '(', ')(uid=*', '\\2a', 'ada)(objectClass=*', '&|!', '%', "'"])
      for (const type of ['contains', 'equals', 'starts-with', 'ends-with'])
        expect([text, type, await found(queryOf(text, { type }))]).toEqual([
          text,
          type,
          type !== 'contains' ? [] : text === '(' ? [star] : text === "'" ? [neil] : [],
        ]);
    expect(await found(queryOf('(Inname)', { type: 'ends-with', names: ['FN'] }))).toEqual([star]);
  });

  it('is asked no more than it reads: 400 for a filter that is longer', async () => {
    const names = Array.from({ length: 12 }, () => 'ADR');
    expect((await report(queryOf('x'.repeat(1000), { names }))).status).toBe(400);
    expect(await found(queryOf('x'.repeat(1000), { names: ['FN', 'EMAIL'] }))).toEqual([]);
  });

  it('cuts an answer at nresults, and says so (RFC 6352 §8.6.2)', async () => {
    const answered = responsesOf(await report(queryOf('a', { limit: 2 })));
    expect(answered.size).toBe(3);
    expect(answered.get(BOOK)?.status).toBe(507);
  });

  it('makes cards of entries: names, numbers, all addresses, a photo', async () => {
    const answered = await server.send('GET', `${BOOK}ada.vcf`);
    expect(answered.status).toBe(200);
    expect(answered.headers['content-type']).toBe('text/vcard; charset=utf-8');
    const lines = answered.body.replaceAll('\r\n ', '').split('\r\n');
    expect(lines).toEqual(
      expect.arrayContaining([
        'VERSION:3.0',
        'UID:ada',
        'FN:Ada Lovelace',
        'N:Lovelace;Ada;;;',
        'NICKNAME:Enchantress',
        'EMAIL;TYPE=INTERNET,WORK,PREF:ada@acme.com',
        'EMAIL;TYPE=INTERNET,WORK:countess@acme.com',
        'EMAIL;TYPE=INTERNET,WORK:lovelace@acme.com',
        'TEL;TYPE=WORK,VOICE:+44 20 7946 0001',
        'TEL;TYPE=CELL:+44 7700 900001',
        'TITLE:Countess',
        'NOTE:Engines',
        `PHOTO;ENCODING=b;TYPE=JPEG:${Buffer.from(photo).toString('base64')}`,
      ]),
    );
    expect(answered.body).not.toContain('SSHA');
    const version4 = await server.send('GET', `${BOOK}ada.vcf`, {
      headers: { accept: 'text/vcard; version=4.0' },
    });
    expect(version4.body).toContain('VERSION:4.0');
    const star = await server.send('GET', `${BOOK}star*.vcf`);
    expect(star.body).toContain('NOTE:a\\\\b\\, c\\; d\\ne\r\n');
  });

  it('has one ETag for a card, in listings, reports and GET, as long as the entry is the same', async () => {
    const { headers } = await server.send('GET', `${BOOK}ada.vcf`);
    const reported = responsesOf(await report(queryOf('lovelace'))).get(`${BOOK}ada.vcf`);
    expect(reported && valueOf(reported, dav('getetag'))).toBe(headers['etag']);
    const again = await server.send('GET', `${BOOK}ada.vcf`, {
      headers: { 'if-none-match': String(headers['etag']) },
    });
    expect(again.status).toBe(304);
    expect((await server.send('HEAD', `${BOOK}ada.vcf`)).headers['etag']).toBe(headers['etag']);
  });

  it('gives cards by their hrefs, names of any kind among them (RFC 6352 §8.7)', async () => {
    const slash = `${BOOK}~${Buffer.from('a/b').toString('base64url')}.vcf`;
    const tilde = `${BOOK}~${Buffer.from('~tilde').toString('base64url')}.vcf`;
    expect(await found(queryOf('inname', { names: ['FN'] }))).toEqual(
      expect.arrayContaining([slash, tilde]),
    );
    const hrefs = [
      slash,
      tilde,
      `${BOOK}ada.vcf`,
      `${BOOK}ADA.vcf`,
      `${BOOK}~tilde.vcf`,
      `${OPEN}ada.vcf`,
      `${BOOK}*.vcf`,
    ];
    const answered = responsesOf(
      await report(
        `<C:addressbook-multiget xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:prop><D:getetag/><C:address-data/></D:prop>${hrefs.map((href) => `<D:href>${href}</D:href>`).join('')}</C:addressbook-multiget>`,
      ),
    );
    expect([...answered].map(([href, { status }]) => [href, status])).toEqual(
      hrefs.map((href, at) => [href, at < 3 ? 0 : 404]),
    );
    const one = answered.get(slash);
    expect(one && valueOf(one, carddav('address-data'))).toContain('UID:a/b');
  });

  it('cannot be changed by those it does not name: 403 need-privileges (RFC 3744 §7.1.1)', async () => {
    for (const [method, path] of [
      ['PUT', `${BOOK}new.vcf`],
      ['PUT', `${BOOK}ada.vcf`],
      ['DELETE', `${BOOK}ada.vcf`],
      ['DELETE', BOOK],
      ['PROPPATCH', BOOK],
    ] as const) {
      const body =
        method === 'PUT'
          ? 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:new\r\nFN:New\r\nN:New;;;;\r\nEND:VCARD\r\n'
          : method === 'PROPPATCH'
            ? '<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><D:displayname>x</D:displayname></D:prop></D:set></D:propertyupdate>'
            : undefined;
      const answered = await server.send(method, path, body === undefined ? {} : { body });
      expect([method, path, answered.status]).toEqual([method, path, 403]);
      expect(answered.body).toContain('need-privileges');
    }
    expect((await server.send('MKCOL', BOOK)).status).toBe(405);
  });

  it('keeps nobody from the rest of their home while it is away: 503 with Retry-After for itself alone', async () => {
    await slapd.kill();
    try {
      for (const answered of [
        await report(queryOf('ada')),
        await server.send('GET', `${BOOK}ada.vcf`),
        await server.send('PROPFIND', OPEN, { headers: { depth: '1' } }),
      ]) {
        expect(answered.status).toBe(503);
        expect(Number(answered.headers['retry-after'])).toBeGreaterThan(0);
      }
      const home = await server.send('PROPFIND', HOME, { headers: { depth: '1' } });
      expect([...responsesOf(home).keys()]).toContain(BOOK);
      expect((await server.send('PROPFIND', BOOK, { headers: { depth: '0' } })).status).toBe(207);
    } finally {
      await slapd.restart();
    }
    await expect
      .poll(async () => (await server.send('GET', `${BOOK}ada.vcf`)).status, { timeout: 20_000 })
      .toBe(200);
  });
});
