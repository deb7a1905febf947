import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reports } from '../../src/api/dav/reports/table.ts';
import { wildRequest, type WildRequest } from '../support/arbitrary-requests.ts';
import { goodRequests, PERSONAL, reportRequests } from '../support/good-requests.ts';
import { type Program, program } from '../support/program.ts';

const MIB = 1024 * 1024;
const RUNS = 5_000;
/** Until then caches fill and code is compiled. */
const WARM = 1_500;
/** A quarter of a minute where nothing else runs. */
const LONGEST = 200_000;

/** Of every answer, also while the machine does other things. */
const PATIENCE = 10_000;
/** Whatever took longer is asked again, and then must not, one of a few times. */
const SLOW = 1_000;
const TRIES = 5;

let daybook: Program;
let folder = '';
const agent = new Agent({ keepAlive: true });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'daybook-fuzz-'));
  daybook = await program({
    HEAP_REPORT: join(folder, 'heap'),
    NODE_OPTIONS: `--import ${join(import.meta.dirname, '..', 'support', 'heap-report.mjs')}`,
  });
  await daybook.start();
});
afterAll(async () => {
  agent.destroy();
  await daybook.discard();
  await rm(folder, { recursive: true, force: true });
});

/** Octets on the program's heap once all garbage is gone. */
const heap = async (): Promise<number> => {
  const file = join(folder, 'heap');
  await rm(file, { force: true });
  process.kill(daybook.pid(), 'SIGUSR2');
  for (let waited = 0; waited < PATIENCE; waited += 20) {
    const text = await readFile(file, 'utf8').catch(() => '');
    if (text !== '') return Number(text);
    await sleep(20);
  }
  throw new Error('the program did not tell of its heap');
};

/** Sends a request; its status, and how long the answer took, in ms. */
const send = ({ method, path, headers, body, chunks }: WildRequest) =>
  new Promise<{ readonly status: number; readonly took: number }>((resolve, reject) => {
    const start = performance.now();
    const { hostname, port } = new URL(daybook.origin);
    const framing =
      chunks === undefined ? { 'content-length': body.length } : { 'transfer-encoding': 'chunked' };
    const request = httpRequest(
      {
        agent,
        hostname,
        port,
        method,
        path,
        headers: { authorization: daybook.authorization, ...framing, ...headers },
      },
      (response) => {
        response
          .on('end', () =>
            resolve({ status: response.statusCode ?? 0, took: performance.now() - start }),
          )
          .on('error', reject)
          .resume();
      },
    );
    request.setTimeout(PATIENCE, () => {
      request.destroy(new Error(`no answer to ${method} ${path} in ${PATIENCE} ms`));
    });
    request.on('error', reject);
    for (let at = 0; chunks !== undefined && at < body.length; at += chunks)
      request.write(body.subarray(at, at + chunks));
    request.end(chunks === undefined ? body : undefined);
  });

/** A Destination on another server is refused with 502 (RFC 4918 §9.8.5), which is no fault of ours. */
const elsewhere: ReadonlySet<string> = new Set(['COPY', 'MOVE']);

/** Whether a request is slow by itself, and not because the machine had other things to do. */
const isSlow = async (wild: WildRequest): Promise<boolean> => {
  for (let run = 0; run < TRIES; run += 1) if ((await send(wild)).took < SLOW) return false;
  return true;
};

describe('whatever is sent', () => {
  const seed = Number(process.env['FUZZ_SEED'] ?? randomInt(2 ** 31));

  it('is made of requests among which no report is forgotten', () => {
    const asked = reportRequests.map(({ body }) => body);
    for (const { name } of reports) {
      const local = name.slice(name.indexOf('}') + 1);
      expect([local, asked.some((text) => text.includes(`:${local} `))]).toEqual([local, true]);
    }
    const methods = new Set(goodRequests.map(({ method }) => method));
    for (const method of ['PROPPATCH', 'MKCALENDAR', 'MKCOL', 'COPY', 'MOVE', 'POST'])
      expect([method, methods.has(method)]).toEqual([method, true]);
  });

  it(
    `nothing breaks, hangs or stays in memory (again with FUZZ_SEED=${seed})`,
    async () => {
      const statuses = new Map<number, number>();
      let sent = 0;
      let early = 0;
      await fc.assert(
        fc.asyncProperty(wildRequest, async (wild) => {
          sent += 1;
          if (sent === WARM) early = await heap();
          const { status, took } = await send(wild);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          if (!(status === 502 && elsewhere.has(wild.method))) expect(status).toBeLessThan(500);
          if (took > SLOW) expect(await isSlow(wild)).toBe(false);
        }),
        {
          seed,
          numRuns: RUNS,
          plugins: [fc.interruptAfterTimeLimit(LONGEST, { failOnInterrupt: true })],
        },
      );
      expect(sent).toBe(RUNS);
      // It came through to where things happen: all of these, and not only refusals.
      for (const status of [200, 201, 204, 207, 400, 403, 404, 405, 409, 412, 415])
        expect([status, statuses.get(status) ?? 0]).not.toEqual([status, 0]);
      expect(daybook.logs()).not.toContain('request-failed');
      expect((await heap()) - early).toBeLessThan(15 * MIB);
      const listed = await daybook.request('PROPFIND', PERSONAL, { headers: { depth: '1' } });
      expect(listed.status).toBe(207);
      const verified = await daybook.daybook(['verify']);
      expect([verified.code, verified.err]).toEqual([0, '']);
    },
    1.5 * LONGEST,
  );
});
