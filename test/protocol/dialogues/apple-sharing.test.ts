import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { childOf, elementsOf, textOf, type XmlElement } from '../../../src/api/dav/xml/element.ts';
import { calendarServer, dav } from '../../../src/api/dav/xml/names.ts';
import { parseXml } from '../../../src/api/dav/xml/parse.ts';
import { type Answered, type DavServer, startDav } from '../../support/dav.ts';
import {
  childNames,
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
  xmlOf,
} from '../../support/multistatus.ts';
import { eventText, ICALENDAR, XML } from '../../support/objects.ts';
import { aclQuery, BOB, CAROL, setRoles, subscription } from '../../support/sharing.ts';

const ALICE = 'alice:secret';
const MAC = 'macOS/14.5 (23F79) CalendarAgent/1017';
const cs = (body: string): string =>
  body.replace(/^<B:([\w-]+)/, '<B:$1 xmlns:A="DAV:" xmlns:B="http://calendarserver.org/ns/"');

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

let count = 0;
let at = '';
beforeEach(async () => {
  count += 1;
  at = `/SOGo/dav/alice/Calendar/family-${count}/`;
  expect((await server.send('MKCALENDAR', at)).status).toBe(201);
  const body = eventText('uid-1', 'DTEND:20260105T100000Z', 'CLASS:PRIVATE');
  expect((await server.send('PUT', `${at}one.ics`, { headers: ICALENDAR, body })).status).toBe(201);
});

