import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'api', 'main.js');

interface Started {
  readonly child: ChildProcess;
  out(): string;
  err(): string;
  readonly ended: Promise<number | null>;
}

describe('the first start of daybook serve', () => {
  let data: string;
  let taken: Server;
  const running: Started[] = [];

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'daybook-first-'));
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  });
  const endAll = async (): Promise<void> => {
    for (const { child, ended } of running.splice(0)) {
      child.kill('SIGTERM');
      await ended;
    }
  };
  afterEach(endAll);
  afterAll(async () => {
    await new Promise((resolve) => taken.close(resolve));
    await rm(data, { recursive: true, force: true, maxRetries: 5 });
  });

  const serve = (listen: string): Started => {
    const child = spawn(process.execPath, [PROGRAM, 'serve', '--data', data, '--listen', listen]);
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const started = { child, out: () => out, err: () => err, ended };
    running.push(started);
    return started;
  };

  const ready = async (listen: string): Promise<string> => {
    const { out } = serve(listen);
    await expect.poll(out, { timeout: 60_000 }).toContain('Stop with Ctrl-C.');
    return out();
  };

  it('says so where another program has the address', async () => {
    const address = taken.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { ended, err } = serve(`127.0.0.1:${port}`);
    expect(await ended).toBe(1);
    expect(err()).toContain(
      `daybook: cannot listen on 127.0.0.1:${port}: another program listens there already`,
    );
    expect(err()).toContain('--listen');
  }, 90_000);

  it('makes a user and prints the password, also when the attempt before could not listen', async () => {
    const out = await ready('127.0.0.1:0');
    const origin = /ready: (\S+)\/\n/.exec(out)?.[1] ?? '';
    const password = /password {2}(\S+)/.exec(out)?.[1] ?? '';
    const calendar = /calendar {2}(\S+)/.exec(out)?.[1] ?? '';
    expect(calendar).toBe(`${origin}/SOGo/dav/demo/Calendar/personal/`);
    const authorization = `Basic ${Buffer.from(`demo:${password}`).toString('base64')}`;
    const found = await fetch(calendar, {
      method: 'PROPFIND',
      headers: { authorization, depth: '0' },
    });
    expect(found.status).toBe(207);
    expect(out).toContain(`npx daybook user add NAME --data ${data}\n`);
    expect(out).toContain(`Everything is kept in ${data}.`);
  }, 90_000);

  it('is over then: the second one makes nobody and prints no password', async () => {
    const out = await ready('127.0.0.1:0');
    expect(out).toContain('is ready');
    expect(out).not.toContain('password');
  }, 90_000);

  it('ends properly on the Ctrl-C that npm start passes on a second time', async () => {
    await ready('127.0.0.1:0');
    const [server] = running;
    server?.child.kill('SIGINT');
    // npm passes it on at once; a process that has stopped already would die of it.
    await expect
      .poll(() => server?.err(), { timeout: 15_000, interval: 2 })
      .toContain('"server-stopping"');
    server?.child.kill('SIGINT');
    expect(await server?.ended).toBe(0);
    expect(server?.err()).toContain('"embedded-stopped"');
  }, 90_000);

  it('takes a socket that a killed server left behind, and no other', async () => {
    const path = join(data, 'serve.sock');
    await ready(`unix:${path}`);
    const second = serve(`unix:${path}`);
    expect(await second.ended).toBe(1);
    expect(second.err()).toContain('another program listens there already');
    running[0]?.child.kill('SIGKILL');
    await running[0]?.ended;
    expect(await ready(`unix:${path}`)).toContain('is ready');
  }, 120_000);
});
