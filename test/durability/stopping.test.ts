import { spawn } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEventStoreDbDouble } from '../support/eventstoredb-double/server.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { type Program, program } from '../support/program.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'api', 'main.js');
/** Ten seconds, which service managers wait before they kill, and something for a busy machine. */
const BOUND = 15_000;
const CARD = '/SOGo/dav/ada/Contacts/personal/one.vcf';

let postgres: TestPostgres;
let server: Program;
beforeEach(async () => {
  postgres = await startPostgres();
});
afterEach(async () => {
  postgres.thaw();
  await server.discard();
  await postgres.stop();
});

const put = (): Promise<number | string> =>
  server
    .request('PUT', CARD, {
      headers: { 'content-type': 'text/vcard' },
      body: 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:one\r\nFN:One\r\nEND:VCARD\r\n',
    })
    .then(
      ({ status }) => status,
      () => 'cut off',
    );

const readiness = async (): Promise<unknown> => (await fetch(`${server.origin}/readyz`)).json();

describe('while the database neither answers nor hangs up', () => {
  it('SIGTERM ends the server in time, and the same store serves again afterwards', async () => {
    server = await program({ DATABASE_URL: postgres.url });
    await server.start();
    expect(await put()).toBe(201);
    await postgres.freeze();
    const underWay = put();
    await expect.poll(readiness, { timeout: 10_000 }).toMatchObject({ ready: false });
    const began = performance.now();
    expect(await server.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(BOUND);
    expect([503, 'cut off']).toContain(await underWay);
    expect(server.logs()).toContain('server-stopped-late');
    postgres.thaw();
    await server.start();
    expect((await server.request('GET', CARD)).status).toBe(200);
  }, 120_000);

  it('the server is not ready, though the log is in an EventStoreDB that answers', async () => {
    const double = await startEventStoreDbDouble();
    server = await program({
      DATABASE_URL: postgres.url,
      EVENTSTORE_URL: double.connectionString,
    });
    await server.start();
    expect(await readiness()).toEqual({
      ready: true,
      parts: { store: true, database: true, projections: true },
    });
    await postgres.freeze();
    await expect.poll(readiness, { timeout: 20_000 }).toMatchObject({
      ready: false,
      parts: { store: true, database: false },
    });
    postgres.thaw();
    await expect.poll(readiness, { timeout: 30_000 }).toMatchObject({ ready: true });
    await server.stop();
    await double.stop();
  }, 120_000);
});

it('one Ctrl-C ends a command that waits for its projections to catch up', async () => {
  server = await program({ DATABASE_URL: postgres.url });
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query('begin; lock table collection.nodes, home.nodes, account.nodes');
  const command = spawn(process.execPath, [PROGRAM, 'user', 'list', '--data', server.data], {
    env: { ...process.env, DATABASE_URL: postgres.url },
    stdio: 'ignore',
  });
  const ended = new Promise<number | null>((resolve) => command.once('exit', resolve));
  try {
    const waiting = async () =>
      (await client.query('select from pg_locks where not granted')).rowCount ?? 0;
    await expect.poll(waiting, { timeout: 30_000 }).toBeGreaterThan(0);
    const began = performance.now();
    command.kill('SIGINT');
    expect(await ended).toBe(130);
    expect(performance.now() - began).toBeLessThan(BOUND);
  } finally {
    command.kill('SIGKILL');
    await client.end();
  }
}, 120_000);
