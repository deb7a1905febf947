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
import { CONTACTS, cardText, syncBody, VCARD } from '../../support/objects.ts';

const put = (server: DavServer, name: string, uid: string) =>
  server.send('PUT', `${CONTACTS}${name}`, { headers: VCARD, body: cardText(uid) });
const syncSince = (server: DavServer, token: string, at = CONTACTS) =>
  server.send('REPORT', at, { body: syncBody(token) });
const tokenOf = async (server: DavServer, at = CONTACTS): Promise<string> => {
  const body = propfindBody(dav('sync-token'));
  const answered = await server.send('PROPFIND', at, { headers: { depth: '0' }, body });
  return valueOf(responseOf(answered), dav('sync-token')) ?? '';
};

describe('by the standards', () => {
  let server: DavServer;
  beforeAll(async () => {
    server = await startDav();
  });
  afterAll(() => server.stop());

  it('one UID is one card (RFC 6352 §6.3.2.1), and tokens are URIs (RFC 6578 §6.2)', async () => {
    expect((await put(server, 'one.vcf', 'same')).status).toBe(201);
    const second = await put(server, 'two.vcf', 'same');
    expect([second.status, conditionsOf(second)]).toEqual([403, [carddav('no-uid-conflict')]]);
    expect(await tokenOf(server)).toMatch(/^urn:/);
    expect((await syncSince(server, '1234')).status).toBe(403);
  });
});

describe("in SOGo's dialect", () => {
  let server: DavServer;
  beforeAll(async () => {
    server = await startDav({ dialect: 'sogo' });
  });
  afterAll(() => server.stop());

  it('cards may share a UID, each can be changed and deleted, and none may change its own', async () => {
    expect((await put(server, 'one.vcf', 'same')).status).toBe(201);
    expect((await put(server, 'two.vcf', 'same')).status).toBe(201);
    expect((await put(server, 'two.vcf', 'another')).status).toBe(403);
    expect((await server.send('DELETE', `${CONTACTS}one.vcf`)).status).toBe(204);
    const changed = await server.send('PUT', `${CONTACTS}two.vcf`, {
      headers: VCARD,
      body: cardText('same', 'NOTE:still here'),
    });
    expect(changed.status).toBe(204);
  });

  it('tokens are numbers, and tell as exactly what has changed', async () => {
    const token = await tokenOf(server);
    expect(token).toMatch(/^[0-9]+$/);
    await put(server, 'later.vcf', 'later');
    const answered = await syncSince(server, token);
    expect([...responsesOf(answered).keys()]).toEqual([`${CONTACTS}later.vcf`]);
    const remove = (state: string) =>
      server.send('DELETE', `${CONTACTS}later.vcf`, {
        headers: { if: `<${CONTACTS}> (<${state}>)` },
      });
    expect((await remove(token)).status).toBe(412);
    expect((await remove(await tokenOf(server))).status).toBe(204);
  });

  it('takes any number where nothing was ever held, and nowhere else', async () => {
    const fresh = '/SOGo/dav/alice/Contacts/fresh/';
    await server.send('MKCOL', fresh);
    expect((await syncSince(server, '1234', fresh)).status).toBe(207);
    expect((await syncSince(server, '1234')).status).toBe(403);
  });
});
