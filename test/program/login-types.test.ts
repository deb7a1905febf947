import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CLIENT,
  type OpenIdDouble,
  openIdDouble,
} from '../support/identity-provider/openid-double.ts';
import { visitor } from '../support/identity-provider/visitor.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Program, program } from '../support/program.ts';

const now = (): number => Math.floor(Date.now() / 1000);

describe('two servers on one database, told anew how people prove themselves', () => {
  let postgres: TestPostgres;
  let folder: string;
  let config: string;
  let nodes: readonly Program[];
  let near: OpenIdDouble;
  let far: OpenIdDouble;

  const write = (text: string): Promise<void> => writeFile(config, `{ ${text} }`);
  const openid = ({ configUrl }: OpenIdDouble, more = ''): string =>
    `{ type = openid; SOGoOpenIdConfigUrl = "${configUrl}"; SOGoOpenIdClient = ${CLIENT.id};
       SOGoOpenIdClientSecret = "${CLIENT.secret}"; ${more} }`;
  const reload = async () => {
    const { code, out, err } = await (nodes[0] as Program).daybook(['reload']);
    return { code, lines: (out + err).trim().split('\n') };
  };
  const page = async ({ origin }: Program): Promise<string> =>
    (await fetch(`${origin}/SOGo/account`)).text();
  const connect = async ({ origin }: Program, userName: string): Promise<number> =>
    (
      await fetch(`${origin}/SOGo/connect`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ userName, password: 'secret' }),
      })
    ).status;
  const name = async ({ origin }: Program, userName: string): Promise<string> =>
    (await visitor({ origin }).post(`${origin}/SOGo/account/name`, { userName })).body;

  beforeAll(async () => {
    [postgres, near, far, folder] = await Promise.all([
      startPostgres(),
      openIdDouble(),
      openIdDouble(),
      mkdtemp(join(tmpdir(), 'daybook-login-types-')),
    ]);
    config = join(folder, 'sogo.conf');
    await write('');
    const shared = { DATABASE_URL: postgres.url };
    nodes = [
      await program(shared, false, ['--config', config]),
      await program(shared, false, ['--config', config]),
    ];
    for (const [login, mail] of [
      ['ada@acme.com', 'ada@acme.com'],
      ['eve', 'eve@acme.com'],
      ['bob', 'bob@example.org'],
    ] as const) {
      const args = ['user', 'add', login, '--mail', mail, '--password-stdin'];
      expect((await nodes[0]?.daybook(args, 'secret\n'))?.code).toBe(0);
    }
    await Promise.all(nodes.map((node) => node.start()));
  }, 120_000);
  afterAll(async () => {
    await Promise.all((nodes ?? []).map((node) => node.discard()));
    await Promise.all([near?.stop(), far?.stop(), postgres?.stop()]);
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  it('ask for passwords as long as nothing else is said', async () => {
    for (const node of nodes) expect(await page(node)).toContain('type="password"');
    expect(await connect(nodes[1] as Program, 'ada@acme.com')).toBe(200);
  });

  it('ask for the name first, once the domain says how its people prove themselves (SOGoLoginTypeByDomain)', async () => {
    await write(`SOGoLoginTypeByDomain = { "acme.com" = ${openid(near, 'SOGoOpenIdSendDomainInfo = YES;')};
      "far.org" = ${openid(far)}; "login_default" = { type = plain; }; };`);
    const { code, lines } = await reload();
    expect([code, lines.length]).toEqual([0, 2]);
    for (const line of lines) expect(line).toMatch(/: reloaded$/);
    for (const node of nodes) {
      expect(await page(node)).not.toContain('type="password"');
      expect(await name(node, 'bob')).toContain('type="password"');
      expect(await name(node, 'Ada@ACME.com')).toContain('/SOGo/login?domain=acme.com');
    }
  }, 60_000);

  it('send people to the provider of their domain, which is told the domain (SOGoOpenIdSendDomainInfo)', async () => {
    const { origin } = nodes[1] as Program;
    const visits = visitor();
    const asked = await visits.get(`${origin}/SOGo/login?domain=acme.com`, (url) =>
      url.startsWith(near.issuer),
    );
    expect(new URL(asked.url).searchParams.get('sogo_domain')).toBe('acme.com');
    const end = await visits.get(asked.url);
    expect([end.url, end.status]).toEqual([`${origin}/SOGo/account`, 200]);
    expect(end.body).toContain('ada@acme.com');
    expect(near.told).toContain('acme.com');
    expect(far.asked).toEqual([]);

    const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
    const told = { aud: CLIENT.id, sid: 's-1', iat: now(), exp: now() + 60, events };
    const logout = async (by: OpenIdDouble) => {
      const logout_token = await by.sign({ ...told, iss: by.issuer });
      const body = new URLSearchParams({ logout_token });
      const path = `${nodes[0]?.origin}/SOGo/openid_backchannel_logout`;
      return (await fetch(path, { method: 'POST', body })).status;
    };
    const isIn = async () => (await visits.get(`${origin}/SOGo/api/account`)).status;
    // The other provider ends none of this one's sign-ins, even of the same name.
    expect([await logout(far), await isIn()]).toEqual([200, 200]);
    expect([await logout(near), await isIn()]).toEqual([200, 401]);
  }, 60_000);

  it('believe each provider about the people of its own domains alone', async () => {
    const { origin } = nodes[0] as Program;
    // It says that it is ada@acme.com who came.
    const end = await visitor().get(`${origin}/SOGo/login?domain=far.org`);
    expect(far.asked).toContain('/token');
    expect([end.status, end.body.includes('ada@acme.com')]).toEqual([403, true]);
    expect(end.body).toContain('nobody of that name may sign in here');
  });

  it('take a password only of people whose domain has them, also where the domain was not typed', async () => {
    const [node] = nodes as readonly [Program];
    expect(await connect(node, 'bob')).toBe(200);
    expect(await connect(node, 'ada@acme.com')).toBe(403);
    expect(await connect(node, 'eve')).toBe(403);
    const form = { userName: 'ada@acme.com', password: 'secret' };
    const { origin } = node;
    const answer = await visitor({ origin }).post(`${origin}/SOGo/account/sign-in`, form);
    expect([answer.status, answer.body.includes('sign in at one place')]).toEqual([403, true]);
  });

  it('keep what they had where a file that is named can’t be used', async () => {
    await write(`DaybookPublicURL = "https://dav.acme.com"; SOGoAuthenticationType = saml2;
      SOGoSAML2PrivateKeyLocation = "${folder}/none.key"; SOGoSAML2CertificateLocation = "${folder}/none.pem";
      SOGoSAML2IdpMetadataLocation = "${folder}/none.xml";`);
    const { code, lines } = await reload();
    expect(code).toBe(1);
    expect(lines.filter((line) => line.includes('none.')).length).toBe(2);
    for (const node of nodes) expect(await name(node, 'ada@acme.com')).toContain('domain=acme.com');
  }, 60_000);

  it('go over to another provider, and back to passwords, without a restart', async () => {
    await write(`DaybookPublicURL = "https://dav.acme.com"; SOGoAuthenticationType = cas;
      SOGoCASServiceURL = "http://127.0.0.1:9/cas";`);
    expect((await reload()).code).toBe(0);
    const path = '/SOGo/openid_backchannel_logout';
    for (const { origin } of nodes) {
      const begun = await fetch(`${origin}/SOGo/login`, { redirect: 'manual' });
      expect(begun.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:9\/cas\/login\?/);
      expect((await fetch(`${origin}${path}`, { method: 'POST' })).status).toBe(404);
    }
    await write('');
    expect((await reload()).code).toBe(0);
    for (const node of nodes) {
      expect(await page(node)).toContain('type="password"');
      expect((await fetch(`${node.origin}/SOGo/casProxy`)).status).toBe(404);
      expect((await fetch(`${node.origin}/SOGo/saml2-metadata`)).status).toBe(404);
    }
    expect(await connect(nodes[1] as Program, 'ada@acme.com')).toBe(200);
  }, 60_000);
});
