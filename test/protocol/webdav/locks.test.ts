import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dav } from '../../../src/api/dav/xml/names.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, propfindBody, responseOf, responsesOf } from '../../support/multistatus.ts';
import { eventText, ICALENDAR, XML } from '../../support/objects.ts';
import { BOB, CAROL, setRoles, subscription } from '../../support/sharing.ts';

const FILES = '/SOGo/dav/alice/Files/';
const AT = '/SOGo/dav/alice/Calendar/team/';
const THERE = '/SOGo/dav/bob@example.org/Calendar/alice_team/';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  expect((await server.send('MKCALENDAR', AT)).status).toBe(201);
  expect((await put(`${AT}one.ics`, 'one')).status).toBe(201);
  await setRoles(server, AT, 'bob@example.org', [
    'ObjectCreator',
    'ObjectEraser',
    'PublicModifier',
  ]);
  await setRoles(server, AT, 'carol', ['PublicViewer', 'PrivateDAndTViewer']);
  expect((await subscription(server, 'subscribe', AT, BOB)).status).toBe(200);
});
afterAll(() => server.stop());

type Sent = NonNullable<Parameters<DavServer['send']>[2]>;

const put = (path: string, uid: string, more: Sent = {}, ...lines: readonly string[]) =>
  server.send('PUT', path, {
    ...more,
    headers: { ...ICALENDAR, ...more.headers },
    body: eventText(uid, `SUMMARY:${Math.random()}`, ...lines),
  });
const info = (
  scope = 'exclusive',
  owner = '<D:owner><D:href>mailto:alice@example.org</D:href></D:owner>',
) =>
  `<D:lockinfo xmlns:D="DAV:"><D:lockscope><D:${scope}/></D:lockscope><D:locktype><D:write/></D:locktype>${owner}</D:lockinfo>`;
const lock = (
  path: string,
  {
    headers = {},
    credentials,
    scope = 'exclusive',
    body = info(scope),
  }: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly credentials?: string;
    readonly scope?: string;
    readonly body?: string;
  } = {},
): Promise<Answered> =>
  server.send('LOCK', path, {
    headers: { ...XML, ...headers },
    body,
    ...(credentials !== undefined && { credentials }),
  });
const tokenOf = ({ headers }: Answered): string => String(headers['lock-token']).slice(1, -1);
const unlock = (path: string, token: string, credentials?: string): Promise<Answered> =>
  server.send('UNLOCK', path, {
    headers: { 'lock-token': `<${token}>` },
    ...(credentials !== undefined && { credentials }),
  });
const given = (token: string): Sent => ({ headers: { if: `(<${token}>)` } });

