import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dav, inverse } from '../../../src/api/dav/xml/names.ts';
import { childrenOf } from '../../../src/api/dav/xml/element.ts';
import { verbatim } from '../../../src/api/dav/xml/write.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import {
  conditionsOf,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
  xmlOf,
} from '../../support/multistatus.ts';
import { eventText, ICALENDAR, XML } from '../../support/objects.ts';
import { aclQuery, BOB, CAROL, setRoles } from '../../support/sharing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ groups: { staff: ['carol'] } });
});
afterAll(() => server.stop());

let count = 0;
let at = '';
beforeEach(async () => {
  count += 1;
  at = `/SOGo/dav/alice/Calendar/acl-${count}/`;
  expect((await server.send('MKCALENDAR', at)).status).toBe(201);
  const body = eventText('uid-1', 'DTEND:20260105T100000Z');
  expect((await server.send('PUT', `${at}one.ics`, { headers: ICALENDAR, body })).status).toBe(201);
});

const acl = (entries: string, credentials?: string, path = at): Promise<Answered> =>
  server.send('ACL', path, {
    headers: XML,
    body: `<D:acl xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:I="urn:inverse:params:xml:ns:inverse-dav">${entries}</D:acl>`,
    ...(credentials === undefined ? {} : { credentials }),
  });
const ace = (principal: string, ...privileges: readonly string[]): string =>
  `<D:ace><D:principal>${principal}</D:principal><D:grant>${privileges.map((one) => `<D:privilege><${one}/></D:privilege>`).join('')}</D:grant></D:ace>`;
const href = (path: string): string => `<D:href>${path}</D:href>`;
const bob = href('/SOGo/dav/bob@example.org/');
const shown = async (path = at) => {
  const answered = await server.send('PROPFIND', path, {
    headers: { ...XML, depth: '0' },
    body: propfindBody(dav('acl')),
  });
  const found = responseOf(answered).properties.get(dav('acl'));
  return (found === undefined ? [] : childrenOf(found, dav('ace'))).map(verbatim);
};
const rolesOf = async (user: string, path = at): Promise<string> => {
  const { body } = await aclQuery(server, path, `<roles user="${user}"/>`);
  return [...body.matchAll(/<X:([A-Z]\w+)/g)].map(([, role]) => role).join(' ');
};
const get = async (credentials: string) =>
  (await server.send('GET', `${at}one.ics`, { credentials })).status;

