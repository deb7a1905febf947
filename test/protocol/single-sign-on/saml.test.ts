import { createPublicKey } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redirectMessage } from '../../../src/adapters/saml/redirect.ts';
import { samlProvider } from '../../../src/adapters/saml/saml-provider.ts';
import { readMessage } from '../../../src/adapters/saml/xml.ts';
import { postgresOneTimeNotes } from '../../../src/adapters/sign-in/one-time-notes.ts';
import { migrateSignIn } from '../../../src/adapters/sign-in/schema.ts';
import { type FullNode, startNode } from '../../support/full-node.ts';
import { peopleSource } from '../../support/identity-provider/people.ts';
import { type Visitor, visitor } from '../../support/identity-provider/visitor.ts';
import { freshDatabase } from '../../support/postgres.ts';
import {
  attribute,
  encode,
  inSeconds,
  logoutRequestXml,
  redirectQuery,
  responseXml,
  assertionXml,
  type Said,
  said,
  signedResponse,
} from '../../support/saml-messages.ts';
import { freePort, ISSUER, type SamlParties, samlParties } from '../../support/saml-party.ts';

describe('a sign-in by SAML 2', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let pool: pg.Pool;
  let parties: SamlParties;
  /** Two of one installation. */
  let node: FullNode;
  let other: FullNode;

  beforeAll(async () => {
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    [database, parties] = await Promise.all([freshDatabase(), samlParties(publicUrl)]);
    pool = new pg.Pool({ connectionString: database.url, max: 4 });
    await migrateSignIn(pool);
    const start = (where: { readonly port?: number }): Promise<FullNode> => {
      const notes = postgresOneTimeNotes({ pool });
      const service = parties.server();
      const provider = samlProvider({ service, notes, issuer: ISSUER, endsThere: true });
      return startNode({
        ...{ url: database.url, publicUrl, ...where },
        sources: [peopleSource({ login: 'ada', mail: 'ada@acme.com' }, { login: 'eve', mail: '' })],
        elsewhere: {
          provider: { asked: provider, checkAfter: 60 },
          saml: { provider, afterLogout: undefined },
        },
      });
    };
    node = await start({ port });
    other = await start({});
  }, 60_000);
  afterAll(async () => {
    await node?.stop();
    await other?.stop();
    await pool?.end();
    await parties?.forget();
  });

  const acs = (at = node): string => `${at.url}/SOGo/saml2-signon-post`;
  const isIn = async (visits: Visitor, at = node): Promise<boolean> =>
    (await visits.get(`${at.url}/SOGo/api/account`)).status === 200;
  /** As far as the provider; the id of the request that a browser carries there. */
  const begin = async (visits: Visitor, path = '/SOGo/'): Promise<string> => {
    const atProvider = (url: string): boolean => url.startsWith('https://idp.acme.com/');
    const { url } = await visits.get(`${node.url}${path}`, atProvider);
    const query = new URL(url).search.replace(/^\?tenant=1&/, '');
    const { xml } = await redirectMessage(query, [createPublicKey(parties.own.certificate)]);
    return readMessage(xml).attributes.get('ID') ?? '';
  };
  const right = (id: string, change: Partial<Said> = {}): Said => ({
    ...said(node.url, ISSUER, id),
    ...change,
  });
  const answer = (visits: Visitor, one: Said, more: Record<string, string> = {}, at = node) =>
    visits.post(acs(at), { SAMLResponse: encode(signedResponse(one, parties.theirs)), ...more });
  const signIn = async (visits: Visitor, change: Partial<Said> = {}): Promise<Said> => {
    const one = right(await begin(visits), change);
    await answer(visits, one);
    expect(await isIn(visits)).toBe(true);
    return one;
  };

  it('leads to the provider and back to where somebody wanted to go', async () => {
    const visits = visitor();
    const id = await begin(visits, '/SOGo/login?target=/SOGo/account%23sessions');
    const end = await answer(visits, right(id));
    expect([end.url, end.status]).toEqual([`${node.url}/SOGo/account#sessions`, 200]);
    expect(end.body).toContain('ada');
  });

  it('gives out its metadata at the guide’s address', async () => {
    const answered = await fetch(`${node.url}/SOGo/saml2-metadata`);
    expect(answered.headers.get('content-type')).toBe('application/xml; charset=utf-8');
    const root = readMessage(await answered.text());
    expect(root.attributes.get('entityID')).toBe(`${node.url}/SOGo/saml2-metadata`);
  });

  it('makes a session of its own, whatever cookie a browser came with (session fixation)', async () => {
    const visits = visitor();
    const planted = 'A'.repeat(43);
    visits.setCookie(node.url, '0xHIGHFLYxSOGo', planted);
    await signIn(visits);
    const first = visits.cookie(node.url, '0xHIGHFLYxSOGo');
    expect(first).not.toBe(planted);
  });

  it('believes nothing that is not signed, and says so to the log alone', async () => {
    const visits = visitor();
    const one = right(await begin(visits));
    const bare = encode(responseXml(one, assertionXml(one)));
    const end = await visits.post(acs(), { SAMLResponse: bare });
    expect(end.status).toBe(403);
    expect(end.body).not.toContain('unsigned');
    expect(await isIn(visits)).toBe(false);
    // The browser may still come back with the right answer.
    await answer(visits, one);
    expect(await isIn(visits)).toBe(true);
  });

  it('takes an answer once, on whatever node it comes in', async () => {
    const [visits, thief] = [visitor(), visitor()];
    const one = await signIn(visits);
    for (const at of [node, other]) {
      const end = await answer(thief, one, {}, at);
      expect(end.status).toBe(403);
    }
    expect(await isIn(thief)).toBe(false);
  });

  it('signs nobody in by an answer to another browser (login CSRF)', async () => {
    const [forger, victim] = [visitor(), visitor()];
    const theirs = right(await begin(forger), { attributes: attribute('uid', 'eve') });
    expect((await answer(victim, theirs)).status).toBe(403);
    expect(await isIn(victim)).toBe(false);
    // Nor while the victim is on a way of its own.
    const again = right(await begin(forger), { attributes: attribute('uid', 'eve') });
    await begin(victim);
    expect((await answer(victim, again)).status).toBe(403);
    expect(await isIn(victim)).toBe(false);
    // Nor unasked.
    const unasked = right('', { inResponseTo: undefined, confirmedFor: undefined });
    expect((await answer(victim, unasked)).status).toBe(403);
  });

  it('goes nowhere that RelayState says (open redirect)', async () => {
    const visits = visitor();
    const one = right(await begin(visits));
    const end = await answer(visits, one, { RelayState: 'https://evil.example/' });
    expect(end.url).toBe(`${node.url}/SOGo/account`);
    const query = redirectQuery('SAMLRequest', logoutRequest(one), parties.theirs, {
      relayState: 'https://evil.example/',
    });
    const led = await visits.get(`${node.url}/SOGo/saml2-sls?${query}`, () => true);
    expect(new URL(led.url).origin).toBe('https://idp.acme.com');
  });

  const logoutRequest = (
    { nameId, sessionIndex }: Said,
    sessionIndexes: readonly string[] = [sessionIndex],
  ): string =>
    logoutRequestXml({
      id: `_${Math.random().toString(36).slice(2)}`,
      issuer: ISSUER,
      destination: `${node.url}/SOGo/saml2-sls`,
      issued: inSeconds(0),
      nameId,
      sessionIndexes,
    });

  it('ends with the provider’s session: that one, or all of somebody, on all nodes', async () => {
    const browsers = [visitor(), visitor(), visitor()] as const;
    const [first] = [
      await signIn(browsers[0]),
      await signIn(browsers[1]),
      await signIn(browsers[2], {
        attributes: attribute('uid', 'eve'),
        nameId: '<saml:NameID>eve</saml:NameID>',
      }),
    ];
    const held = (): Promise<boolean[]> => Promise.all(browsers.map((one) => isIn(one)));
    const send = async (xml: string, at: FullNode) => {
      const query = redirectQuery('SAMLRequest', xml, parties.theirs);
      // The browser that carries it need not be anybody's: providers use frames.
      return visitor().get(`${at.url}/SOGo/saml2-sls?${query}`, () => true);
    };
    const led = await send(logoutRequest(first), other);
    expect(led.url).toMatch(/^https:\/\/idp\.acme\.com\/logged-out\?SAMLResponse=/);
    expect(await held()).toEqual([false, true, true]);
    await send(logoutRequest(first, []), node);
    expect(await held()).toEqual([false, false, true]);
  });

  it('does not end by what somebody else asks', async () => {
    const visits = visitor();
    const one = await signIn(visits);
    const forged = redirectQuery('SAMLRequest', logoutRequest(one), parties.forgers);
    const end = await visitor().get(`${node.url}/SOGo/saml2-sls?${forged}`);
    expect(end.status).toBe(403);
    expect((await visitor().get(`${node.url}/SOGo/saml2-sls`)).status).toBe(403);
    expect(await isIn(visits)).toBe(true);
  });

  it('ends here and goes on to end there', async () => {
    const visits = visitor();
    const one = await signIn(visits);
    const led = await visits.get(`${node.url}/SOGo/logoff`, (url) => !url.startsWith(node.url));
    expect(new URL(led.url).pathname).toBe('/logout');
    expect(await isIn(visits)).toBe(false);
    const { search } = new URL(led.url);
    const { xml } = await redirectMessage(search.slice(1), [
      createPublicKey(parties.own.certificate),
    ]);
    expect(xml).toContain(one.sessionIndex);
    const reply = (status: string): string =>
      redirectQuery(
        'SAMLResponse',
        `<samlp:LogoutResponse xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_1" Version="2.0" IssueInstant="${inSeconds(0)}" Destination="${node.url}/SOGo/saml2-sls" InResponseTo="_x"><saml:Issuer xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">${ISSUER}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${status}"/></samlp:Status></samlp:LogoutResponse>`,
        parties.theirs,
      );
    const done = await visits.get(`${node.url}/SOGo/saml2-sls?${reply('Success')}`);
    expect(done.url).toBe(`${node.url}/SOGo/signed-out`);
    const partly = await visits.get(`${node.url}/SOGo/saml2-sls?${reply('Responder')}`);
    expect(partly.body).toContain('not everywhere');
  });

  it('answers what is too long, or no form, as the client’s fault', async () => {
    const visits = visitor();
    const long = await visits.post(acs(), { SAMLResponse: 'A'.repeat(300_000) });
    expect(long.status).toBe(413);
    const headers = { 'content-type': 'application/xml' };
    const odd = await fetch(acs(), { method: 'POST', headers, body: '<x/>' });
    expect(odd.status).toBe(415);
    for (const body of ['', 'SAMLResponse=', 'SAMLResponse=%', 'SAMLResponse=A&SAMLResponse=B']) {
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const answered = await fetch(acs(), { method: 'POST', headers: form, body });
      expect(answered.status).toBe(403);
    }
  });
});
