import { describeWith } from '../../support/needing.ts';
import { createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresProxyGrants } from '../../../src/adapters/sign-in/proxy-grants.ts';
import { type CasProvider, casProvider } from '../../../src/adapters/single-sign-on/cas.ts';
import { parseXml } from '../../../src/api/dav/xml/parse.ts';
import { type FullNode, startNode } from '../../support/full-node.ts';
import {
  lemonldapNeeds,
  type IdentityProvider,
  identityProvider,
} from '../../support/identity-provider/lemonldap.ts';
import { peopleSource } from '../../support/identity-provider/people.ts';
import {
  signInAtProvider,
  type Visitor,
  visitor,
} from '../../support/identity-provider/visitor.ts';
import { freshDatabase } from '../../support/postgres.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

describeWith('a sign-in by CAS (lemonldap-ng)', lemonldapNeeds, () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let pool: pg.Pool;
  let server: IdentityProvider;
  let cas: CasProvider;
  let node: FullNode;

  beforeAll(async () => {
    [database, server] = await Promise.all([freshDatabase(), identityProvider()]);
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const imap = 'imap://mail.acme.com';
    await server.configure({ cas: [`${publicUrl}/SOGo/`, `${publicUrl}/SOGo/casProxy`, imap] });
    pool = new pg.Pool({ connectionString: database.url, max: 2 });
    const grants = postgresProxyGrants({ pool });
    cas = casProvider({ url: server.cas.url, endsSession: true, grants, readXml: parseXml });
    node = await startNode({
      ...{ url: database.url, port, publicUrl },
      sources: [peopleSource({ login: 'dwho', mail: 'dwho@badwolf.org' })],
      elsewhere: { provider: { asked: cas, checkAfter: 0 }, grants },
    });
  }, 60_000);
  afterAll(async () => {
    await node?.stop();
    await server?.stop();
    await pool?.end();
    await database?.drop();
  });

  const page = (): string => `${node.url}/SOGo/account`;
  const toUs = (url: string): boolean => url.startsWith(`${node.url}/SOGo/?`);
  const isIn = async (visits: Visitor): Promise<boolean> =>
    (await visits.get(`${node.url}/SOGo/api/account`)).status === 200;
  /** As far as the ticket, which is left to the test. */
  const ticketFor = async (visits: Visitor, name = 'dwho'): Promise<URL> => {
    const form = await visits.get(page(), toUs);
    const back = toUs(form.url) ? form : await signInAtProvider(visits, form, name, toUs);
    return new URL(back.url);
  };

  it('takes who the server says, by a ticket that is good once', async () => {
    const visits = visitor();
    const back = await ticketFor(visits);
    expect(back.searchParams.get('ticket')).toMatch(/^ST-/);
    const end = await visits.get(back.href);
    expect(end.url).toBe(page());
    expect(await isIn(visits)).toBe(true);
    const again = visitor();
    expect((await again.get(back.href)).status).toBe(403);
    // With a journey of its own, too, and the ticket of the other.
    const own = await ticketFor(again);
    own.searchParams.set('ticket', back.searchParams.get('ticket') ?? '');
    expect((await again.get(own.href)).status).toBe(403);
    expect(await isIn(again)).toBe(false);
  });

  it.each([
    'ST-made-up-ticket-of-no-server',
    'PT-1',
    '',
    'ST-</a>&ticket=x',
    `ST-${'x'.repeat(5000)}`,
  ])('refuses the ticket %.30s', async (ticket) => {
    const visits = visitor();
    const back = await ticketFor(visits);
    back.searchParams.set('ticket', ticket);
    expect((await visits.get(back.href)).status).toBe(403);
    expect(await isIn(visits)).toBe(false);
  });

  it('signs nobody in as somebody else: a ticket is for the browser that asked', async () => {
    const attacker = visitor();
    const back = await ticketFor(attacker, 'rtyler');
    const victim = visitor();
    expect((await victim.get(back.href)).status).toBe(403);
    await victim.get(page(), (url) => url.startsWith(server.origin));
    expect((await victim.get(back.href)).status).toBe(403);
    expect(await isIn(victim)).toBe(false);
  });

  it('does not take a ticket for a host that a visitor made up', async () => {
    const visits = visitor({ 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' });
    const form = await visits.get(page(), (url) => url.includes('/cas/login'));
    expect(new URL(form.url).searchParams.get('service')).toContain(`${node.url}/SOGo/`);
  });

  it('tells who is known there and not here', async () => {
    const visits = visitor();
    const end = await visits.get((await ticketFor(visits, 'rtyler')).href);
    expect(end.status).toBe(403);
    expect(end.body).toContain('rtyler');
    expect(await isIn(visits)).toBe(false);
  });

  it('ends at the server too', async () => {
    const visits = visitor();
    await visits.get((await ticketFor(visits)).href);
    const left = await visits.get(`${node.url}/SOGo/logoff`, (url) => url.includes('/cas/logout'));
    expect(new URL(left.url).searchParams.get('service')).toBe(`${node.url}/SOGo/signed-out`);
    expect(await isIn(visits)).toBe(false);
  });

  const logout = (ticket: string): string =>
    `<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="1" Version="2.0" IssueInstant="2026-01-01T00:00:00Z"><saml:NameID>@NOT_USED@</saml:NameID><samlp:SessionIndex>${ticket}</samlp:SessionIndex></samlp:LogoutRequest>`;
  const tell = async (message: string, path = '/SOGo/'): Promise<number> => {
    const body = new URLSearchParams({ logoutRequest: message });
    return (await fetch(`${node.url}${path}`, { method: 'POST', body })).status;
  };

  it.each(['/SOGo/', '/SOGo/casProxy'])(
    'ends when the server says so at %s (CAS Protocol §2.3.3)',
    async (path) => {
      const visits = visitor();
      const back = await ticketFor(visits);
      await visits.get(back.href);
      expect(await tell(logout('ST-another'), path)).toBe(200);
      expect(await isIn(visits)).toBe(true);
      expect(await tell(logout(back.searchParams.get('ticket') ?? ''), path)).toBe(200);
      expect(await isIn(visits)).toBe(false);
    },
  );

  it('refuses a word of logout that is no such XML, or brings entities', async () => {
    const bomb = `<!DOCTYPE x [<!ENTITY e "ST-1">]>${logout('&e;')}`;
    for (const message of ['', 'no xml', '<a/>', bomb, logout('')])
      expect(await tell(message)).toBe(400);
    expect(await tell(logout('x'.repeat(20_000)))).toBe(413);
  });

  it('brings tickets for other services, such as IMAP (CAS Protocol §2.7)', async () => {
    const departure = await cas.begin(node.url);
    const visits = visitor();
    const form = await visits.get(departure.location, toUs);
    const back = new URL((await signInAtProvider(visits, form, 'dwho', toUs)).url);
    const { memory } = departure;
    const outcome = await cas.finish({ origin: node.url, query: back.searchParams, memory });
    if (outcome.outcome !== 'proven') throw new Error(outcome.outcome);
    const ticket = await cas.proxyTicket(outcome.keepsake, 'imap://mail.acme.com');
    expect(ticket).toMatch(/^PT-/);
    const query = new URLSearchParams({ service: 'imap://mail.acme.com', ticket: ticket ?? '' });
    const validated = await fetch(`${server.cas.url}/proxyValidate?${query}`);
    expect(await validated.text()).toContain('<cas:user>dwho</cas:user>');
    const { rows } = await pool.query('select from sign_in.proxy_grants');
    expect(rows).toHaveLength(0);
  });

  it('answers 503 with a page while the server is away', async () => {
    const visits = visitor();
    const back = await ticketFor(visits);
    await server.kill();
    const end = await visits.get(back.href);
    expect(end.status).toBe(503);
    expect(end.headers.get('retry-after')).not.toBeNull();
  });
});
