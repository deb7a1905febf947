import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Program, program } from '../support/program.ts';
import { mirror, sync } from './mirror.ts';
import { CALENDAR, ledger, write } from './writers.ts';

const WRITERS = 8;
const OUTAGE = 5000;
/** No request takes longer than this, whatever became of the database; in milliseconds. */
const BOUND = 15_000;
/** More than any noise of the collector, less than any queue that grows with time; in MiB. */
const GROWTH = 60;

let postgres: TestPostgres;
let server: Program;
beforeEach(async () => {
  postgres = await startPostgres();
  server = await program({ DATABASE_URL: postgres.url });
  await server.start();
});
afterEach(async () => {
  postgres.thaw();
  await server.discard();
  await postgres.stop();
});

const readiness = async (): Promise<number> => (await fetch(`${server.origin}/readyz`)).status;

const residentMiB = async (): Promise<number> => {
  const status = await readFile(`/proc/${server.pid()}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024;
};

/** The server, with each request's time noted. */
const timed = (times: number[]): Program => ({
  ...server,
  request: async (...asked) => {
    const began = performance.now();
    const answer = await server.request(...asked);
    times.push(performance.now() - began);
    return answer;
  },
});

const outages: readonly (readonly [string, () => Promise<void>, () => Promise<void>])[] = [
  ['neither answers nor hangs up', () => postgres.freeze(), async () => postgres.thaw()],
  ['is stopped', () => postgres.halt(), () => postgres.restart()],
];

describe('while the database', () => {
  it.each(outages)(
    '%s, requests are told so in time, and all is well when it is back',
    async (_what, begin, end) => {
      const notes = ledger();
      const times: number[] = [];
      const stop = new AbortController();
      const copy = mirror();
      const work = Array.from({ length: WRITERS }, (_, writer) =>
        write(timed(times), notes, { writer, round: 0, signal: stop.signal, keepOn: true }),
      );
      const reading = (async () => {
        while (!stop.signal.aborted) {
          await sync(timed(times), copy).catch((error: unknown) =>
            expect(String(error)).toMatch(/sync answered 503/),
          );
          await sleep(25);
        }
      })();
      await sleep(1500);
      const before = await residentMiB();
      expect(await readiness()).toBe(200);

      await begin();
      const healthy = fetch(`${server.origin}/healthz`);
      await expect.poll(readiness, { timeout: 3000 }).toBe(503);
      expect((await healthy).status).toBe(200);
      await sleep(OUTAGE);
      expect(await residentMiB()).toBeLessThan(before + GROWTH);
      await end();

      await expect.poll(readiness, { timeout: 10_000 }).toBe(200);
      const answered = notes.answered;
      await expect.poll(() => notes.answered, { timeout: 5000 }).toBeGreaterThan(answered + 50);
      stop.abort();
      await Promise.all([...work, reading]);
      expect(Math.max(...times)).toBeLessThan(BOUND);
      expect(await residentMiB()).toBeLessThan(before + GROWTH);

      await sync(server, copy);
      const fresh = mirror();
      await sync(server, fresh);
      expect(copy.etags).toEqual(fresh.etags);
      for (const [name, octets] of notes.acknowledged)
        if (!notes.inDoubt.has(name))
          expect([name, fresh.etags.has(name)]).toEqual([name, octets !== undefined]);
      const verified = await server.daybook(['verify']);
      expect(verified.out + verified.err).toMatch(/no difference/);
    },
    60_000,
  );

  it('does not answer at all, large objects are refused in time, and not as a fault of ours', async () => {
    const large = `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:large\r\nFN:Large\r\nN:Large;;;;\r\nNOTE:${'x'.repeat(200_000)}\r\nEND:VCARD\r\n`;
    const put = (): Promise<Response> =>
      server.request('PUT', '/SOGo/dav/ada/Contacts/personal/large.vcf', {
        headers: { 'content-type': 'text/vcard' },
        body: large,
      });
    await expect.poll(async () => (await put()).status, { timeout: 15_000 }).toBe(201);
    await postgres.freeze();
    const began = performance.now();
    const answers = await Promise.all([
      put(),
      server.request('GET', '/SOGo/dav/ada/Contacts/personal/large.vcf'),
      server.request('GET', `${CALENDAR}none.ics`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([503, 503, 503]);
    for (const { headers } of answers) expect(headers.get('retry-after')).toBe('5');
    expect(performance.now() - began).toBeLessThan(BOUND);
    postgres.thaw();
    await expect.poll(readiness, { timeout: 10_000 }).toBe(200);
    expect((await put()).status).toBe(204);
  }, 60_000);
});
