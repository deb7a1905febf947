import { describeWith } from '../../support/needing.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { carddav, dav } from '../../../src/api/dav/xml/names.ts';
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

const CONTACTS = '/SOGo/dav/alice/Contacts/';
const BOOK = `${CONTACTS}public/`;
const LOCKED = `${CONTACTS}locked/`;
const UUID = '6f1d2c3b-0000-4000-8000-00000000000a';
const MORE = `${BOOK}more.vcf`;

const card = (uid: string, ...lines: readonly string[]): string =>
  ['BEGIN:VCARD', 'VERSION:3.0', `UID:${uid}`, ...lines, 'END:VCARD', ''].join('\r\n');

describeWith('a directory that some may change (modifiers)', slapdNeeds, () => {
  let slapd: TestSlapd;
  let server: DavServer;
  let books: readonly BookSource[];
  beforeAll(async () => {
    slapd = await startSlapd({
      ldif:
        people +
        person('alice', 'Alice Liddell', ['mail', 'alice@example.org']) +
        person(
          'more',
          'More Numbers',
          ['telephoneNumber', '+1', '+2'],
          ['mail', 'one@acme.com'],
          ['proxyAddresses', 'smtp:two@acme.com'],
          ['employeeType', 'staff'],
        ),
    });
    const root = { bindDN: slapd.root.dn, bindPassword: slapd.root.password };
    const within = { ...root, baseDN: 'ou=users,dc=acme,dc=com' };
    books = [
      bookOf(slapd.url, within, { modifiers: ['ALICE'] }),
      bookOf(
        slapd.url,
        { id: 'locked', baseDN: 'ou=users,dc=acme,dc=com' },
        { id: 'locked', modifiers: ['alice'] },
      ),
      bookOf(
        slapd.url,
        { ...within, id: 'own', abOU: 'contacts' },
        { id: 'own', isAddressBook: false },
      ),
    ];
    server = await startDav({ books });
  });
  afterAll(async () => {
    await server?.stop();
    await Promise.all(books?.map(({ directory }) => directory.close()) ?? []);
    await slapd?.stop();
  });

  const put = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    server.send('PUT', path, { headers: { 'content-type': 'text/vcard', ...headers }, body });
  const get = async (path: string): Promise<string> =>
    (await server.send('GET', path)).body.replaceAll('\r\n ', '');

  it('is told so by its privileges and its resource type', async () => {
    const answered = await server.send('PROPFIND', BOOK, {
      headers: { depth: '0' },
      body: propfindBody(dav('resourcetype'), dav('current-user-privilege-set')),
    });
    const response = responseOf(answered);
    expect(childNames(response, dav('resourcetype'))).not.toContain(carddav('directory'));
    expect(answered.body).toMatch(/:bind\/>/);
    expect(answered.body).toMatch(/:write-content\/>/);
  });

  it('takes new cards, whose fields become attributes, and shows them', async () => {
    const made = await put(
      `${BOOK}${UUID}.vcf`,
      card(
        UUID,
        'FN:Charles Babbage',
        'N:Babbage;Charles;;;',
        'NICKNAME:Charlie',
        'EMAIL;TYPE=WORK:charles@acme.com',
        'EMAIL;TYPE=WORK:babbage@acme.com',
        'TEL;TYPE=CELL:+44 1',
        'TEL;TYPE=HOME:+44 2',
        'ADR;TYPE=WORK:;;1 Dorset\\, Street;London;;W1;',
        'ORG:Analytical;Engines',
        'TITLE:Professor',
        'NOTE:Says "no; thanks"',
        'X-UNKNOWN:left out',
        `PHOTO;ENCODING=b;TYPE=JPEG:${Buffer.from(photo).toString('base64')}`,
      ),
      { 'if-none-match': '*' },
    );
    expect(made.status).toBe(201);
    expect(made.headers['etag']).toBeUndefined();
    const shown = await get(`${BOOK}${UUID}.vcf`);
    for (const line of [
      `UID:${UUID}`,
      'FN:Charles Babbage',
      'N:Babbage;Charles;;;',
      'NICKNAME:Charlie',
      'EMAIL;TYPE=INTERNET,WORK,PREF:charles@acme.com',
      'EMAIL;TYPE=INTERNET,WORK:babbage@acme.com',
      'TEL;TYPE=CELL:+44 1',
      'TEL;TYPE=HOME,VOICE:+44 2',
      'ADR;TYPE=WORK:;;1 Dorset\\, Street;London;;W1;',
      'ORG:Analytical;Engines',
      'TITLE:Professor',
      'PHOTO;ENCODING=b;TYPE=JPEG:',
    ])
      expect(shown).toContain(line);
    const found = await server.send('REPORT', BOOK, {
      headers: { depth: '1' },
      body: queryOf('babbage'),
    });
    expect([...responsesOf(found).keys()]).toEqual([`${BOOK}${UUID}.vcf`]);
    expect(
      (await put(`${BOOK}${UUID}.vcf`, card(UUID, 'FN:x'), { 'if-none-match': '*' })).status,
    ).toBe(412);
  });

  it('changes what a card says otherwise, and leaves the rest of the entry alone', async () => {
    const { headers } = await server.send('GET', MORE);
    const tag = String(headers['etag']);
    const before = await get(MORE);
    const changed = before
      .replace('FN:More Numbers', 'FN:Many Numbers')
      .replace('one@acme.com', 'three@acme.com')
      .replace('END:VCARD', 'TITLE:Chief\r\nEND:VCARD');
    expect((await put(MORE, changed, { 'if-match': '"other"' })).status).toBe(412);
    expect((await put(MORE, changed, { 'if-match': tag })).status).toBe(204);
    const shown = await get(MORE);
    expect(shown).toContain('FN:Many Numbers');
    expect(shown).toContain('TITLE:Chief');
    const entry = await books[0]?.directory.find({ id: 'more' });
    expect(entry?.mails).toEqual(['three@acme.com', 'two@acme.com']);
    expect(entry?.displayName).toBe('Many Numbers');
    const numbers = await server.send('REPORT', BOOK, {
      headers: { depth: '1' },
      body: queryOf('+1', { names: ['TEL'] }),
    });
    expect([...responsesOf(numbers).keys()]).toEqual([MORE]);
    // The second number is in no card, and stays.
    const { ids = [] } =
      (await books[0]?.directory.book.ids(
        { field: 'telephonenumber', match: 'equals', text: '+2' },
        { limit: 9 },
      )) ?? {};
    expect(ids).toEqual(['more']);
    expect((await put(MORE, shown.replace('TITLE:Chief\r\n', ''))).status).toBe(204);
    expect(await get(MORE)).not.toContain('TITLE');
  });

  it('takes no card that the directory cannot keep, and none under a name that none has', async () => {
    const bad = await put(`${BOOK}bad.vcf`, 'BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n');
    expect(bad.status).toBe(403);
    expect(bad.body).toContain('valid-address-data');
    expect((await put(`${BOOK}bad`, card('bad', 'FN:Bad'))).status).toBe(403);
    const phone = await put(`${BOOK}phone.vcf`, card('phone', 'FN:Phone', 'TEL;TYPE=WORK:ü'));
    expect(phone.status).toBe(403);
    expect(phone.body).toContain('valid-address-data');
    // What the classes have no place for is left away.
    const lost = card('lost', 'FN:Lost', 'ADR;TYPE=WORK:;;;London;;;UK');
    expect((await put(`${BOOK}lost.vcf`, lost)).status).toBe(201);
    expect(await get(`${BOOK}lost.vcf`)).toContain('ADR;TYPE=WORK:;;;London;;;');
    const hostile = 'x,ou=groups,dc=acme,dc=com';
    const made = await put(`${BOOK}${encodeURIComponent(hostile)}.vcf`, card('h', 'FN:Hostile'));
    expect(made.status).toBe(201);
    const { ids = [] } =
      (await books[0]?.directory.book.ids(
        { field: 'id', match: 'starts-with', text: 'x,' },
        { limit: 9 },
      )) ?? {};
    expect(ids).toEqual([hostile]);
  });

  it('says so where the directory itself does not let the service change it', async () => {
    const answered = await put(`${LOCKED}new.vcf`, card('new', 'FN:New'));
    expect(answered.status).toBe(403);
    expect(answered.body).toContain('need-privileges');
  });

  it('loses entries that are deleted', async () => {
    const path = `${BOOK}${UUID}.vcf`;
    expect((await server.send('DELETE', path, { headers: { 'if-match': '"x"' } })).status).toBe(
      412,
    );
    expect((await server.send('DELETE', path)).status).toBe(204);
    expect((await server.send('GET', path)).status).toBe(404);
    expect((await server.send('DELETE', path)).status).toBe(404);
  });

  it('changes nothing for others', async () => {
    const answered = await server.send('PUT', '/SOGo/dav/bob@example.org/Contacts/public/z.vcf', {
      credentials: 'bob@example.org:secret',
      headers: { 'content-type': 'text/vcard' },
      body: card('z', 'FN:Z'),
    });
    expect(answered.status).toBe(403);
    expect(answered.body).toContain('need-privileges');
  });

  describe('address books below one’s own entry (abOU)', () => {
    const OWN = `${CONTACTS}friends/`;
    const listed = async (): Promise<readonly string[]> => [
      ...responsesOf(
        await server.send('PROPFIND', CONTACTS, {
          headers: { depth: '1' },
          body: propfindBody(dav('displayname')),
        }),
      ).keys(),
    ];

    it('are made by MKCOL, with a name to show', async () => {
      expect(await listed()).not.toContain(OWN);
      const made = await server.send('MKCOL', OWN, {
        body: '<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype><D:displayname>My friends</D:displayname></D:prop></D:set></D:mkcol>',
      });
      expect(made.status).toBe(201);
      expect(await listed()).toContain(OWN);
      const { properties } = responseOf(
        await server.send('PROPFIND', OWN, {
          headers: { depth: '0' },
          body: propfindBody(dav('displayname'), dav('owner')),
        }),
      );
      expect([...properties.keys()]).toEqual([dav('displayname'), dav('owner')]);
      expect((await server.send('MKCOL', OWN)).status).toBe(405);
      expect((await server.send('MKCOL', `${CONTACTS}second%25/`)).status).toBe(201);
    });

    it('hold cards, which are listed, changed and deleted', async () => {
      for (const name of ['a', 'b'])
        expect((await put(`${OWN}${name}.vcf`, card(name, `FN:Friend ${name}`))).status).toBe(201);
      expect((await put(`${CONTACTS}second%25/c.vcf`, card('c', 'FN:Friend c'))).status).toBe(201);
      const members = async (path: string) => [
        ...responsesOf(
          await server.send('PROPFIND', path, {
            headers: { depth: '1' },
            body: propfindBody(dav('getetag')),
          }),
        ).keys(),
      ];
      expect(await members(OWN)).toEqual([OWN, `${OWN}a.vcf`, `${OWN}b.vcf`]);
      expect(await members(`${CONTACTS}second%25/`)).toContain(`${CONTACTS}second%25/c.vcf`);
      expect((await put(`${OWN}a.vcf`, card('a', 'FN:Old friend'))).status).toBe(204);
      expect(await get(`${OWN}a.vcf`)).toContain('FN:Old friend');
      expect((await server.send('DELETE', `${OWN}a.vcf`)).status).toBe(204);
      expect(await members(OWN)).toEqual([OWN, `${OWN}b.vcf`]);
    });

    it('are nobody else’s, and those of who is in no directory are Daybook’s', async () => {
      const bob = '/SOGo/dav/bob@example.org/Contacts/';
      const asBob = { credentials: 'bob@example.org:secret' };
      const home = await server.send('PROPFIND', bob, { ...asBob, headers: { depth: '1' } });
      expect(home.body).not.toContain('friends');
      expect((await server.send('MKCOL', `${bob}mine/`, asBob)).status).toBe(201);
      const mine = await server.send('PROPFIND', `${bob}mine/`, {
        ...asBob,
        headers: { depth: '0' },
        body: propfindBody(dav('sync-token')),
      });
      expect(valueOf(responseOf(mine), dav('sync-token'))).toMatch(/^urn:/);
    });

    it('go with everything in them', async () => {
      expect((await server.send('DELETE', OWN)).status).toBe(204);
      expect(await listed()).not.toContain(OWN);
      expect(
        (await server.send('PROPFIND', `${OWN}b.vcf`, { headers: { depth: '0' } })).status,
      ).toBe(404);
    });

    it('stay in the listing while the directory is away', async () => {
      expect(await listed()).toContain(`${CONTACTS}second%25/`);
      await slapd.kill();
      try {
        expect(await listed()).toContain(`${CONTACTS}second%25/`);
        const answered = await server.send('MKCOL', `${CONTACTS}third/`);
        expect(answered.status).toBe(503);
      } finally {
        await slapd.restart();
      }
    });
  });
});
