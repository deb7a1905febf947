import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { conditionsOf, responseOf, propfindBody, valueOf } from '../../support/multistatus.ts';
import { eventText, ICALENDAR, type SyncOptions, syncBody, XML } from '../../support/objects.ts';
import { readSync, sync } from '../../support/syncing.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

let count = 0;
let at = '';
beforeEach(async () => {
  count += 1;
  at = `/SOGo/dav/alice/Calendar/sync-${count}/`;
  expect((await server.send('MKCALENDAR', at)).status).toBe(201);
});

const put = async (name: string, ...lines: readonly string[]): Promise<string> => {
  const body = eventText(name, ...lines);
  const { status, headers } = await server.send('PUT', at + name, { headers: ICALENDAR, body });
  expect(status).toBeLessThan(300);
  return String(headers.etag);
};
const remove = async (name: string): Promise<void> => {
  expect((await server.send('DELETE', at + name)).status).toBe(204);
};
const ask = (token: string, options: SyncOptions = {}) => sync(server, at, token, options);
const report = (body: string, headers: Readonly<Record<string, string>> = {}) =>
  server.send('REPORT', at, { headers: { ...XML, ...headers }, body });

describe('a first sync (RFC 6578 §3.4)', () => {
  it('tells of all live members and of no tombstones, with the token the property has', async () => {
    const tags = [await put('a'), await put('b'), await put('c')];
    await remove('b');
    const { members, token, truncated } = await ask('');
    expect(members).toEqual(
      new Map([
        [`${at}a`, tags[0]],
        [`${at}c`, tags[2]],
      ]),
    );
    expect(truncated).toBe(false);
    const property = await server.send('PROPFIND', at, {
      headers: { depth: '0' },
      body: propfindBody(dav('sync-token')),
    });
    expect(valueOf(responseOf(property), dav('sync-token'))).toBe(token);
  });

  it('of an empty calendar has a token to go on with', async () => {
    const { members, token } = await ask('');
    expect(members.size).toBe(0);
    await put('a');
    expect([...(await ask(token)).members.keys()]).toEqual([`${at}a`]);
  });

  it('spells hrefs as the request spelled the collection', async () => {
    await put('a');
    const bare = at.slice(0, -1);
    const answered = await server.send('REPORT', bare, { headers: XML, body: syncBody('') });
    expect([...readSync(answered, bare).members.keys()]).toEqual([`${bare}/a`]);
  });
});

describe('a later sync (RFC 6578 §3.5)', () => {
  it('tells of what was stored, changed and deleted since, each once', async () => {
    await put('kept');
    await put('changed');
    await put('deleted');
    const { token } = await ask('');
    const changed = await put('changed', 'SUMMARY:1').then(() => put('changed', 'SUMMARY:2'));
    await remove('deleted');
    const added = await put('added');
    const next = await ask(token);
    expect(next.members).toEqual(
      new Map([
        [`${at}changed`, changed],
        [`${at}deleted`, 'gone'],
        [`${at}added`, added],
      ]),
    );
    expect((await ask(next.token)).members.size).toBe(0);
  });

  it('with nothing new gives the same token', async () => {
    await put('a');
    const { token } = await ask('');
    const next = await ask(token);
    expect([next.members.size, next.token]).toEqual([0, token]);
  });

  it('tells a member that went and came back as there only', async () => {
    await put('a');
    const { token } = await ask('');
    await remove('a');
    const etag = await put('a', 'SUMMARY:back');
    expect((await ask(token)).members).toEqual(new Map([[`${at}a`, etag]]));
  });

  it('gives 404 for the properties a member lacks', async () => {
    await put('a');
    const { responses } = await ask('', { props: [dav('getetag'), dav('sync-token'), '{urn:x}y'] });
    expect(responses.get(`${at}a`)?.statuses).toEqual({
      [dav('getetag')]: 200,
      [dav('sync-token')]: 404,
      '{urn:x}y': 404,
    });
  });

  it('brings calendar-data along when it is asked for', async () => {
    await put('old');
    const props = [dav('getetag'), caldav('calendar-data')];
    const first = await ask('', { props });
    const old = first.responses.get(`${at}old`);
    expect(old && valueOf(old, caldav('calendar-data'))).toBe(eventText('old'));
    await put('new', 'SUMMARY:<&"]]>');
    await remove('old');
    const next = await ask(first.token, { props });
    const fresh = next.responses.get(`${at}new`);
    expect(fresh && valueOf(fresh, caldav('calendar-data'))).toBe(
      eventText('new', 'SUMMARY:<&"]]>'),
    );
    expect(next.members.get(`${at}old`)).toBe('gone');
  });

  it('takes level infinite for 1, as there are no collections inside', async () => {
    await put('a');
    expect((await ask('', { level: 'infinite' })).members.size).toBe(1);
  });

  it('understands Depth: 1 in place of sync-level, as drafts had it (appendix A)', async () => {
    await put('a');
    const body = syncBody('').replace(/<D:sync-level>.*<\/D:sync-level>/, '');
    expect(readSync(await report(body, { depth: '1' }), at).members.size).toBe(1);
  });
});