describe('a locked calendar object (RFC 4918 §7)', () => {
  it('is changed by whoever holds the lock and hands its token over, and by nobody else', async () => {
    const taken = await lock(`${AT}one.ics`, {
      credentials: BOB,
      headers: { timeout: 'Second-600' },
    });
    expect(taken.status).toBe(200);
    expect(taken.body).toContain('<D:timeout>Second-600</D:timeout>');
    const token = tokenOf(taken);
    const refused = await put(`${AT}one.ics`, 'one');
    expect(refused.status).toBe(423);
    expect(conditionsOf(refused)).toEqual([dav('lock-token-submitted')]);
    expect(refused.body).toContain(`<D:href>${AT}one.ics</D:href>`);
    // By another of its URLs it is the same object, and a token that somebody else took opens nothing.
    expect((await server.send('DELETE', `${THERE}one.ics`, { credentials: BOB })).status).toBe(423);
    expect((await put(`${AT}one.ics`, 'one', given(token))).status).toBe(423);
    expect((await put(`${AT}two.ics`, 'two')).status).toBe(201);
    const his = { ...given(token), credentials: BOB };
    expect((await put(`${THERE}one.ics`, 'one', his)).status).toBe(204);
    for (const [method, headers] of [
      ['DELETE', {}],
      ['MOVE', { destination: `${AT}three.ics` }],
      ['COPY', { destination: `${AT}one.ics` }],
    ] as const) {
      const path = method === 'COPY' ? `${AT}two.ics` : `${AT}one.ics`;
      expect([method, (await server.send(method, path, { headers })).status]).toEqual([
        method,
        423,
      ]);
    }
    expect((await server.send('GET', `${AT}one.ics`)).status).toBe(200);
    expect((await unlock(`${AT}one.ics`, token, CAROL)).status).toBe(403);
    expect((await unlock(`${AT}one.ics`, token, BOB)).status).toBe(204);
    expect((await put(`${AT}one.ics`, 'one')).status).toBe(204);
    expect(conditionsOf(await unlock(`${AT}one.ics`, token, BOB))).toEqual([
      dav('lock-token-matches-request-uri'),
    ]);
  });

  it('is told of to those who see it whole, with how long it lasts', async () => {
    const token = tokenOf(await lock(`${AT}one.ics`, { credentials: BOB }));
    const ask = (depth: string, credentials: string) =>
      server.send('PROPFIND', depth === '0' ? `${AT}one.ics` : AT, {
        headers: { ...XML, depth },
        body: propfindBody(dav('lockdiscovery'), dav('supportedlock')),
        credentials,
      });
    const told = await ask('0', CAROL);
    expect(responseOf(told).statuses).toEqual({
      [dav('lockdiscovery')]: 200,
      [dav('supportedlock')]: 200,
    });
    expect(told.body).toContain(token);
    expect(told.body).toMatch(/<D:timeout>Second-3[56]\d\d<\/D:timeout>/);
    expect((await ask('1', CAROL)).body.split(token)).toHaveLength(2);
    const privately = ['CLASS:PRIVATE'] as const;
    expect(
      (await put(`${AT}one.ics`, 'one', { ...given(token), credentials: BOB }, ...privately))
        .status,
    ).toBe(204);
    expect((await ask('0', CAROL)).body).not.toContain(token);
    // The owner may break what others hold on what is his (RFC 3744 §3.5).
    expect((await unlock(`${AT}one.ics`, token)).status).toBe(204);
  });

  it('can be locked by those alone who may change it, and only when it is there', async () => {
    expect((await put(`${AT}hers.ics`, 'hers')).status).toBe(201);
    expect((await lock(`${AT}hers.ics`, { credentials: CAROL })).status).toBe(403);
    expect((await lock(`${AT}nothing.ics`)).status).toBe(403);
    expect((await lock(AT, { credentials: BOB })).status).toBe(403);
    expect((await lock('/SOGo/dav/alice/Calendar/')).status).toBe(405);
    expect((await lock('/SOGo/dav/alice/Calendar/no/', {})).status).toBe(404);
  });
});

describe('a locked collection', () => {
  it('keeps everybody from adding, changing and removing what is in it, until the owner lets it go', async () => {
    const taken = await lock(AT, { headers: { depth: 'infinity' } });
    const token = tokenOf(taken);
    expect((await put(`${AT}new.ics`, 'new', { credentials: BOB })).status).toBe(423);
    expect((await put(`${AT}two.ics`, 'two', { credentials: BOB })).status).toBe(423);
    const add = { ...ICALENDAR, 'content-type': 'text/calendar' };
    const posted = { headers: add, body: eventText('added'), credentials: BOB };
    expect((await server.send('POST', `${AT}?add-member`, posted)).status).toBe(423);
    // What he does to his own home is not held.
    expect((await subscription(server, 'unsubscribe', AT, BOB)).status).toBe(200);
    expect((await subscription(server, 'subscribe', AT, BOB)).status).toBe(200);
    expect((await put(`${AT}new.ics`, 'new', given(token))).status).toBe(201);
    const conflict = await lock(`${AT}two.ics`, { credentials: BOB });
    expect([conflict.status, conditionsOf(conflict)]).toEqual([423, [dav('no-conflicting-lock')]]);
    // Of a member it is refreshed as well (§9.10.2), and only by an If header that names it.
    const again = await lock(`${AT}two.ics`, {
      body: '',
      headers: { ...given(token).headers, timeout: 'Second-99' },
    });
    expect([again.status, /Second-99/.test(again.body)]).toEqual([200, true]);
    expect((await lock(AT, { body: '' })).status).toBe(400);
    expect((await lock(AT, { body: '', headers: given('urn:uuid:0').headers ?? {} })).status).toBe(
      412,
    );
    expect((await unlock(`${AT}two.ics`, token)).status).toBe(204);
  });

  it('flat, is held for what comes and goes, and not for what changes in it (§7.4)', async () => {
    const token = tokenOf(await lock(AT, { headers: { depth: '0' } }));
    expect((await put(`${AT}newer.ics`, 'newer', { credentials: BOB })).status).toBe(423);
    expect((await server.send('DELETE', `${AT}two.ics`, { credentials: BOB })).status).toBe(423);
    expect((await put(`${AT}two.ics`, 'two', { credentials: BOB })).status).toBe(204);
    expect((await server.send('DELETE', AT)).status).toBe(423);
    expect((await unlock(AT, token)).status).toBe(204);
    expect((await lock(AT, { headers: { depth: '1' } })).status).toBe(400);
  });
});

