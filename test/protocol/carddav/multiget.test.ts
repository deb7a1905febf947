import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { responsesOf, valueOf } from '../../support/multistatus.ts';
import { CONTACTS, cardText, multigetBody, VCARD, XML } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

describe('addressbook-multiget (RFC 6352 §8.7)', () => {
  it('answers each href once, in order, with data as they were stored, and 404 for the rest', async () => {
    const text = cardText('jane', 'item1.NOTE:Müller & Söhne\\, <GmbH>');
    await server.send('PUT', `${CONTACTS}jane@home.vcf`, { headers: VCARD, body: text });
    const hrefs = [
      `${CONTACTS}missing.vcf`,
      `${CONTACTS}jane%40home.vcf`,
      '/SOGo/dav/bob@example.org/Contacts/personal/jane@home.vcf',
    ];
    const body = multigetBody(
      'addressbook',
      [...hrefs, ...hrefs],
      [dav('getetag'), carddav('address-data')],
    );
    const responses = responsesOf(await server.send('REPORT', CONTACTS, { headers: XML, body }));
    expect([...responses.keys()]).toEqual(hrefs);
    expect([...responses.values()].map(({ status }) => status)).toEqual([404, 0, 404]);
    const found = responses.get(`${CONTACTS}jane%40home.vcf`);
    expect(found && valueOf(found, carddav('address-data'))).toBe(text);
  });
});
