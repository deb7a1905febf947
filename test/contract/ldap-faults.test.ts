import { describeWith } from '../support/needing.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { password, people } from '../support/ldap/people.ts';
import { type Proxy, startProxy } from '../support/ldap/proxy.ts';
import { slapdNeeds, startSlapd, type TestSlapd } from '../support/ldap/slapd.ts';
import { loginOf, sources } from '../support/ldap/sources.ts';

const away = { code: 'user-source-unavailable' };
const indirect = { bindFields: ['uid', 'mail'] };

describeWith('an LDAP directory', slapdNeeds, () => {
  let server: TestSlapd;
  let proxy: Proxy;
  const made = sources();

  beforeAll(async () => {
    server = await startSlapd({ ldif: people });
    proxy = await startProxy(server.port);
  });
  afterEach(async () => {
    proxy.delay(0);
    await made.close();
  });
  afterAll(async () => {
    await proxy.close();
    await server.stop();
  });

  it('is not asked about credentials that were right a moment ago', async () => {
    const source = made.source({ hostname: proxy.url, ...indirect, trust: 60_000 });
    expect(await loginOf(source, 'ada', password)).toBe('ada');
    const asked = proxy.asked();
    for (let time = 0; time < 50; time += 1)
      expect(await loginOf(source, 'ada', password)).toBe('ada');
    expect(proxy.asked()).toBe(asked);
    expect(await loginOf(source, 'ada', 'wrong')).toBeUndefined();
    expect(await loginOf(source, 'ada', 'wrong')).toBeUndefined();
    expect(proxy.asked()).toBeGreaterThan(asked + 2);
  });

  it('is asked twice for a login, to find the entry and to bind, over connections that are kept', async () => {
    const source = made.source({ hostname: proxy.url, ...indirect });
    expect(await loginOf(source, 'twin2', 'one')).toBe('twin2');
    const [binds, searches, opened] = [
      await server.count('Bind'),
      await server.count('Search'),
      proxy.opened(),
    ];
    for (let time = 0; time < 25; time += 1) {
      expect(await loginOf(source, 'ada', 'wrong')).toBeUndefined();
      expect(await loginOf(source, 'grace', 'plain text')).toBe('grace');
    }
    // Counting is a bind and a search of its own.
    expect((await server.count('Bind')) - binds).toBe(50 + 2);
    expect((await server.count('Search')) - searches).toBe(50 + 2);
    expect(proxy.opened()).toBe(opened);
  });

  it('is asked to bind for a login that nobody has, too, so that time does not tell who exists', async () => {
    const source = made.source({ hostname: proxy.url, ...indirect });
    const costs: (readonly [binds: number, searches: number])[] = [];
    expect(await loginOf(source, 'twin2', 'one')).toBe('twin2');
    for (const login of ['ada', 'nobody']) {
      const before = [await server.count('Bind'), await server.count('Search')] as const;
      expect(await loginOf(source, login, 'wrong')).toBeUndefined();
      costs.push([
        (await server.count('Bind')) - before[0],
        (await server.count('Search')) - before[1],
      ]);
    }
    expect(costs[1]).toEqual(costs[0]);
  });

  it('is asked once however many ask at once', async () => {
    const source = made.source({ hostname: proxy.url });
    expect(await loginOf(source, 'grace', 'plain text')).toBe('grace');
    const before = await server.count('Bind');
    const all = await Promise.all(
      Array.from({ length: 40 }, () => loginOf(source, 'ada', password)),
    );
    expect(new Set(all)).toEqual(new Set(['ada']));
    // Counting is a bind of its own.
    expect((await server.count('Bind')) - before).toBe(2);
  });

  it('is not asked by one guesser about more than a few passwords of one login at once', async () => {
    const source = made.source({ hostname: proxy.url });
    proxy.delay(500);
    const guesses = await Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => source.authenticate('ada', `guess ${index}`)),
    );
    expect(guesses.filter(({ status }) => status === 'fulfilled')).toHaveLength(8);
    expect(guesses.find(({ status }) => status === 'rejected')).toMatchObject({ reason: away });
    proxy.delay(0);
    expect(await loginOf(source, 'ada', password)).toBe('ada');
  });

  it('takes a memory away with its next no', async () => {
    const source = made.source({ hostname: server.url });
    expect(await loginOf(source, 'twin', 'one')).toBe('twin');
    expect(await source.changePassword('twin', 'one', 'two')).toEqual({ changed: true });
    const other = made.source({ hostname: server.url });
    expect(await loginOf(other, 'twin', 'two')).toBe('twin');
    expect(await source.changePassword('twin', 'two', 'one')).toEqual({ changed: true });
    // The other node's memory: it may answer once more while the directory is being asked.
    await expect.poll(() => loginOf(other, 'twin', 'two'), { timeout: 10_000 }).toBeUndefined();
    expect(await loginOf(other, 'twin', 'one')).toBe('twin');
  });

  it('that is slow slows down nobody who is known, nor the event loop', async () => {
    const source = made.source({ hostname: proxy.url });
    expect(await loginOf(source, 'ada', password)).toBe('ada');
    proxy.delay(1500);
    let isAnswered = false;
    const unknown = loginOf(source, 'grace', 'plain text').finally(() => {
      isAnswered = true;
    });
    for (let time = 0; time < 5; time += 1)
      expect(await loginOf(source, 'ada', password)).toBe('ada');
    let turns = 0;
    while (turns < 20) {
      await sleep(1);
      turns += 1;
    }
    expect(isAnswered).toBe(false);
    expect(await unknown).toBe('grace');
  });

  it('that never answers is away after a while (SOGoLDAPQueryTimeout)', async () => {
    const source = made.source({ hostname: proxy.url, ...indirect, queryTimeout: 1 });
    proxy.delay(60_000);
    await expect(source.authenticate('ada', password)).rejects.toMatchObject(away);
  });

  it('is spoken to over a few connections, which are made anew when they break', async () => {
    const source = made.source({ hostname: proxy.url, ...indirect });
    const opened = proxy.opened();
    for (let time = 0; time < 20; time += 1)
      expect(await loginOf(source, 'ada', 'wrong')).toBeUndefined();
    expect(proxy.opened() - opened).toBe(2);
    proxy.cut();
    expect(await loginOf(source, 'ada', password)).toBe('ada');
    await Promise.all([
      loginOf(source, 'grace', 'plain text'),
      sleep(5).then(() => proxy.cut()),
    ]).catch(() => {});
    expect(await loginOf(source, 'twin2', 'one')).toBe('twin2');
  });

  it('has its next server asked when the first goes away', async () => {
    const first = await startProxy(server.port);
    const source = made.source({ hostname: `${first.url} ${server.url}`, ...indirect });
    expect(await loginOf(source, 'ada', password)).toBe('ada');
    await first.close();
    expect(await loginOf(source, 'grace', 'plain text')).toBe('grace');
    expect(made.troubles).not.toEqual([]);
  });

  it('that is down keeps nobody out who was right a while ago, and refuses nobody', async () => {
    const hostname = `${server.upgradeUrl}/????!StartTLS`;
    const known = made.source({ hostname, authorities: server.authority });
    const forgetful = made.source({ hostname: server.url, staleTrust: 0 });
    expect(await loginOf(known, 'ada', password)).toBe('ada');
    expect(await loginOf(forgetful, 'ada', password)).toBe('ada');
    await server.kill();
    expect(await loginOf(known, 'ada', password)).toBe('ada');
    for (const [source, login, secret] of [
      [known, 'ada', 'wrong'],
      [known, 'grace', 'plain text'],
      [forgetful, 'ada', password],
    ] as const)
      await expect(source.authenticate(login, secret)).rejects.toMatchObject(away);
    await expect(known.find({ login: 'ada' })).rejects.toMatchObject(away);
    await server.restart();
    for (const source of [known, forgetful])
      await expect
        .poll(() => loginOf(source, 'grace', 'plain text').catch(() => undefined), {
          timeout: 20_000,
        })
        .toBe('grace');
  });
});
