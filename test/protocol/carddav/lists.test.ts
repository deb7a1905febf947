import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { carddav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  conditionsOf,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';
import { CONTACTS, cardText, multigetBody, VCARD } from '../../support/objects.ts';

const LIST = `${CONTACTS}friends.vlf`;
const GROUP = `${CONTACTS}team.vcf`;
const JANE = `${CONTACTS}somewhere-else.vcf`;
const VLIST = 'text/x-vlist; charset=utf-8';
const list = [
  'BEGIN:VLIST',
  'UID:friends.vlf',
  'VERSION:1.0',
  'FN:Friends',
  'CARD;EMAIL=jane@example.org;FN=Jane Doe:somewhere-else.vcf',
  'END:VLIST',
  '',
].join('\r\n');
const group = cardText(
  'team',
  'X-ADDRESSBOOKSERVER-KIND:group',
  'X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:jane',
);

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  const put = (path: string, body: string, type: string = VCARD['content-type']) =>
    server.send('PUT', path, { headers: { 'content-type': type }, body });
  expect((await put(JANE, cardText('jane', 'EMAIL:jane@example.org'))).status).toBe(201);
  expect((await put(LIST, list, 'text/x-vlist')).status).toBe(201);
  expect((await put(GROUP, group)).status).toBe(201);
});
afterAll(() => server.stop());

const get = (path: string, accept?: string, method = 'GET') =>
  server.send(method, path, accept === undefined ? {} : { headers: { accept } });
const asked = (body: string, attributes: string): string =>
  body.replace(
    '</D:prop>',
    `<C:address-data xmlns:C="urn:ietf:params:xml:ns:carddav" ${attributes}/></D:prop>`,
  );
const unfolded = (text: string): string => text.replaceAll('\r\n ', '');

describe('a list of SOGo', () => {
  it('is served as it came, with its type, in GET, HEAD, PROPFIND and reports', async () => {
    for (const accept of [undefined, '*/*', 'text/x-vlist', 'text/html']) {
      const { headers, body } = await get(LIST, accept);
      expect([headers['content-type'], body]).toEqual([VLIST, list]);
    }
    expect((await get(LIST, undefined, 'HEAD')).headers['content-type']).toBe(VLIST);
    const found = await server.send('PROPFIND', LIST, {
      headers: { depth: '0' },
      body: propfindBody(dav('getcontenttype')),
    });
    expect(valueOf(responseOf(found), dav('getcontenttype'))).toBe(VLIST);
    const many = await server.send('REPORT', CONTACTS, {
      body: asked(multigetBody('addressbook', [LIST]), ''),
    });
    expect(many.body).toContain('BEGIN:VLIST');
  });

  it('is a group with members by their UIDs for those who ask for vCards', async () => {
    const four = await get(LIST, 'text/vcard; version=4.0');
    expect(four.headers['content-type']).toBe('text/vcard; charset=utf-8; version=4.0');
    expect(unfolded(four.body)).toMatch(/\r\nKIND:group\r\n[^]*\r\nMEMBER[^\r]*:urn:uuid:jane\r\n/);
    const three = unfolded((await get(LIST, 'text/vcard')).body);
    expect(three).toMatch(/\r\nX-ADDRESSBOOKSERVER-MEMBER[^\r]*:urn:uuid:jane\r\n/);
    const json = await get(LIST, 'application/vcard+json');
    expect(json.body).toContain('"urn:uuid:jane"');
    expect(four.headers.etag).toBe((await get(LIST)).headers.etag);
  });

  it.each([
    ['version="4.0"', /MEMBER[^\r]*:urn:uuid:jane/],
    ['content-type="text/vcard" version="3.0"', /X-ADDRESSBOOKSERVER-MEMBER[^\r]*:urn:uuid:jane/],
    ['content-type="text/x-vlist"', /BEGIN:VLIST/],
  ])('is what address-data with %s asks for', async (attributes, expected) => {
    const plain =
      '<C:addressbook-query xmlns:C="urn:ietf:params:xml:ns:carddav" xmlns:D="DAV:"><D:prop></D:prop><C:filter/></C:addressbook-query>';
    const synced =
      '<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop></D:prop></D:sync-collection>';
    for (const body of [
      asked(multigetBody('addressbook', [LIST]), attributes),
      asked(plain, attributes),
      asked(synced, attributes),
    ]) {
      const answer = await server.send('REPORT', CONTACTS, { headers: { depth: '1' }, body });
      expect(answer.status).toBe(207);
      const response = responsesOf(answer).get(LIST);
      const data = response === undefined ? undefined : valueOf(response, carddav('address-data'));
      expect(unfolded(data ?? '')).toMatch(expected);
    }
  });

  it('stays one when it is copied, moved and given a dead property', async () => {
    const to = (name: string) => ({
      headers: { destination: `${server.url}${CONTACTS}${name}`, overwrite: 'F' },
    });
    expect((await server.send('MOVE', LIST, to('moved.vcf'))).status).toBe(201);
    const body = `<D:propertyupdate xmlns:D="DAV:"><D:set><D:prop><x xmlns="urn:x">1</x></D:prop></D:set></D:propertyupdate>`;
    expect((await server.send('PROPPATCH', `${CONTACTS}moved.vcf`, { body })).status).toBe(207);
    expect((await get(`${CONTACTS}moved.vcf`)).headers['content-type']).toBe(VLIST);
    expect((await server.send('MOVE', `${CONTACTS}moved.vcf`, to('friends.vlf'))).status).toBe(201);
  });

  it('is a vCard in an export of vCards', async () => {
    const { body } = await get('/SOGo/dav/alice/Contacts/personal.vcf');
    expect(body).not.toContain('VLIST\r\n');
    expect(unfolded(body)).toMatch(/UID:friends\.vlf\r\n[^]*MEMBER[^\r]*:urn:uuid:jane/);
  });
});

