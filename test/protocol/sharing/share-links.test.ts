import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { linkFor, revocation, type WantedLink } from '../../../src/api/share-links/managing.ts';
import type { Instant } from '../../../src/domain/kernel/ids.ts';
import { collectionStream } from '../../../src/domain/kernel/streams.ts';
import type { ChangeRights } from '../../../src/domain/rights/rights.ts';
import { type Answered, type DavServer, principals, startDav } from '../../support/dav.ts';
import { cardText, eventText, ICALENDAR, VCARD } from '../../support/objects.ts';
import { aclQuery, setRoles } from '../../support/sharing.ts';

let server: DavServer;
let now: Instant | undefined;
let waiting: number | undefined;
/** What was asked of services. */
let asked: string[] = [];
beforeAll(async () => {
  server = await startDav({
    wrap: (services) => ({
      ...services,
      collections: {
        ...services.collections,
        collections: async (streams) => {
          asked.push(`rows ${streams.length}`);
          return services.collections.collections(streams);
        },
      },
      home: async (account) => {
        asked.push('home');
        return services.home(account);
      },
      now: () => now ?? services.now(),
      guard: { ...services.guard, tooManyFrom: () => waiting },
    }),
  });
});
afterAll(() => server.stop());

let count = 0;
let at = '';
beforeEach(async () => {
  count += 1;
  now = undefined;
  waiting = undefined;
  at = `/SOGo/dav/alice/Calendar/linked-${count}/`;
  expect((await server.send('MKCALENDAR', at)).status).toBe(201);
  for (const one of ['PUBLIC', 'PRIVATE']) expect((await put(one)).status).toBe(201);
});

const put = (name: string, summary = `secret-of-${name}`): Promise<Answered> =>
  server.send('PUT', `${at}${name}.ics`, {
    headers: ICALENDAR,
    body: eventText(`uid-${name}`, 'DTEND:20260105T100000Z', `CLASS:${name}`, `SUMMARY:${summary}`),
  });

const folderAt = async (path: string) => {
  const [, , , , part, segment] = path.split('/');
  const kind = part === 'Calendar' ? 'calendar' : 'addressbook';
  const { entries } = await server.services.home(principals.alice.account);
  const entry = entries.find((one) => one.kind === kind && one.segment === segment);
  if (entry === undefined) throw new Error(`no ${path}`);
  const stream = collectionStream(kind, entry.collection);
  const grants = (await server.services.collections.collections([stream])).get(stream)?.grants;
  if (grants === undefined) throw new Error(`no row of ${path}`);
  return { kind, collection: entry.collection, stream, grants } as const;
};
const record = async (path: string, changes: ChangeRights['changes']): Promise<void> => {
  const { kind, stream } = await folderAt(path);
  const intent = {
    stream,
    owner: principals.alice.account,
    command: { type: 'ChangeRights', changes } as const,
    by: {
      actor: principals.alice.account,
      via: 'test',
      at: server.services.now(),
      correlationId: 'c',
      causationId: 'c',
    },
  };
  const outcome =
    kind === 'calendar'
      ? await server.services.calendars(intent)
      : await server.services.addressBooks(intent);
  if ('rejected' in outcome) throw new Error(outcome.rejected.kind);
};
const made = async (wanted: Partial<WantedLink> = {}, path = at) => {
  const link = linkFor(
    await folderAt(path),
    { view: undefined, days: undefined, label: undefined, ...wanted },
    server.services.now(),
  );
  if (typeof link === 'string') throw new Error(link);
  await record(path, link.changes);
  return link;
};
const open = (path: string, headers = {}, method = 'GET'): Promise<Answered> =>
  server.send(method, path, { credentials: null, headers });