describe('ACL (RFC 3744 §8.1)', () => {
  it('is announced, and gives what it says to whom it names', async () => {
    const { headers } = await server.send('OPTIONS', at);
    expect(String(headers['dav']).split(', ')).toContain('access-control');
    expect(String(headers.allow).split(', ')).toContain('ACL');
    expect((await acl(ace(bob, 'D:read'))).status).toBe(200);
    expect([await get(BOB), await get(CAROL)]).toEqual([200, 404]);
    expect(await rolesOf('bob@example.org')).toBe('PublicViewer ConfidentialViewer PrivateViewer');
    expect(
      (await acl(ace(bob, 'D:read', 'D:write') + ace(href('/SOGo/dav/@staff/'), 'D:read'))).status,
    ).toBe(200);
    expect(await rolesOf('bob@example.org')).toBe(
      'ObjectCreator ObjectEraser PublicModifier ConfidentialModifier PrivateModifier',
    );
    expect(await get(CAROL)).toBe(200);
  });

  it('takes from whom it does not name', async () => {
    await setRoles(server, at, 'bob@example.org', ['PublicViewer']);
    await setRoles(server, at, '<default>', ['PublicViewer']);
    expect((await acl(ace(href('/principals/carol/'), 'D:read'))).status).toBe(200);
    expect([await get(BOB), await get(CAROL)]).toEqual([404, 200]);
    expect((await acl('')).status).toBe(200);
    expect(await get(CAROL)).toBe(404);
  });

  it('changes nothing when it is told what PROPFIND tells', async () => {
    await setRoles(server, at, 'bob@example.org', [
      'PublicResponder',
      'PrivateDAndTViewer',
      'ObjectEraser',
    ]);
    await setRoles(server, at, 'carol', []);
    await setRoles(server, at, '@staff', ['ObjectCreator']);
    await setRoles(server, at, '<default>', ['ConfidentialModifier']);
    await setRoles(server, at, 'anonymous', ['PublicModifier', 'ObjectEraser']);
    const before = await shown();
    expect(before).toHaveLength(6);
    const ctag = async () =>
      (
        await server.send('PROPFIND', at, {
          headers: { ...XML, depth: '0' },
          body: propfindBody(dav('sync-token')),
        })
      ).body;
    const token = await ctag();
    expect((await acl(before.join(''))).status).toBe(200);
    expect(await shown()).toEqual(before);
    expect(await ctag()).toBe(token);
    expect(await rolesOf('anonymous')).toBe('ObjectEraser PublicModifier');
  });

  it.each<readonly [string, () => string]>([
    [
      'grant-only',
      () =>
        `<D:ace><D:principal>${bob}</D:principal><D:deny><D:privilege><D:read/></D:privilege></D:deny></D:ace>`,
    ],
    [
      'no-invert',
      () =>
        `<D:ace><D:invert><D:principal>${bob}</D:principal></D:invert><D:grant><D:privilege><D:read/></D:privilege></D:grant></D:ace>`,
    ],
    [
      'no-inherited-ace-conflict',
      () =>
        `<D:ace><D:principal>${bob}</D:principal><D:grant><D:privilege><D:read/></D:privilege></D:grant><D:inherited>${href('/SOGo/dav/')}</D:inherited></D:ace>`,
    ],
    ['no-protected-ace-conflict', () => ace('<D:property><D:owner/></D:property>', 'D:read')],
    ['no-protected-ace-conflict', () => ace(href('/SOGo/dav/alice/'), 'D:read')],
    ['recognized-principal', () => ace(href('/SOGo/dav/nobody-at-all/'), 'D:read')],
    ['recognized-principal', () => ace(href('/SOGo/dav/@none/'), 'D:read')],
    ['allowed-principal', () => ace('<D:all/>', 'D:read')],
    ['allowed-principal', () => ace('<D:self/>', 'D:read')],
    [
      'allowed-principal',
      () => ace(href('/SOGo/dav/bob@example.org/calendar-proxy-write/'), 'D:read'),
    ],
    ['allowed-principal', () => ace(href('mailto:bob@example.org'), 'D:read')],
    ['not-supported-privilege', () => ace(bob, 'D:unlock')],
    ['no-ace-conflict', () => ace(bob, 'D:all')],
    ['no-ace-conflict', () => ace(bob, 'D:read', 'D:write-acl')],
    ['no-ace-conflict', () => ace('<D:unauthenticated/>', 'D:read', 'D:write')],
    ['limited-number-of-aces', () => ace(bob, 'D:read').repeat(1001)],
  ])('refuses with DAV:%s, and changes nothing (RFC 3744 §8.1.1)', async (condition, entries) => {
    await setRoles(server, at, 'carol', ['PublicViewer']);
    const before = await shown();
    const refused = await acl(ace(href('/SOGo/dav/carol/'), 'D:read', 'D:write') + entries());
    expect([refused.status, conditionsOf(refused)]).toEqual([403, [dav(condition)]]);
    expect(await shown()).toEqual(before);
  });

  it.each([
    ['no body', ''],
    ['another root', '<D:prop xmlns:D="DAV:"/>'],
    ['what is no entry', '<D:acl xmlns:D="DAV:"><D:href/></D:acl>'],
    ['an entry of nobody', '<D:acl xmlns:D="DAV:"><D:ace><D:grant/></D:ace></D:acl>'],
    [
      'an entry of nothing',
      '<D:acl xmlns:D="DAV:"><D:ace><D:principal><D:authenticated/></D:principal></D:ace></D:acl>',
    ],
  ])('answers 400 to %s', async (_name, body) => {
    expect((await server.send('ACL', at, { headers: XML, body })).status).toBe(400);
  });

  it('is for owners alone, whatever roles somebody has', async () => {
    await acl(ace(bob, 'D:read', 'D:write'));
    const refused = await acl(ace(bob, 'D:read'), BOB);
    expect([refused.status, conditionsOf(refused)]).toEqual([403, [dav('need-privileges')]]);
    expect((await acl(ace(bob, 'D:read'), CAROL)).status).toBe(404);
    expect((await acl(ace(bob, 'D:read'), undefined, `${at}one.ics`)).status).toBe(405);
  });

  it('does it for address books too, in each of whose roles something else can be done', async () => {
    const book = `/SOGo/dav/alice/Contacts/acl-${count}/`;
    await server.send('MKCOL', book);
    expect(
      (await acl(ace(bob, 'D:read', 'D:write-content', 'D:bind'), undefined, book)).status,
    ).toBe(200);
    expect(await rolesOf('bob@example.org', book)).toBe('ObjectCreator ObjectEditor');
    expect(JSON.stringify(await shown(book))).not.toContain(inverse('viewwhole-public-records'));
  });
});

describe('acl-principal-prop-set (RFC 3744 §9.2)', () => {
  const ask = (credentials?: string) =>
    server.send('REPORT', at, {
      headers: { ...XML, depth: '0' },
      body: '<D:acl-principal-prop-set xmlns:D="DAV:"><D:prop><D:displayname/><D:principal-URL/></D:prop></D:acl-principal-prop-set>',
      ...(credentials === undefined ? {} : { credentials }),
    });

  it('tells owners of whoever has rights by name, and of themselves', async () => {
    await setRoles(server, at, 'bob@example.org', ['PublicViewer']);
    await setRoles(server, at, '<default>', ['PublicViewer']);
    const found = responsesOf(await ask());
    expect([...found].map(([at, one]) => [at, valueOf(one, dav('displayname'))])).toEqual([
      ['/SOGo/dav/alice/', 'Alice Liddell'],
      ['/SOGo/dav/bob@example.org/', 'bob@example.org'],
    ]);
    expect((await ask(BOB)).status).toBe(403);
  });
});

describe('what the configuration gives to everybody (SOGoCalendarDefaultRoles)', () => {
  it('is told as an entry that cannot be changed, and may be said again', async () => {
    const usual = await startDav({
      sharing: { usual: { calendar: ['PublicViewer'], addressbook: [] } },
    });
    try {
      const path = '/SOGo/dav/alice/Calendar/personal/';
      const ask = () =>
        usual.send('PROPFIND', path, {
          headers: { ...XML, depth: '0' },
          body: propfindBody(dav('acl')),
        });
      const found = responseOf(await ask()).properties.get(dav('acl'));
      const aces = found === undefined ? [] : childrenOf(found, dav('ace'));
      expect(aces).toHaveLength(2);
      const send = (entries: string) =>
        usual.send('ACL', path, { headers: XML, body: `<D:acl xmlns:D="DAV:">${entries}</D:acl>` });
      expect((await send(aces.map(verbatim).join(''))).status).toBe(200);
      expect((await ask()).body).toContain('protected');
      expect((await send(ace('<D:authenticated/>', 'D:read'))).status).toBe(200);
      expect(childrenOf(xmlOf(await ask()), dav('response'))).toHaveLength(1);
      expect((await ask()).body.match(/<D:protected\/>/g)).toHaveLength(1);
    } finally {
      await usual.stop();
    }
  });
});