describe('a group', () => {
  it('is a list of SOGo where that is asked for, with what SOGo shows of its members', async () => {
    const { headers, body } = await get(GROUP, 'text/x-vlist');
    expect(headers['content-type']).toBe(VLIST);
    expect(unfolded(body)).toContain(
      'CARD;EMAIL=jane@example.org;FN=Jane Doe:somewhere-else.vcf\r\n',
    );
    expect((await get(GROUP)).body).toBe(group);
  });

  it('is the only card that is one: 406 for others (RFC 6352 §6.3.2.2)', async () => {
    const answered = await get(JANE, 'text/x-vlist');
    expect(answered.status).toBe(406);
    expect(conditionsOf(answered)).toEqual([carddav('supported-address-data-conversion')]);
  });
});

describe('a list that is stored', () => {
  const put = (body: string, type = 'text/vcard') =>
    server.send('PUT', `${CONTACTS}new.vlf`, { headers: { 'content-type': type }, body });
  const named = list.replace('UID:friends.vlf', 'UID:new.vlf');

  it('may say that it is a vCard; its body tells', async () => {
    expect((await put(named)).status).toBe(201);
    expect((await get(`${CONTACTS}new.vlf`)).headers['content-type']).toBe(VLIST);
  });

  it.each([
    ['valid-address-data', named.replace('FN:Friends\r\n', '')],
    ['valid-address-data', named.replace('CARD', `${'CARD:x.vcf\r\n'.repeat(5000)}CARD`)],
    ['supported-address-data', named.replace('VERSION:1.0', 'VERSION:3.0')],
    ['no-uid-conflict', list],
  ])('is refused with %s (RFC 6352 §6.3.2.1)', async (condition, body) => {
    const answered = await put(body, 'text/x-vlist');
    expect([answered.status, conditionsOf(answered)]).toEqual([403, [carddav(condition)]]);
  });
});