const post = (path: string, body: string, credentials = ALICE): Promise<Answered> =>
  server.send('POST', path, {
    headers: { ...XML, 'user-agent': MAC },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${cs(body)}`,
    credentials,
  });
const ask = (
  path: string,
  credentials: string,
  names: readonly ReturnType<typeof dav>[],
  depth = '0',
) =>
  server.send('PROPFIND', path, {
    headers: { ...XML, depth, 'user-agent': MAC },
    body: propfindBody(...names),
    credentials,
  });
const set = (who: string, access = 'read-write'): string =>
  `<B:set><A:href>${who}</A:href><B:common-name>X</B:common-name><B:summary>Family</B:summary><B:${access}/></B:set>`;
const share = (...changes: readonly string[]) => post(at, `<B:share>${changes.join('')}</B:share>`);
const remove = (who: string): string => `<B:remove><A:href>${who}</A:href></B:remove>`;
const CAROLS = 'mailto:carol@example.org';

/** What somebody is told: names of its resources and the element that says what each is. */
const notes = async (credentials: string) => {
  const login = credentials.split(':')[0] ?? '';
  const principal = responseOf(
    await ask(`/SOGo/dav/${login}/`, credentials, [calendarServer('notification-URL')]),
  );
  const [url = ''] = hrefsIn(principal, calendarServer('notification-URL'));
  const listed = responsesOf(
    await ask(
      url,
      credentials,
      [dav('getetag'), calendarServer('notificationtype'), dav('resourcetype')],
      '1',
    ),
  );
  const [root, ...members] = [...listed];
  expect(root?.[1] && childNames(root[1], dav('resourcetype'))).toEqual([
    dav('collection'),
    calendarServer('notification'),
  ]);
  return members.map(([href, found]) => ({
    href,
    kind: childNames(found, calendarServer('notificationtype'))[0]?.replace(/.*\}/, ''),
    etag: valueOf(found, dav('getetag')),
  }));
};
const read = async (href: string, credentials: string) => {
  const answered = await server.send('GET', href, { credentials });
  expect([answered.status, answered.headers['content-type']]).toEqual([
    200,
    'application/xml; charset=utf-8',
  ]);
  const [, note] = elementsOf(parseXml(Buffer.from(answered.body)));
  if (note === undefined) throw new Error(answered.body);
  return { note, names: elementsOf(note).map(({ name }) => name.replace(/.*\}/, '')), answered };
};
const within = (from: XmlElement, ...path: readonly string[]): string => {
  let here: XmlElement | undefined = from;
  for (const name of path)
    here = here && (childOf(here, calendarServer(name)) ?? childOf(here, dav(name)));
  return here === undefined ? 'nothing' : textOf(here).trim();
};
/** The newest invitation somebody has. */
const invitation = async (credentials: string) => {
  const [note] = (await notes(credentials))
    .filter(({ kind }) => kind === 'invite-notification')
    .slice(-1);
  if (note === undefined) throw new Error('no invitation');
  return { ...note, ...(await read(note.href, credentials)) };
};
const reply = (
  note: XmlElement,
  answer: 'accepted' | 'declined',
  login = 'carol',
  credentials = CAROL,
): Promise<Answered> =>
  post(
    `/SOGo/dav/${login}/Calendar/`,
    `<B:invite-reply><A:href>${within(note, 'href')}</A:href><B:invite-${answer}/><B:hosturl><A:href>${within(note, 'hosturl', 'href')}</A:href></B:hosturl><B:in-reply-to>${within(note, 'uid')}</B:in-reply-to><B:summary>Family of Alice</B:summary></B:invite-reply>`,
    credentials,
  );
const invites = async (path = at, credentials = ALICE) => {
  const found = responseOf(await ask(path, credentials, [calendarServer('invite')]));
  const property = found.properties.get(calendarServer('invite'));
  if (property === undefined) return undefined;
  return elementsOf(property).map((one) =>
    elementsOf(one)
      .map(
        ({ name, nodes }) =>
          name.replace(/.*\}/, '') + (typeof nodes[0] === 'string' ? `=${nodes[0]}` : ''),
      )
      .concat(
        elementsOf(childOf(one, calendarServer('access')) ?? one)
          .map(({ name }) => name.replace(/.*\}/, ''))
          .slice(0, 1),
      )
      .join(' '),
  );
};
const types = async (path: string, credentials: string) =>
  childNames(responseOf(await ask(path, credentials, [dav('resourcetype')])), dav('resourcetype'));

describe('macOS and iOS share a calendar (calendarserver.org, caldav-sharing)', () => {
  it('is announced, on what one owns', async () => {
    const { headers } = await server.send('OPTIONS', at);
    expect(String(headers['dav']).split(', ')).toContain('calendarserver-sharing');
    const asked = [
      calendarServer('allowed-sharing-modes'),
      calendarServer('invite'),
      calendarServer('shared-url'),
    ];
    const found = responseOf(await ask(at, ALICE, asked));
    expect(childNames(found, calendarServer('allowed-sharing-modes'))).toEqual([
      calendarServer('can-be-shared'),
    ]);
    expect([
      found.statuses[calendarServer('invite')],
      found.statuses[calendarServer('shared-url')],
    ]).toEqual([404, 404]);
    expect(await types(at, ALICE)).not.toContain(calendarServer('shared-owner'));
  });

  it('from the invitation to the shared calendar, and what both are told', async () => {
    const shared = await share(set(CAROLS));
    expect([shared.status, shared.body]).toEqual([200, '']);
    expect(await types(at, ALICE)).toContain(calendarServer('shared-owner'));
    expect(await invites()).toEqual([
      'href=mailto:alice@example.org common-name=Alice Liddell href',
      `href=${CAROLS} common-name=Carol invite-noresponse access read-write`,
    ]);

    const { note, names, href, etag, answered } = await invitation(CAROL);
    expect(names).toEqual([
      'uid',
      'href',
      'invite-noresponse',
      'access',
      'hosturl',
      'organizer',
      'summary',
      'supported-calendar-component-set',
    ]);
    expect([
      within(note, 'hosturl', 'href'),
      within(note, 'organizer', 'href'),
      within(note, 'summary'),
    ]).toEqual([at, 'mailto:alice@example.org', 'Family']);
    expect([answered.headers.etag, textOf(elementsOf(xmlOf(answered))[0] ?? note)]).toEqual([
      etag,
      expect.stringMatching(/^\d{8}T\d{6}Z$/),
    ]);

    const accepted = await reply(note, 'accepted');
    expect(accepted.status).toBe(200);
    const root = xmlOf(accepted);
    expect(root.name).toBe(calendarServer('shared-as'));
    const mine = within(root, 'href');
    expect(mine).toBe(`/SOGo/dav/carol/Calendar/alice_family-${count}/`);
    expect(await notes(CAROL)).toEqual([]);
    expect((await server.send('GET', href, { credentials: CAROL })).status).toBe(404);

    const found = responseOf(
      await ask(mine, CAROL, [
        calendarServer('shared-url'),
        calendarServer('allowed-sharing-modes'),
        dav('owner'),
        calendarServer('invite'),
      ]),
    );
    expect(hrefsIn(found, calendarServer('shared-url'))).toEqual([at]);
    expect(found.statuses[calendarServer('allowed-sharing-modes')]).toBe(404);
    expect(hrefsIn(found, dav('owner'))).toEqual(['/SOGo/dav/alice/']);
    expect(await types(mine, CAROL)).toContain(calendarServer('shared'));
    expect((await invites())?.[1]).toContain('invite-accepted');
    const put = await server.send('PUT', `${mine}two.ics`, {
      headers: ICALENDAR,
      body: eventText('uid-2', 'DTEND:20260105T100000Z'),
      credentials: CAROL,
    });
    expect(put.status).toBe(201);

    const [told, ...others] = (await notes(ALICE)).slice(-1);
    expect([told?.kind, others]).toEqual(['invite-reply', []]);
    const answer = await read(told?.href ?? '', ALICE);
    expect(answer.names).toEqual(['href', 'invite-accepted', 'hosturl', 'in-reply-to', 'summary']);
    expect([
      within(answer.note, 'href'),
      within(answer.note, 'in-reply-to'),
      within(answer.note, 'hosturl', 'href'),
    ]).toEqual([CAROLS, within(note, 'uid'), at]);
    expect((await server.send('DELETE', told?.href ?? '')).status).toBe(204);
    expect((await server.send('DELETE', told?.href ?? '')).status).toBe(404);
    expect((await notes(ALICE)).map(({ href: one }) => one)).not.toContain(told?.href);

    // Other subscribers are not told of.
    await share(set('/SOGo/dav/bob@example.org/', 'read'));
    expect(await invites(mine, CAROL)).toEqual([
      'href=mailto:alice@example.org common-name=Alice Liddell href',
      `href=${CAROLS} common-name=Carol invite-accepted access read-write`,
    ]);
    expect((await reply(note, 'accepted')).status).toBe(200);
  });

  it('changes what somebody may do, and tells them so', async () => {
    await share(set(CAROLS));
    const { note } = await invitation(CAROL);
    await reply(note, 'accepted');
    await share(set(CAROLS, 'read'));
    const put = await server.send('PUT', `${at}new.ics`, {
      headers: ICALENDAR,
      body: eventText('uid-2', 'DTEND:20260105T100000Z'),
      credentials: CAROL,
    });
    expect(put.status).toBe(403);
    const changed = await invitation(CAROL);
    expect(changed.names).toContain('invite-accepted');
    // Nothing new is nothing to tell.
    await server.send('DELETE', changed.href, { credentials: CAROL });
    await share(set(CAROLS, 'read'));
    expect((await notes(CAROL)).filter(({ href }) => href === changed.href)).toEqual([]);
    const { body } = await aclQuery(server, at, '<roles user="carol"/>');
    expect(body.match(/Viewer/g)).toHaveLength(3);
  });

  it('ends with whom the owner removes: rights, the calendar at home, and a notice', async () => {
    await share(set(CAROLS));
    const { note } = await invitation(CAROL);
    const mine = within(xmlOf(await reply(note, 'accepted')), 'href');
    expect((await share(remove(CAROLS))).status).toBe(200);
    expect((await ask(mine, CAROL, [dav('displayname')])).status).toBe(404);
    expect((await server.send('GET', `${at}one.ics`, { credentials: CAROL })).status).toBe(404);
    const told = await invitation(CAROL);
    expect(told.names).toContain('invite-deleted');
    expect((await reply(told.note, 'accepted')).status).toBe(403);
    expect((await server.send('DELETE', told.href, { credentials: CAROL })).status).toBe(204);
    expect(await invites()).toBeUndefined();
    expect(await types(at, ALICE)).not.toContain(calendarServer('shared-owner'));
  });

  it('lets somebody say no, which takes what was offered, and be asked again', async () => {
    await share(set(CAROLS, 'read'));
    const { note } = await invitation(CAROL);
    const declined = await reply(note, 'declined');
    expect([declined.status, declined.body]).toEqual([200, '']);
    expect((await server.send('GET', `${at}one.ics`, { credentials: CAROL })).status).toBe(404);
    expect((await invites())?.[1]).toContain('invite-declined');
    expect((await reply(note, 'declined')).status).toBe(403);
    await share(set(CAROLS, 'read'));
    expect((await invites())?.[1]).toContain('invite-noresponse');
    expect((await invitation(CAROL)).names).toContain('invite-noresponse');
    await share(remove(CAROLS));
    expect(await invites()).toBeUndefined();
  });

  it('sees it when somebody deletes the shared calendar from their home', async () => {
    await share(set(CAROLS));
    const { note } = await invitation(CAROL);
    const mine = within(xmlOf(await reply(note, 'accepted')), 'href');
    expect((await server.send('DELETE', mine, { credentials: CAROL })).status).toBe(204);
    expect((await invites())?.[1]).toContain('invite-declined');
    expect((await server.send('GET', `${at}one.ics`)).status).toBe(200);
  });

  it('shows what was shared in SOGo’s way in the same way, and takes an invitation back with its rights', async () => {
    await setRoles(server, at, 'carol', ['PublicViewer']);
    expect((await invites())?.[1]).toBe(
      `href=${CAROLS} common-name=Carol invite-noresponse access read`,
    );
    await subscription(server, 'subscribe', at, CAROL);
    expect((await invites())?.[1]).toContain('invite-accepted');
    await share(set('/SOGo/dav/bob@example.org/'));
    expect(await notes(BOB)).not.toEqual([]);
    await aclQuery(server, at, '<remove-user user="bob@example.org"/>');
    expect((await notes(BOB)).filter(({ kind }) => kind !== 'invite-notification')).toEqual([]);
    expect(JSON.stringify(await notes(BOB))).not.toContain(at);
  });

  it('says whom it did not find, and shares with the others', async () => {
    const answered = await share(
      set('mailto:nobody@example.org'),
      set(CAROLS),
      set('mailto:alice@example.org'),
    );
    const found = responsesOf(answered);
    expect([...found].map(([href, { status }]) => [href, status])).toEqual([
      ['mailto:nobody@example.org', 403],
      [CAROLS, 200],
      ['mailto:alice@example.org', 403],
    ]);
    expect(await invites()).toHaveLength(2);
  });

  it.each([
    ['nothing', ''],
    ['somebody without an href', '<B:set><B:read/></B:set>'],
    ['neither read nor read-write', `<B:set><A:href>${CAROLS}</A:href></B:set>`],
    ['both', `<B:set><A:href>${CAROLS}</A:href><B:read/><B:read-write/></B:set>`],
    ['something else', `<B:give><A:href>${CAROLS}</A:href></B:give>`],
    ['too many', set(CAROLS).repeat(51)],
  ])('answers 400 to a share of %s', async (_name, changes) => {
    expect((await share(changes)).status).toBe(400);
    expect(await invites()).toBeUndefined();
  });

  it('is for owners, and answers are one’s own', async () => {
    await share(set(CAROLS), set('/principals/bob@example.org/'));
    const { note, href } = await invitation(CAROL);
    expect((await post(at, `<B:share>${set(CAROLS, 'read')}</B:share>`, CAROL)).status).toBe(403);
    expect((await server.send('GET', href, { credentials: BOB })).status).toBe(404);
    expect((await ask('/SOGo/dav/carol/notifications/', BOB, [dav('getetag')], '1')).status).toBe(
      404,
    );
    expect([403, 404, 405]).toContain((await reply(note, 'accepted', 'carol', BOB)).status);
    // With the invitation of somebody else one answers one's own.
    expect((await reply(note, 'declined', 'bob@example.org', BOB)).status).toBe(200);
    expect((await invites())?.map((one) => / (invite-\w+)/.exec(one)?.[1])).toEqual([
      undefined,
      'invite-declined',
      'invite-noresponse',
    ]);
    for (const host of [
      '/SOGo/dav/alice/Calendar/none/',
      '/SOGo/dav/carol/Calendar/personal/',
      'x',
      `${at}one.ics`,
    ]) {
      const body = `<B:invite-reply><A:href>x</A:href><B:invite-accepted/><B:hosturl><A:href>${host}</A:href></B:hosturl></B:invite-reply>`;
      expect([400, 403]).toContain((await post('/SOGo/dav/carol/Calendar/', body, CAROL)).status);
    }
    expect((await post('/SOGo/dav/carol/Calendar/', '<B:invite-reply/>', CAROL)).status).toBe(400);
  });
});
