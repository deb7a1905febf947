import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { carddav } from '../../../src/api/dav/xml/names.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf } from '../../support/multistatus.ts';
import { CONTACTS, cardText, eventText, VCARD } from '../../support/objects.ts';
import { sync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ limits: { resource: 200_000 } });
});
afterAll(() => server.stop());

let count = 0;
let path = '';
let uid = '';
beforeEach(() => {
  count += 1;
  uid = `card-${count}`;
  path = `${CONTACTS}${uid}.vcf`;
});

const put = (
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = {},
  at = path,
) => server.send('PUT', at, { headers: { ...VCARD, ...headers }, body });

describe('storing an address object (RFC 6352 §6.3.2)', () => {
  it('answers 201 with the strong ETag of what it serves, then 204', async () => {
    const created = await put(cardText(uid));
    expect(created.status).toBe(201);
    const got = await server.send('GET', path);
    expect([got.body, got.headers.etag]).toEqual([cardText(uid), created.headers.etag]);
    expect(got.headers['content-type']).toBe('text/vcard; charset=utf-8');
    expect((await put(cardText(uid, 'NOTE:x'))).status).toBe(204);
  });

  it('keeps large photos octet for octet', async () => {
    const large = cardText(uid, `PHOTO;ENCODING=b;TYPE=JPEG:${'/9j/'.repeat(40_000)}`);
    expect((await put(large)).status).toBe(201);
    expect((await server.send('GET', path)).body).toBe(large);
  });

  it.each(['text/vcard', 'text/x-vcard; charset=utf-8', 'text/directory; profile=vCard'])(
    'takes the type %s',
    async (type) => expect((await put(cardText(uid), { 'content-type': type })).status).toBe(201),
  );

  it('takes vCard 4.0 as well (RFC 6350)', async () => {
    expect((await put(cardText(uid).replace('VERSION:3.0', 'VERSION:4.0'))).status).toBe(201);
  });

  it('is deleted, and heeds preconditions on the way', async () => {
    const { headers } = await put(cardText(uid), { 'if-none-match': '*' });
    expect((await put(cardText(uid, 'NOTE:x'), { 'if-none-match': '*' })).status).toBe(412);
    expect((await put(cardText(uid, 'NOTE:x'), { 'if-match': '"x"' })).status).toBe(412);
    const stale = { 'if-match': '"x"' };
    expect((await server.send('DELETE', path, { headers: stale })).status).toBe(412);
    const known = { 'if-match': String(headers.etag) };
    expect((await server.send('DELETE', path, { headers: known })).status).toBe(204);
    expect((await server.send('GET', path)).status).toBe(404);
  });
});

describe.each(corpora('vcard/bad'))('a PUT that fails %s (RFC 6352 §6.3.2.1)', (condition) => {
  it('is refused with 403 and that precondition, and stores nothing', async () => {
    for (const { name, text } of corpus(`vcard/bad/${condition}`)) {
      const answered = await put(text);
      expect([name, answered.status]).toEqual([name, 403]);
      expect([name, ...conditionsOf(answered)]).toEqual([name, carddav(condition)]);
    }
    expect((await server.send('GET', path)).status).toBe(404);
  });
});

describe('a PUT that cannot be stored', () => {
  it.each([
    'text/calendar',
    'text/plain',
    'application/vcard+xml',
    'application/calendar+json',
    'text/vcard; charset=iso-8859-1',
  ])('of type %s: 403 supported-address-data', async (type) => {
    const answered = await put(cardText(uid), { 'content-type': type });
    expect([answered.status, conditionsOf(answered)]).toEqual([
      403,
      [carddav('supported-address-data')],
    ]);
  });

  it('of a calendar object: 403 valid-address-data', async () => {
    const answered = await put(eventText(uid));
    expect([answered.status, conditionsOf(answered)]).toEqual([
      403,
      [carddav('valid-address-data')],
    ]);
  });

  it('of broken UTF-8: 403 valid-address-data', async () => {
    const answered = await put(Buffer.from(cardText(uid, 'NOTE:\xff'), 'latin1'));
    expect([answered.status, conditionsOf(answered)]).toEqual([
      403,
      [carddav('valid-address-data')],
    ]);
  });

  it('over the limit: max-resource-size, and 413 as status', async () => {
    const answered = await put(cardText(uid, `NOTE:${'x'.repeat(200_000)}`));
    expect([answered.status, conditionsOf(answered)]).toEqual([
      413,
      [carddav('max-resource-size')],
    ]);
  });

  it('with the UID of another card: no-uid-conflict, which names it', async () => {
    await put(cardText(uid));
    const answered = await put(cardText(uid, 'NOTE:b'), {}, `${CONTACTS}other-${uid}.vcf`);
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [carddav('no-uid-conflict')]]);
    expect(answered.body).toContain(`<D:href>${path}</D:href>`);
    const changed = await put(cardText(`${uid}-changed`));
    expect([changed.status, conditionsOf(changed)]).toEqual([403, [carddav('no-uid-conflict')]]);
  });

  it.each([
    [409, '/SOGo/dav/alice/Contacts/missing/a.vcf'],
    [403, '/SOGo/dav/alice/Contacts/a.vcf'],
    [405, CONTACTS],
    [404, '/SOGo/dav/bob@example.org/Contacts/personal/a.vcf'],
  ])('gives %i at %s', async (status, at) => {
    expect((await put(cardText(uid), {}, at)).status).toBe(status);
  });
});

describe('sync-collection of an address book (RFC 6578)', () => {
  it('brings address-data of what changed, and 404 for what went', async () => {
    const at = '/SOGo/dav/alice/Contacts/friends/';
    await server.send('MKCOL', at);
    await put(cardText('one'), {}, `${at}one.vcf`);
    await put(cardText('two'), {}, `${at}two.vcf`);
    const first = await sync(server, at, '');
    expect([...first.members.keys()]).toEqual([`${at}one.vcf`, `${at}two.vcf`]);
    await server.send('DELETE', `${at}one.vcf`);
    const changed = await put(cardText('two', 'NOTE:x'), {}, `${at}two.vcf`);
    const props = ['{DAV:}getetag', carddav('address-data')] as const;
    const next = await sync(server, at, first.token, { props });
    expect([...next.members]).toEqual([
      [`${at}one.vcf`, 'gone'],
      [`${at}two.vcf`, changed.headers.etag],
    ]);
    expect(next.responses.get(`${at}two.vcf`)?.statuses[carddav('address-data')]).toBe(200);
  });
});
