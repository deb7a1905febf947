import { describeWith } from '../../support/needing.ts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
import { calendarServer, carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { bookOf } from '../../support/ldap/books.ts';
import { people } from '../../support/ldap/people.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../../support/ldap/slapd.ts';
import {
  childNames,
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';
import { XML } from '../../support/objects.ts';

const CONTACTS = '/SOGo/dav/alice/Contacts/';
const CARD = 'urn:ietf:params:xml:ns:carddav';

describeWith('a directory, as clients look for people in it', slapdNeeds, () => {
  let slapd: TestSlapd;
  let server: DavServer;
  let books: readonly BookSource[];
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: people });
    books = [
      bookOf(slapd.url),
      bookOf(slapd.url, { id: 'open', listRequiresDot: false }, { id: 'open' }),
    ];
    server = await startDav({ books });
  });
  afterAll(async () => {
    await server?.stop();
    await Promise.all(books?.map(({ directory }) => directory.close()) ?? []);
    await slapd?.stop();
  });

  const ask = (agent: string) => (method: string, path: string, body: string, depth: string) =>
    server.send(method, path, { headers: { ...XML, depth, 'user-agent': agent }, body });

  it('Contacts of macOS and iOS: by the gateway of the principal, as somebody types', async () => {
    const send = ask('macOS/14.5 (23F79) AddressBookCore/2675');
    const principal = responseOf(
      await send(
        'PROPFIND',
        '/SOGo/dav/alice/',
        propfindBody(carddav('addressbook-home-set'), carddav('directory-gateway')),
        '0',
      ),
    );
    const [gateway = ''] = hrefsIn(principal, carddav('directory-gateway'));
    expect(gateway).toBe(`${CONTACTS}public/`);
    const described = responseOf(
      await send('PROPFIND', gateway, propfindBody(dav('displayname'), dav('resourcetype')), '0'),
    );
    expect(childNames(described, dav('resourcetype'))).toContain(carddav('directory'));
    const names = ['FN', 'EMAIL', 'NICKNAME', 'N', 'ORG', 'TEL', 'UID'];
    const filters = names.map(
      (name) =>
        `<C:prop-filter name="${name}" test="allof"><C:text-match collation="i;unicode-casemap" match-type="contains">Love</C:text-match></C:prop-filter>`,
    );
    const found = responsesOf(
      await send(
        'REPORT',
        gateway,
        `<?xml version="1.0" encoding="UTF-8"?><C:addressbook-query xmlns:A="DAV:" xmlns:C="${CARD}"><A:prop><A:getetag/><C:address-data><C:prop name="UID"/><C:prop name="FN"/><C:prop name="EMAIL"/></C:address-data></A:prop><C:filter test="anyof">${filters.join('')}</C:filter><C:limit><C:nresults>50</C:nresults></C:limit></C:addressbook-query>`,
        '1',
      ),
    );
    expect([...found.keys()]).toEqual([`${CONTACTS}public/ada.vcf`]);
    const [ada] = found.values();
    const card = ada && valueOf(ada, carddav('address-data'));
    expect(card).toContain('FN:Ada Lovelace');
    expect(card).not.toContain('PHOTO');
  });

  it('DAVx5: lists and fetches what may be listed, and fetches nothing again', async () => {
    const send = ask('DAVx5/4.4.1-ose (dav4jvm; okhttp/4.12.0) Android/14');
    const home = responsesOf(
      await send(
        'PROPFIND',
        CONTACTS,
        propfindBody(
          ...[dav('resourcetype'), dav('displayname'), dav('owner'), dav('sync-token')],
          ...[dav('current-user-privilege-set'), carddav('addressbook-description')],
          ...[calendarServer('getctag'), dav('supported-report-set')],
          carddav('supported-address-data'),
        ),
        '1',
      ),
    );
    const book = home.get(`${CONTACTS}open/`);
    expect(book && childNames(book, dav('resourcetype'))).toContain(carddav('addressbook'));
    // Neither of which it could be synchronized by: it compares entity tags then.
    expect(book?.statuses[dav('sync-token')]).toBe(404);
    expect(book?.statuses[calendarServer('getctag')]).toBe(404);
    const tags = async () =>
      new Map(
        [
          ...responsesOf(
            await send(
              'PROPFIND',
              `${CONTACTS}open/`,
              propfindBody(dav('resourcetype'), dav('getetag')),
              '1',
            ),
          ),
        ].map(([href, response]) => [href, valueOf(response, dav('getetag'))]),
      );
    const first = await tags();
    first.delete(`${CONTACTS}open/`);
    expect(first.size).toBeGreaterThan(15);
    const multiget = `<addressbook-multiget xmlns="${CARD}" xmlns:D="DAV:"><D:prop><D:getcontenttype/><D:getetag/><address-data content-type="text/vcard" version="4.0"/></D:prop>${[...first.keys()].map((href) => `<D:href>${href}</D:href>`).join('')}</addressbook-multiget>`;
    const cards = responsesOf(await send('REPORT', `${CONTACTS}open/`, multiget, '1'));
    expect(cards.size).toBe(first.size);
    for (const [href, response] of cards) {
      expect(valueOf(response, dav('getetag'))).toBe(first.get(href));
      expect(valueOf(response, carddav('address-data'))).toMatch(/^BEGIN:VCARD\r?\nVERSION:4\.0/);
    }
    const second = await tags();
    second.delete(`${CONTACTS}open/`);
    expect(second).toEqual(first);
  });

  it('DAVx5: finds nobody, and no error, in a directory that is to be searched', async () => {
    const send = ask('DAVx5/4.4.1-ose (dav4jvm; okhttp/4.12.0) Android/14');
    const listed = responsesOf(
      await send('PROPFIND', `${CONTACTS}public/`, propfindBody(dav('getetag')), '1'),
    );
    expect([...listed.keys()]).toEqual([`${CONTACTS}public/`]);
  });

  it('Thunderbird and SOGo Connector: as an address is written', async () => {
    const send = ask(
      'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.1.0',
    );
    const query = (text: string) =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<card:addressbook-query xmlns:card="${CARD}" xmlns:d="DAV:"><d:prop><d:getetag/><card:address-data/></d:prop><card:filter test="anyof">${[
        'fn',
        'n',
        'email',
      ]
        .map(
          (name) =>
            `<card:prop-filter name="${name}"><card:text-match collation="i;unicasemap" match-type="contains">${text}</card:text-match></card:prop-filter>`,
        )
        .join('')}</card:filter></card:addressbook-query>`;
    for (const [text, ...hrefs] of [
      ['countess@', 'ada.vcf'],
      ['öz', '%C3%BCnal.vcf'],
      ['meeting', 'room1.vcf'],
      ['nobody at all'],
    ] as const) {
      const answered = await send('REPORT', `${CONTACTS}public/`, query(text), '1');
      expect([text, [...responsesOf(answered).keys()]]).toEqual([
        text,
        hrefs.map((name) => `${CONTACTS}public/${name}`),
      ]);
    }
  });

  it('Calendar of macOS: whom to invite, with the words typed so far', async () => {
    const send = ask('macOS/14.5 (23F79) CalendarAgent/1038.1');
    const answered = await send(
      'REPORT',
      '/SOGo/dav/',
      '<?xml version="1.0" encoding="UTF-8"?><B:calendarserver-principal-search xmlns:A="DAV:" xmlns:B="http://calendarserver.org/ns/" context="attendee"><B:search-token>ada</B:search-token><B:limit><B:nresults>50</B:nresults></B:limit><A:prop><C:calendar-user-address-set xmlns:C="urn:ietf:params:xml:ns:caldav"/><C:calendar-user-type xmlns:C="urn:ietf:params:xml:ns:caldav"/><A:displayname/><B:last-name/><B:first-name/><B:record-type/><A:principal-URL/></A:prop></B:calendarserver-principal-search>',
      '0',
    );
    const found = responsesOf(answered).get('/SOGo/dav/ada/');
    expect(found && valueOf(found, calendarServer('record-type'))).toBe('users');
    expect(found && valueOf(found, calendarServer('last-name'))).toBe('Lovelace');
    expect(answered.body).toContain('mailto:ada@acme.com');
  });
});
