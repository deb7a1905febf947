import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../src/api/dav/xml/names.ts';
import { type FullNode, startNode } from '../support/full-node.ts';
import { hrefsIn, propfindBody, responseOf, responsesOf } from '../support/multistatus.ts';
import { freshDatabase } from '../support/postgres.ts';

const DAV = '/SOGo/dav/';
const ALAN = `${DAV}alan@acme.com/`;
const ENGINEERS = `${DAV}@engineers/`;

describe('users and groups of the built-in table', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let node: FullNode;

  beforeAll(async () => {
    database = await freshDatabase();
    const names = new Set(['acme.com', 'far.org']);
    node = await startNode({ url: database.url, domains: { names, domainBased: true } });
    const { accounts, groups } = node.daybook;
    for (const [login, displayName, mail] of [
      ['ada@acme.com', 'Ada Lovelace', 'ada@acme.com'],
      ['alan@acme.com', 'Alan Turing', 'turing@acme.com'],
      ['zed@far.org', 'Zed Turing', 'zed@far.org'],
      ['op', 'Operator Turing', ''],
    ] as const)
      await accounts.add({ login, displayName, mail, password: 'secret' });
    await groups.add({ name: 'engineers', displayName: 'All Engineers' });
    await groups.add({ name: 'spies', displayName: 'Far Engineers', mail: 'spies@far.org' });
    for (const login of ['ada@acme.com', 'alan@acme.com', 'zed@far.org'])
      await groups.include('engineers', { login }, async () => undefined);
    await groups.include('spies', { login: 'ada@acme.com' }, async () => undefined);
  }, 60_000);
  afterAll(async () => {
    await node?.stop();
    await database?.drop();
  });

  const send = async (method: string, path: string, body: string) => {
    const answer = await fetch(`${node.url}${path}`, {
      method,
      headers: {
        depth: '0',
        'content-type': 'application/xml',
        authorization: `Basic ${Buffer.from('ada@acme.com:secret').toString('base64')}`,
      },
      body,
    });
    return { status: answer.status, headers: {}, body: await answer.text() };
  };
  const report = async (body: string) => {
    const answered = await send('REPORT', DAV, body);
    expect(answered.status).toBe(207);
    return responsesOf(answered);
  };
  const search = (name: string, text: string) =>
    report(`<D:principal-property-search xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/">
      <D:property-search><D:prop>${name}</D:prop><D:match>${text}</D:match></D:property-search>
      <D:prop><D:displayname/><C:calendar-user-type/></D:prop></D:principal-property-search>`);
  const typed = async (text: string, context = '') => [
    ...(
      await report(`<S:calendarserver-principal-search xmlns:D="DAV:" xmlns:S="http://calendarserver.org/ns/" ${context}>
        <S:search-token>${text}</S:search-token><D:prop><D:displayname/></D:prop></S:calendarserver-principal-search>`)
    ).keys(),
  ];

  it('are found by name and address, those of unseen domains as little as who never was (RFC 3744 §9.4)', async () => {
    expect([...(await search('<D:displayname/>', 'turing')).keys()]).toEqual([ALAN, `${DAV}op/`]);
    expect([...(await search('<S:email-address-set/>', 'turing@')).keys()]).toEqual([ALAN]);
    expect([...(await search('<C:calendar-user-address-set/>', ALAN)).keys()]).toEqual([ALAN]);
    expect((await search('<D:displayname/>', 'zed')).size).toBe(0);
    expect((await search('<D:displayname/>', '')).size).toBeLessThanOrEqual(1);
  });

  it('are found as somebody types, people and groups by themselves too (calendarserver-principal-search)', async () => {
    expect(await typed('turing')).toEqual([ALAN, `${DAV}op/`]);
    expect(await typed('engineers')).toEqual([ENGINEERS]);
    expect(await typed('e', 'context="group"')).toEqual([ENGINEERS]);
    expect(await typed('engineers', 'context="user"')).toEqual([]);
    expect(await typed('far')).toEqual([]);
  });

  it('have a principal, and groups the members that are seen (RFC 3744 §4.3)', async () => {
    const names = [dav('displayname'), caldav('calendar-user-type'), dav('group-member-set')];
    const answered = await send('PROPFIND', ENGINEERS, propfindBody(...names));
    expect(hrefsIn(responseOf(answered), dav('group-member-set'))).toEqual([
      `${DAV}ada@acme.com/`,
      ALAN,
    ]);
    const own = await send(
      'PROPFIND',
      `${DAV}ada@acme.com/`,
      propfindBody(dav('group-membership')),
    );
    expect(hrefsIn(responseOf(own), dav('group-membership'))).toEqual([ENGINEERS]);
    const alan = await send('PROPFIND', ALAN, propfindBody(dav('displayname')));
    expect(alan.body).toContain('Alan Turing');
    const [unseen, nobody] = await Promise.all(
      ['@spies', '@nobody'].map((each) =>
        send('PROPFIND', `${DAV}${each}/`, propfindBody(dav('displayname'))),
      ),
    );
    expect({ ...unseen, body: unseen?.body.replaceAll('spies', 'nobody') }).toEqual(nobody);
  });
});
