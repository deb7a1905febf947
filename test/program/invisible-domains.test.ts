import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceUser } from '../../src/domain/account/user-source.ts';
import type { ChangingSource } from '../../src/api/sign-in/own-password.ts';
import { browser, type Browser, type FullNode, startNode } from '../support/full-node.ts';
import { freshDatabase } from '../support/postgres.ts';

/** Calls of a source, by name: what an answer cost. */
const asked: string[] = [];

const source = (domain: string, ...names: readonly string[]): ChangingSource => {
  const of = (typed: string): SourceUser | undefined => {
    const login = typed.toLowerCase();
    return names.some((name) => login === `${name}@${domain}`)
      ? { source: domain, login, displayName: '', mail: login, domain }
      : undefined;
  };
  return {
    id: domain,
    authenticate: async (typed, password) => {
      asked.push(`${domain} authenticate`);
      return password === 'secret' ? of(typed) : undefined;
    },
    lookup: async (typed) => {
      asked.push(`${domain} lookup`);
      return of(typed);
    },
    close: async () => undefined,
  };
};

/** Both have six letters; the first is there and shares all he has, the second never was. */
const HIDDEN = 'bob@far.org';
const NOBODY = 'bab@far.org';

describe('somebody of an invisible domain', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let node: FullNode;
  let ann: Browser;
  let queries: string[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
    node = await startNode({
      url: database.url,
      sources: [source('acme.com', 'ann'), source('far.org', 'bob')],
      domains: { names: new Set(['acme.com', 'far.org']), domainBased: true },
    });
    const { groups } = node.daybook;
    await groups.add({ name: 'crew@far.org', displayName: 'Crew' });
    const collection = '/SOGo/dav/bob@far.org/Calendar/personal/';
    expect((await dav('PROPFIND', collection, undefined, HIDDEN))[0]).toBe(207);
    const everybody =
      '<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="&lt;default&gt;"><PublicViewer/></set-roles></acl-query>';
    const given = await dav('POST', collection, everybody, HIDDEN);
    expect(given[0]).toBeLessThan(300);
    ann = browser(node);
    const login = { userName: 'ann@acme.com', password: 'secret' };
    expect((await ann.json('/SOGo/connect', login)).status).toBe(200);
    // What each statement is called, or begins with: what it is about stands in its values.
    const pool = node.pool as unknown as { query: (...args: readonly unknown[]) => unknown };
    const query = pool.query.bind(node.pool);
    pool.query = (...args) => {
      const [first] = args;
      const named = typeof first === 'object' && first !== null ? first : { text: first };
      const { name, text } = named as { name?: string; text?: unknown };
      queries.push(name ?? String(text).trim().slice(0, 60));
      return query(...args);
    };
  }, 60_000);
  afterAll(async () => {
    await node?.stop();
    await database?.drop();
  });

  const dav = async (
    method: string,
    path: string,
    body?: string,
    login = 'ann@acme.com',
  ): Promise<readonly [number, string]> => {
    const answer = await fetch(`${node.url}${path}`, {
      method,
      headers: {
        depth: '0',
        authorization: `Basic ${Buffer.from(`${login}:secret`).toString('base64')}`,
        ...(body === undefined ? {} : { 'content-type': 'application/xml' }),
      },
      ...(body === undefined ? {} : { body }),
    });
    return [answer.status, await answer.text()];
  };

  /** Statements that everybody's requests cause by themselves, now and then. */
  const isOwn = (statement: string): boolean =>
    /account|by ?login|home|collection/i.test(statement);

  /** What is answered, and what it took: which questions, and how many of each. */
  const cost = async (work: () => Promise<readonly [number, string]>) => {
    asked.length = 0;
    queries = [];
    const [status, text] = await work();
    const counted = (list: readonly string[]) =>
      Object.fromEntries(
        [...new Set(list)].toSorted().map((one) => [one, list.filter((o) => o === one).length]),
      );
    return { status, text, sources: counted(asked), queries: counted(queries.filter(isOwn)) };
  };
  const without = (of: Awaited<ReturnType<typeof cost>>, login: string) => ({
    ...of,
    text: of.text.replaceAll(login.slice(0, 3), '***'),
  });
  const shownFaults = () => node.logged.filter(({ code }) => code === 'request-failed');
  const told = async (response: Response): Promise<readonly [number, string]> => [
    response.status,
    await response.text(),
  ];

  const search = (word: string): string =>
    `<D:principal-property-search xmlns:D="DAV:"><D:apply-to-principal-collection-set/><D:property-search>
      <D:prop><D:displayname/></D:prop><D:match>${word}</D:match></D:property-search>
      <D:prop><D:displayname/></D:prop></D:principal-property-search>`;
  const grant = (whom: string): string =>
    `<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="${whom}"><PublicViewer/></set-roles></acl-query>`;

  const asks: readonly (readonly [
    what: string,
    ask: (login: string) => Promise<readonly [number, string]>,
  ])[] = [
    ['by URL', (login) => dav('PROPFIND', `/SOGo/dav/${login}/`)],
    [
      'by the URL of what he shares',
      (login) => dav('PROPFIND', `/SOGo/dav/${login}/Calendar/personal/`),
    ],
    ['by an object', (login) => dav('GET', `/SOGo/dav/${login}/Calendar/personal/a.ics`)],
    ['by free/busy', (login) => dav('GET', `/SOGo/dav/${login}/freebusy.ifb`)],
    ['by search', (login) => dav('REPORT', '/SOGo/dav/', search(login))],
    [
      'by the search of SOGo’s page',
      async (login) => told(await ann.get(`/SOGo/so/ann@acme.com/usersSearch?search=${login}`)),
    ],
    [
      'by what he shares, for SOGo’s page',
      async (login) => told(await ann.get(`/SOGo/so/${login}/foldersSearch?type=calendar`)),
    ],
    [
      'by giving him rights',
      (login) => dav('POST', '/SOGo/dav/ann@acme.com/Calendar/personal/', grant(login)),
    ],
  ];

  it.each(asks)('is asked for %s: the same status, text and work as for nobody', async (_, ask) => {
    for (const login of [HIDDEN, NOBODY]) await ask(login);
    // Known by now, if at all; then asked for again, as whoever measures would.
    const [hidden, nobody] = [await cost(() => ask(HIDDEN)), await cost(() => ask(NOBODY))];
    expect(without(hidden, HIDDEN)).toEqual(without(nobody, NOBODY));
    expect(shownFaults()).toEqual([]);
    expect(hidden.status).not.toBe(403);
  });

  it('is found by nobody as a group either', async () => {
    const ask = (name: string) =>
      dav('POST', '/SOGo/dav/ann@acme.com/Calendar/personal/', grant(`@${name}`));
    const [hidden, nobody] = [
      await cost(() => ask('crew@far.org')),
      await cost(() => ask('crow@far.org')),
    ];
    expect({ ...hidden, text: hidden.text.replace('crew', 'crow') }).toEqual(nobody);
    const [status, text] = await dav('PROPFIND', '/SOGo/dav/@crew@far.org/');
    const [none, silence] = await dav('PROPFIND', '/SOGo/dav/@crow@far.org/');
    expect([status, text.replaceAll('crew', 'crow')]).toEqual([none, silence]);
  });
});
