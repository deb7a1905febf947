import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EasServer, startEas } from '../../support/eas.ts';

let server: EasServer;
beforeAll(async () => {
  server = await startEas({
    settings: {
      url: (domain) =>
        domain === 'acme.com' ? 'https://eas.acme.com/Microsoft-Server-ActiveSync' : undefined,
      enabled: (domain) => domain !== 'off.example',
    },
  });
});
afterAll(() => server.stop());

const MOBILE = 'http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006';
const asking = (schema: string, address = 'alice@example.org') =>
  `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${schema}</AcceptableResponseSchema></Request></Autodiscover>`;
const secure = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'mail.example.org' };
const post = (body: string, path = '/Autodiscover/Autodiscover.xml', credentials?: string | null) =>
  server.dav.send('POST', path, {
    body,
    headers: { 'content-type': 'text/xml', ...secure },
    ...(credentials === undefined ? {} : { credentials }),
  });

describe('Autodiscover for phones (MS-ASCMD 2.2.1.1)', () => {
  test('leads from address and password to the server, whatever the letters of the path', async () => {
    for (const path of ['/autodiscover/autodiscover.xml', '/AutoDiscover/AutoDiscover.XML']) {
      const { status, headers, body } = await post(asking(MOBILE), path);
      expect([status, headers['content-type']]).toEqual([200, 'text/xml; charset=utf-8']);
      expect(body).toContain(`<Response xmlns="${MOBILE}">`);
      expect(body).toContain('<Url>https://mail.example.org/Microsoft-Server-ActiveSync</Url>');
      expect(body).toContain('<EMailAddress>alice@example.org</EMailAddress>');
      expect(body).toContain('<Type>MobileSync</Type>');
    }
  });

  test('asks who it is first', async () => {
    const { status, headers } = await post(asking(MOBILE), '/autodiscover/autodiscover.xml', null);
    expect([status, headers['www-authenticate']]).toEqual([401, expect.stringMatching(/^Basic/)]);
    expect((await post(asking(MOBILE), undefined, 'alice:wrong')).status).toBe(401);
  });

  test('answers 600 to what is no request, and 601 to what is not offered (MS-OXDSCLI 2.2.4)', async () => {
    for (const body of ['<a/>', 'no xml', '', '<!DOCTYPE a><a/>'])
      expect((await post(body)).body).toContain('<ErrorCode>600</ErrorCode>');
    const outlook =
      'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
    expect((await post(asking(outlook))).body).toContain('<ErrorCode>601</ErrorCode>');
    expect((await post('x'.repeat(100_000))).status).toBe(413);
  });

  test('leads from plain HTTP to HTTPS', async () => {
    const { status, headers } = await server.dav.send('GET', '/autodiscover/autodiscover.xml', {
      credentials: null,
      headers: { 'x-forwarded-proto': 'http', 'x-forwarded-host': 'autodiscover.example.org' },
    });
    expect([status, headers['location']]).toEqual([
      302,
      'https://autodiscover.example.org/autodiscover/autodiscover.xml',
    ]);
  });
});

describe('Autodiscover version 2 (Outlook mobile)', () => {
  const get = (path: string) =>
    server.dav.send('GET', path, { credentials: null, headers: secure });

  test('leads from an address to the server of its domain, without a password', async () => {
    const here = await get(
      '/autodiscover/autodiscover.json/v1.0/alice@example.org?Protocol=ActiveSync',
    );
    expect(JSON.parse(here.body)).toEqual({
      Protocol: 'ActiveSync',
      Url: 'https://mail.example.org/Microsoft-Server-ActiveSync',
    });
    const there = await get(
      '/Autodiscover/Autodiscover.json?Email=bob%40acme.com&Protocol=activesync',
    );
    expect(JSON.parse(there.body)).toMatchObject({
      Url: 'https://eas.acme.com/Microsoft-Server-ActiveSync',
    });
  });

  test('refuses other protocols, and nonsense', async () => {
    for (const path of [
      '/autodiscover/autodiscover.json?Protocol=EWS',
      '/autodiscover/autodiscover.json',
      '/autodiscover/autodiscover.json/v1.0/%ff',
    ])
      expect((await get(path)).status).toBe(400);
  });
});
