import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { childOf, childrenOf, textOf } from '../../../src/api/dav/xml/element.ts';
import { carddav, dav, inverse } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { responseOf, responsesOf, xmlOf } from '../../support/multistatus.ts';
import { cardText, VCARD, XML } from '../../support/objects.ts';
import { BOB, setRoles } from '../../support/sharing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  await server.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/shared/');
  await server.send('MKCALENDAR', '/SOGo/dav/alice/Calendar/hidden/');
  await setRoles(server, '/SOGo/dav/alice/Calendar/shared/', 'bob@example.org', ['PublicViewer']);
  await setRoles(server, '/SOGo/dav/alice/Contacts/personal/', '<default>', ['ObjectViewer']);
});
afterAll(() => server.stop());

const query = (matches: string, at = '/SOGo/dav/bob@example.org/', credentials = BOB) =>
  server.send('REPORT', at, {
    headers: { ...XML, depth: '0' },
    credentials,
    body: `<collection-query xmlns="urn:inverse:params:xml:ns:inverse-dav" xmlns:D="DAV:">${matches}</collection-query>`,
  });
const owner = (href: string): string =>
  `<prop-match name="owner"><D:href>${href}</D:href></prop-match>`;
const type = (of: string): string => `<prop-match name="resource-type">${of}</prop-match>`;

describe('collection-query, as SOGo’s clients look for what others share', () => {
  it.each([
    [
      '/SOGo/dav/alice/',
      '',
      ['/SOGo/dav/alice/Contacts/personal/', '/SOGo/dav/alice/Calendar/shared/'],
    ],
    ['/SOGo/dav/users/alice', 'calendar', ['/SOGo/dav/alice/Calendar/shared/']],
    ['/SOGo/dav/lidd', 'contact', ['/SOGo/dav/alice/Contacts/personal/']],
    ['/SOGo/dav/carol/', '', []],
    ['/SOGo/dav/nobody/', '', []],
  ])('of %s, %j', async (href, of, expected) => {
    const found = [...responsesOf(await query(owner(href) + type(of))).keys()];
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  it('without an owner tells what is one’s own', async () => {
    expect([...responsesOf(await query(type('calendar'))).keys()]).toEqual([
      '/SOGo/dav/bob@example.org/Calendar/personal/',
    ]);
  });

  it('names owner and collection where older clients look, too', async () => {
    const answered = await query(owner('/SOGo/dav/alice/') + type('calendar'));
    const found = childrenOf(xmlOf(answered), dav('response'))[0];
    const said = (name: ReturnType<typeof dav>) => {
      const one = found && childOf(found, name);
      return one && textOf(one);
    };
    expect([
      said(dav('owner')),
      said(inverse('ownerdisplayname')),
      said(dav('displayname')),
    ]).toEqual(['/SOGo/dav/alice', 'Alice Liddell', 'shared']);
    expect(responseOf(answered).statuses).toEqual({ [dav('displayname')]: 200 });
  });

  it.each([
    type('mail'),
    owner(''),
    owner('/somewhere/alice'),
    owner(`/SOGo/dav/${'x'.repeat(2000)}/`),
  ])('is 400 for what is no question: %.60s', async (matches) => {
    expect((await query(matches)).status).toBe(400);
  });
});

it('addressbook-query takes the names that SOGo has for EMAIL and address-data', async () => {
  const at = '/SOGo/dav/alice/Contacts/personal/';
  for (const [name, mail] of [
    ['one', 'one@example.org'],
    ['two', 'two@example.net'],
  ] as const)
    await server.send('PUT', `${at}${name}.vcf`, {
      headers: VCARD,
      body: cardText(name, `EMAIL:${mail}`),
    });
  const answered = await server.send('REPORT', at, {
    headers: { ...XML, depth: '1' },
    body: '<C:addressbook-query xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:"><D:prop><C:addressbook-data/></D:prop><C:filter><C:prop-filter name="mail"><C:text-match match-type="ends-with">.net</C:text-match></C:prop-filter></C:filter></C:addressbook-query>',
  });
  const found = responseOf(answered).properties.get(carddav('addressbook-data'));
  expect(found && textOf(found)).toContain('two@example.net');
});