describe('a limit (RFC 6578 §3.6, §3.7)', () => {
  it('cuts the answer, says so with 507, and gives a token that goes on', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) await put(name);
    const seen: string[] = [];
    let token = '';
    for (let page = 1; page <= 3; page += 1) {
      const answer = await ask(token, { limit: 2 });
      seen.push(...answer.members.keys());
      token = answer.token;
      expect([page, answer.truncated]).toEqual([page, page < 3]);
      if (page < 3)
        expect(answer.responses.get(at)?.conditions).toEqual([
          dav('number-of-matches-within-limits'),
        ]);
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => at + name));
    expect((await ask(token)).members.size).toBe(0);
  });

  it('that is met exactly cuts nothing', async () => {
    await put('a');
    await put('b');
    expect((await ask('', { limit: 2 })).truncated).toBe(false);
    const { token } = await ask('');
    await remove('a');
    await put('c');
    expect((await ask(token, { limit: 2 })).truncated).toBe(false);
    expect((await ask(token, { limit: 999_999_999_999 })).truncated).toBe(false);
  });

  it('counts deletions, and never loses one over a page border', async () => {
    for (const name of ['a', 'b', 'c']) await put(name);
    const { token } = await ask('');
    for (const name of ['a', 'b', 'c']) await remove(name);
    const first = await ask(token, { limit: 2 });
    expect([...first.members]).toEqual([
      [`${at}a`, 'gone'],
      [`${at}b`, 'gone'],
    ]);
    expect([...(await ask(first.token, { limit: 2 })).members]).toEqual([[`${at}c`, 'gone']]);
  });

  it('crosses pages of the read model', async () => {
    for (let at = 0; at < 25; at += 1) await put(`n${String(at).padStart(2, '0')}`);
    expect((await ask('')).members.size).toBe(25);
    const part = await ask('', { limit: 13 });
    expect([part.members.size, part.truncated]).toEqual([13, true]);
    expect((await ask(part.token)).members.size).toBe(12);
  });

  it.each(['0', '-1', '1.5', 'many', '', ' ', '0x10', '1e3', '9'.repeat(16)])(
    'of %j is none: 400',
    async (limit) => expect((await report(syncBody('', { limit }))).status).toBe(400),
  );
});