describe('locks among files', () => {
  it('make an empty file where nothing is (§7.3), and end with what they are on (§9.6)', async () => {
    const taken = await lock(`${FILES}draft.odt`);
    expect(taken.status).toBe(201);
    const got = await server.send('GET', `${FILES}draft.odt`);
    expect([got.status, got.body]).toEqual([200, '']);
    const token = tokenOf(taken);
    expect((await server.send('PUT', `${FILES}draft.odt`, { body: 'x' })).status).toBe(423);
    expect(
      (await server.send('PUT', `${FILES}draft.odt`, { body: 'x', ...given(token) })).status,
    ).toBe(204);
    const moved = { headers: { destination: `${FILES}final.odt`, ...given(token).headers } };
    expect((await server.send('MOVE', `${FILES}draft.odt`, moved)).status).toBe(201);
    expect((await server.send('PUT', `${FILES}draft.odt`, { body: 'another' })).status).toBe(201);
    expect((await server.send('DELETE', `${FILES}final.odt`)).status).toBe(204);
    expect((await lock(`${FILES}no/such/folder`)).status).toBeGreaterThanOrEqual(404);
  });

  it('in a locked folder hold what is listed, and its folder cannot be removed without the token', async () => {
    expect((await server.send('MKCOL', `${FILES}box/`)).status).toBe(201);
    expect((await server.send('PUT', `${FILES}box/a`, { body: 'a' })).status).toBe(201);
    const token = tokenOf(await lock(`${FILES}box/a`));
    const listing = await server.send('PROPFIND', `${FILES}box/`, {
      headers: { ...XML, depth: '1' },
      body: propfindBody(dav('lockdiscovery')),
    });
    const tells = [...responsesOf(listing)].map(([, { properties }]) =>
      JSON.stringify([...properties]).includes(token),
    );
    expect(tells).toEqual([false, true]);
    expect((await server.send('DELETE', `${FILES}box/`)).status).toBe(423);
    const tagged = { headers: { if: `<${FILES}box/a> (<${token}>)` } };
    expect((await server.send('DELETE', `${FILES}box/`, tagged)).status).toBe(204);
  });

  it.each([
    ['no body that is lockinfo', '<D:propfind xmlns:D="DAV:"/>', 400],
    [
      'no scope',
      '<D:lockinfo xmlns:D="DAV:"><D:locktype><D:write/></D:locktype></D:lockinfo>',
      400,
    ],
    ['a scope that is none', info('loud'), 400],
    [
      'an owner that says too much',
      info('exclusive', `<D:owner>${'x'.repeat(5000)}</D:owner>`),
      413,
    ],
  ])('are refused with %s', async (_, body, status) => {
    expect((await lock(`${FILES}refused`, { body })).status).toBe(status);
    expect((await server.send('GET', `${FILES}refused`)).status).toBe(404);
  });

  it('last an hour at the most, whatever is asked for, and say so in DAV and Allow', async () => {
    for (const timeout of ['Infinite', 'Second-4100000000', 'Infinite, Second-4100000000', 'x']) {
      const taken = await lock(`${FILES}long`, { headers: { timeout } });
      expect(taken.body).toContain('<D:timeout>Second-3600</D:timeout>');
      expect((await unlock(`${FILES}long`, tokenOf(taken))).status).toBe(204);
    }
    const { headers } = await server.send('OPTIONS', `${FILES}long`);
    expect(String(headers['dav']).split(', ')).toContain('2');
    expect(String(headers['allow']).split(', ')).toEqual(
      expect.arrayContaining(['LOCK', 'UNLOCK']),
    );
  });
});