describe('a secret link', () => {
  it('shows all of a calendar to whoever has it, as one file', async () => {
    const { path } = await made();
    expect(path).toMatch(/^\/SOGo\/share\/[\w-]{64}\.ics$/);
    const { status, headers, body } = await open(path);
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/calendar/);
    expect(headers['cache-control']).toBe('private, no-cache');
    expect(headers['referrer-policy']).toBe('no-referrer');
    expect([body.match(/BEGIN:VEVENT/g)?.length, body.includes('secret-of-PRIVATE')]).toEqual([
      2,
      true,
    ]);
    expect((await open(path, {}, 'HEAD')).body).toBe('');
    expect((await open(path.replace('.ics', '.xml'))).headers['content-type']).toMatch(
      /calendar\+xml/,
    );
    expect(
      (await open(path, { accept: 'application/calendar+json' })).headers['content-type'],
    ).toMatch(/json/);
  });

  it('shows when something is, where its view is of dates and times', async () => {
    const { path } = await made({ view: 'date-and-time' });
    const { status, body } = await open(path);
    expect([status, body.match(/DTSTART:20260105/g)?.length]).toEqual([200, 2]);
    expect(body).not.toMatch(/secret-of|uid-/);
  });

  it('shows an address book', async () => {
    const book = '/SOGo/dav/alice/Contacts/personal/';
    await server.send('PUT', `${book}card.vcf`, { headers: VCARD, body: cardText('card') });
    const { path } = await made({}, book);
    expect(path).toMatch(/\.vcf$/);
    expect((await open(path)).body).toContain('BEGIN:VCARD');
    expect((await open(path.replace('.vcf', '.ics'))).status).toBe(404);
    await expect(made({ view: 'date-and-time' }, book)).rejects.toThrow('full');
  });

  it('costs a poll nothing where nothing is new (RFC 9110 §13.1.2), and tells what is', async () => {
    const { path } = await made();
    const { headers } = await open(path);
    const again = await open(path, { 'if-none-match': headers.etag });
    expect([again.status, again.body]).toEqual([304, '']);
    await put('PUBLIC', 'news');
    const changed = await open(path, { 'if-none-match': headers.etag });
    expect([changed.status, changed.body.includes('news')]).toEqual([200, true]);
  });

  it.each(['PUT', 'DELETE', 'PROPFIND', 'REPORT', 'POST', 'MKCOL'])(
    'can be read only: no %s',
    async (method) => {
      const { path } = await made();
      expect((await open(path, {}, method)).status).toBe(404);
      expect((await open(path)).body).toContain('secret-of-PUBLIC');
    },
  );

  it('is 404 when it ended, was revoked, is of something that is gone, and when there never was one, all the same', async () => {
    const [short, long, revoked] = [
      await made({ days: '2' }),
      await made({ days: 'never' }),
      await made(),
    ];
    const { grants } = await folderAt(at);
    await record(at, revocation(grants, revoked.link.link) ?? []);
    const stranger = `/SOGo/share/${'A'.repeat(64)}.ics`;
    const guessed = `${long.path.slice(0, -10)}AAAAAA.ics`;
    const answers = [await open(stranger), await open(guessed), await open(revoked.path)];
    now = new Date(Date.now() + 3 * 86_400_000).toISOString() as Instant;
    answers.push(await open(short.path));
    expect((await open(long.path)).status).toBe(200);
    expect((await server.send('DELETE', at)).status).toBe(204);
    answers.push(await open(long.path));
    const told = ({ status, headers, body }: Answered) =>
      JSON.stringify([status, body, { ...headers, date: '', 'x-request-id': '' }]);
    expect(new Set(answers.map(told)).size).toBe(1);
    // As long, too: the same is asked for all of them.
    asked = [];
    for (const path of [stranger, guessed, revoked.path, short.path, long.path]) await open(path);
    expect(asked).toEqual(Array.from({ length: 5 }, () => 'rows 2'));
    expect(answers[0]?.status).toBe(404);
  });

  it.each([
    '',
    'x.ics',
    `${'A'.repeat(64)}`,
    `${'A'.repeat(63)}%20.ics`,
    `${'A'.repeat(5000)}.ics`,
    '%ff.ics',
  ])('is no fault where its address is none: %j', async (name) => {
    const { status } = await open(`/SOGo/share/${name}`);
    expect([400, 404, 414]).toContain(status);
  });

  it('is asked for as often as its address may ask for anything', async () => {
    const { path } = await made();
    waiting = 7;
    const { status, headers } = await open(path);
    expect([status, headers['retry-after']]).toEqual([429, '7']);
  });

  it('is nobody else’s business: rights of others stay, and none of its secret is told', async () => {
    await setRoles(server, at, 'carol', ['PublicViewer']);
    const { path, link } = await made({ label: 'the club' });
    const secret = path.slice('/SOGo/share/'.length, -'.ics'.length);
    const list = await aclQuery(server, at, '<user-list/>');
    expect(list.body).not.toMatch(new RegExp(`${secret}|${link.digest}|link`));
    const entries = await server.send('PROPFIND', at, {
      headers: { depth: '0', 'content-type': 'application/xml' },
      body: '<D:propfind xmlns:D="DAV:"><D:prop><D:acl/></D:prop></D:propfind>',
    });
    expect(entries.body).not.toContain(link.digest);
    // Who says all rights at once says them of principals.
    const cleared = await server.send('ACL', at, {
      headers: { 'content-type': 'application/xml' },
      body: '<D:acl xmlns:D="DAV:"/>',
    });
    expect([cleared.status, (await open(path)).status]).toEqual([200, 200]);
    expect(JSON.stringify(server.logged)).not.toContain(secret);
  });

  it('makes room for others when it has ended', async () => {
    const { link } = await made({ days: '1' });
    now = new Date(Date.now() + 2 * 86_400_000).toISOString() as Instant;
    await made();
    expect(revocation((await folderAt(at)).grants, link.link)).toBeUndefined();
  });

  it.each([
    { view: 'all' },
    { days: '0' },
    { days: '1.5' },
    { days: '99999' },
    { label: 'x'.repeat(101) },
    { label: 'a\nb' },
  ])('is not made of %j', async (wanted) => {
    await expect(made(wanted)).rejects.toThrow(/view|days|characters/);
  });
});