describe('a token that is not this calendar’s (RFC 6578 §3.2, valid-sync-token)', () => {
  const answerTo = async (token: string) => {
    const answered = await report(syncBody(token));
    return [answered.status, ...conditionsOf(answered)];
  };
  const refusal = [403, dav('valid-sync-token')];

  it('is refused when it was never made here', async () => {
    for (const token of [
      'x',
      '0',
      '1767225600',
      'urn:x-daybook:sync:',
      'http://example.com/sync/5',
    ])
      expect(await answerTo(token)).toEqual(refusal);
  });

  it('is refused when it is another collection’s', async () => {
    const { token } = await sync(server, '/SOGo/dav/alice/Calendar/personal/', '');
    expect(await answerTo(token)).toEqual(refusal);
  });

  it('is refused when it is of a calendar that had this name before', async () => {
    const { token } = await ask('');
    expect((await server.send('DELETE', at)).status).toBe(204);
    expect((await server.send('MKCALENDAR', at)).status).toBe(201);
    expect(await answerTo(token)).toEqual(refusal);
  });

  it('is refused when it claims the future, or is tampered with otherwise', async () => {
    const { token } = await ask('');
    const [, head = '', revision = '', view = ''] = /^(.*):(\d+):([0-9a-f]*)$/.exec(token) ?? [];
    for (const claimed of [
      `${Number(revision) + 1}`,
      '999999999999999999',
      '9999999999999999999',
      '-1',
      `0${revision}`,
      '',
    ])
      expect(await answerTo(`${head}:${claimed}:${view}`)).toEqual(refusal);
    expect(await answerTo(`${head}:${revision}:0000000000000000`)).toEqual(refusal);
    expect(await answerTo(`${token}0`)).toEqual(refusal);
  });
});

describe('a request that is none (RFC 6578 §3.2)', () => {
  it.each([
    ['infinity', '1'],
    ['infinity', 'infinite'],
    ['1', 'infinite'],
  ])('with Depth: %s beside level %s is refused with 400', async (depth, level) => {
    expect((await report(syncBody('', { level }), { depth })).status).toBe(400);
  });

  it('with Depth: 1 beside level 1 is served: clients older than the RFC send both', async () => {
    expect((await report(syncBody(''), { depth: '1' })).status).toBe(207);
  });

  it.each(['2', 'x', ''])('with Depth: %j is refused with 400', async (depth) => {
    expect((await report(syncBody(''), { depth })).status).toBe(400);
  });

  it('with Depth: 0 is served', async () => {
    expect((await report(syncBody(''), { depth: '0' })).status).toBe(207);
  });

  it.each([
    ['without sync-token', syncBody('').replace('<D:sync-token></D:sync-token>', '')],
    ['with two', syncBody('').replace('<D:sync-level>', '<D:sync-token/><D:sync-level>')],
    ['without sync-level', syncBody('').replace(/<D:sync-level>.*<\/D:sync-level>/, '')],
    ['with an unknown level', syncBody('', { level: '2' })],
    ['without prop', syncBody('').replace(/<D:prop>.*<\/D:prop>/, '')],
    ['with allprop', syncBody('').replace(/<D:prop>.*<\/D:prop>/, '<D:allprop/>')],
    ['that is cut off', syncBody('').slice(0, -5)],
    ['that is empty', ''],
  ])('%s is refused with 400', async (_, body) => {
    expect((await report(body)).status).toBe(400);
  });

  it('on a home or an object: supported-report (RFC 3253 §3.6)', async () => {
    await put('a');
    for (const path of ['/SOGo/dav/alice/Calendar/', '/SOGo/dav/alice/', `${at}a`]) {
      const answered = await server.send('REPORT', path, { headers: XML, body: syncBody('') });
      expect([path, answered.status, conditionsOf(answered)]).toEqual([
        path,
        403,
        [dav('supported-report')],
      ]);
    }
  });

  it('on another user’s calendar, or none, is 404', async () => {
    for (const path of [
      '/SOGo/dav/bob@example.org/Calendar/personal/',
      '/SOGo/dav/nobody/Calendar/personal/',
      '/SOGo/dav/alice/Calendar/missing/',
    ])
      expect((await server.send('REPORT', path, { headers: XML, body: syncBody('') })).status).toBe(
        404,
      );
  });
});
