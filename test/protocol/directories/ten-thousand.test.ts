import { describeWith } from '../../support/needing.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { bookOf, queryOf } from '../../support/ldap/books.ts';
import { person, units } from '../../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../../support/ldap/slapd.ts';
import { propfindBody, responsesOf } from '../../support/multistatus.ts';

const MANY = 10_000;
const CONTACTS = '/SOGo/dav/alice/Contacts/';

describeWith(`a directory of ${MANY} people`, slapdNeeds, () => {
  let slapd: TestSlapd;
  let server: DavServer;
  let books: readonly BookSource[];
  beforeAll(async () => {
    const people = Array.from({ length: MANY }, (_, index) =>
      person(`p${index}`, `Person ${index}`, ['mail', `p${index}@acme.com`]),
    );
    slapd = await startSlapd({
      ldif: units + people.join(''),
      // Answers in one piece have five hundred entries at most, as slapd has it by itself.
      more: 'limits * size.soft=500 size.hard=500 size.pr=500 size.prtotal=unlimited',
    });
    books = [
      bookOf(slapd.url, { id: 'all', listRequiresDot: false }, { id: 'all' }),
      bookOf(slapd.url),
    ];
    server = await startDav({ books });
  }, 60_000);
  afterAll(async () => {
    await server?.stop();
    await Promise.all(books?.map(({ directory }) => directory.close()) ?? []);
    await slapd?.stop();
  });

  it('is listed whole, in pages (RFC 2696)', async () => {
    const answered = await server.send('PROPFIND', `${CONTACTS}all/`, {
      headers: { depth: '1' },
      body: propfindBody(dav('getetag')),
    });
    expect(answered.status).toBe(207);
    const listed = new Set(answered.body.match(/all\/p\d+\.vcf(?=<)/g));
    expect(listed.size).toBe(MANY);
    expect(answered.body.trimEnd().endsWith('multistatus>')).toBe(true);
  }, 60_000);

  it('is searched without reading it all', async () => {
    const before = await slapd.count('Search');
    const answered = await server.send('REPORT', `${CONTACTS}public/`, {
      headers: { depth: '1' },
      body: queryOf('person 999', { limit: 3, names: ['FN'] }),
    });
    const found = responsesOf(answered);
    expect(found.size).toBe(4);
    expect(found.get(`${CONTACTS}public/`)?.status).toBe(507);
    // Names, then cards: no more than a few questions.
    expect((await slapd.count('Search')) - before).toBeLessThan(8);
  });
});
