import { execFile } from 'node:child_process';
import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  type EmbeddedData,
  embeddedData,
  eventually,
  isServed,
  open,
  pidIn,
} from '../support/embedded-data.ts';
import { compiledLauncher, embeddedProcess } from '../support/embedded-process.ts';

const run = promisify(execFile);

let data: EmbeddedData;
let compiled: Awaited<ReturnType<typeof compiledLauncher>>;

beforeAll(async () => {
  data = await embeddedData();
  compiled = await compiledLauncher();
});

afterAll(async () => {
  await compiled.remove();
  await data.remove();
});

describe('the embedded PostgreSQL', () => {
  test('makes its data directory on first use and says so', async () => {
    expect(data.firstEvents.map(({ kind }) => kind)).toEqual([
      'creating',
      'starting',
      'ready',
      'stopped',
    ]);
    expect(await isServed(data.made)).toBe(false);
  });

  test('keeps the data from one start to the next, moved directories included', async () => {
    const store = await open(await data.copy());
    expect(store.adopted).toBe(false);
    expect(await ask(store.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await store.stop();
  });

  test('loses nothing it acknowledged, checks its pages and sorts by code point', async () => {
    const dataDir = await data.copy();
    const store = await open(dataDir);
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums'];
    for (const name of names)
      expect(await ask(store.url, `show ${name}`)).toEqual([{ [name]: 'on' }]);
    expect(await ask(store.url, "select 'Z' < 'a' as sorted")).toEqual([{ sorted: true }]);
    expect(await ask(store.url, 'show server_encoding')).toEqual([{ server_encoding: 'UTF8' }]);
    await store.stop();
  });

  test('listens nowhere but on a socket that only its user can reach', async () => {
    const dataDir = await data.copy();
    const store = await open(dataDir);
    expect(await ask(store.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }]);
    expect((await stat(join(dataDir, 'run'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'run/.s.PGSQL.5432'))).mode & 0o777).toBe(0o700);
    await store.stop();
  });

  test('takes the administrator’s own settings after its own', async () => {
    const dataDir = await data.copy();
    await writeFile(join(dataDir, 'postgresql.conf'), 'work_mem = 7MB\n');
    const store = await open(dataDir);
    expect(await ask(store.url, 'show work_mem')).toEqual([{ work_mem: '7MB' }]);
    await store.stop();
  });

  test('goes elsewhere with its socket when the path is too long for one (107 octets)', async () => {
    const deep = join(data.folder, 'd'.repeat(60), 'e'.repeat(60));
    await mkdir(dirname(deep), { recursive: true });
    await run('cp', ['-a', data.made, deep]);
    const store = await open(deep);
    const place = (await readFile(join(deep, 'socket-directory'), 'utf8')).trim();
    expect((await stat(place)).mode & 0o777).toBe(0o700);
    expect(await ask(store.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await store.stop();
    const again = await open(deep);
    expect(again.url).toBe(store.url);
    await again.stop();
    await run('rm', ['-rf', place]);
  });
});

describe('processes that share a data directory', () => {
  test('a server that a killed process left behind is adopted, and stopped in the end', async () => {
    const dataDir = await data.copy();
    const first = embeddedProcess(compiled.entry, { dataDir });
    await first.until('open');
    const pid = await pidIn(dataDir);
    first.child.kill('SIGKILL');
    await expect(first.until('stopped')).rejects.toThrow(/never said/);
    expect(await isServed(dataDir)).toBe(true);
    const store = await open(dataDir);
    expect(store.adopted).toBe(true);
    expect(await pidIn(dataDir)).toBe(pid);
    expect(await ask(store.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await store.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test('the server runs until the last one leaves', async () => {
    const dataDir = await data.copy();
    const server = embeddedProcess(compiled.entry, { dataDir });
    const { url } = await server.until('open');
    const command = await open(dataDir);
    expect(command.adopted).toBe(true);
    expect(command.url).toBe(url);
    await command.stop();
    expect(command.events.at(-1)).toEqual({ kind: 'left' });
    expect(await ask(url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await server.stop();
    expect(server.told.at(-1)).toMatchObject({ kind: 'stopped' });
    expect(await isServed(dataDir)).toBe(false);
  });

  test('the one that launched it may leave first', async () => {
    const dataDir = await data.copy();
    const launcher = embeddedProcess(compiled.entry, { dataDir });
    await launcher.until('open');
    const second = await open(dataDir);
    await launcher.stop();
    expect(launcher.told.at(-1)).toEqual({ kind: 'left' });
    expect(await ask(second.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await second.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test('both may make it at once: one directory, one server', async () => {
    const dataDir = join(data.folder, 'contended');
    const both = [1, 2].map(() => embeddedProcess(compiled.entry, { dataDir }));
    const opened = await Promise.all(both.map((one) => one.until('open')));
    expect(opened[0]?.url).toBe(opened[1]?.url);
    expect(opened.filter(({ adopted }) => !adopted)).toHaveLength(1);
    await Promise.all(both.map((one) => one.stop()));
    expect(await isServed(dataDir)).toBe(false);
    const kinds = new Set(both.map(({ told }) => told.at(-1)?.kind));
    expect(kinds).toEqual(new Set(['left', 'stopped']));
  });

  test('whoever comes while the last one leaves finds a server all the same', async () => {
    const dataDir = await data.copy();
    let current = await open(dataDir);
    for (let round = 0; round < 8; round += 1) {
      const leaving = current.stop();
      await sleep(round * 4);
      current = await open(dataDir);
      expect(await ask(current.url, 'select word from kept')).toEqual([{ word: 'first' }]);
      await leaving;
      expect(await ask(current.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    }
    await current.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test('a server whose process cannot be seen, in another container, gets no rival', async () => {
    const dataDir = await data.copy();
    const visible = await open(dataDir);
    const pidFile = join(dataDir, 'pgdata/postmaster.pid');
    const truth = await readFile(pidFile, 'utf8');
    // A process id of another container means nothing here: one that never is.
    await writeFile(pidFile, truth.replace(/^\d+/, '4194303'));
    const store = await open(dataDir);
    expect(store.adopted).toBe(true);
    const pid = Number(truth.split('\n')[0]);
    expect(await ask(store.url, 'select pg_postmaster_start_time() is not null as up')).toEqual([
      { up: true },
    ]);
    await store.stop();
    await writeFile(pidFile, truth);
    expect(await pidIn(dataDir)).toBe(pid);
    await visible.stop();
    expect(await isServed(dataDir)).toBe(false);
  });
});

describe('after a crash', () => {
  test('a killed server comes back by itself under the same url', async () => {
    const dataDir = await data.copy();
    const store = await open(dataDir);
    const pid = await pidIn(dataDir);
    process.kill(pid, 'SIGKILL');
    await eventually(() => ask(store.url, "insert into kept values ('second')"));
    expect(await pidIn(dataDir)).not.toBe(pid);
    expect(await ask(store.url, 'select word from kept order by word')).toEqual([
      { word: 'first' },
      { word: 'second' },
    ]);
    expect(store.events.map(({ kind }) => kind)).toContain('lost');
    await store.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test('an adopted server that is killed comes back too, once, for all who use it', async () => {
    const dataDir = await data.copy();
    const one = await open(dataDir);
    const other = await open(dataDir);
    process.kill(await pidIn(dataDir), 'SIGKILL');
    for (const store of [one, other]) {
      await eventually(() =>
        Promise.resolve(store.events.filter(({ kind }) => kind === 'ready').length === 2),
      );
      expect(await ask(store.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    }
    await one.stop();
    expect(await isServed(dataDir)).toBe(true);
    await other.stop();
    expect(await isServed(dataDir)).toBe(false);
  });

  test('stopping while the server is away ends in time and leaves none behind', async () => {
    const dataDir = await data.copy();
    const store = await open(dataDir);
    process.kill(await pidIn(dataDir), 'SIGKILL');
    await store.stop();
    await eventually(async () => !(await isServed(dataDir)));
    expect(store.events.map(({ kind }) => kind)).not.toContain('stuck');
  });

  test('a pid file whose number now belongs to a stranger does not stop the start', async () => {
    const dataDir = await data.copy();
    const pidFile = join(dataDir, 'pgdata/postmaster.pid');
    await writeFile(pidFile, `${process.pid}\n${join(dataDir, 'pgdata')}\n1\n5432\n\n\n\n`);
    if (process.getuid?.() === 0) {
      const { uid, gid } = await stat(join(dataDir, 'pgdata'));
      await chown(pidFile, uid, gid);
    }
    const store = await open(dataDir);
    expect(await ask(store.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await store.stop();
  });

  test('a making that was killed half way leaves nothing that stops the next', async () => {
    const dataDir = join(data.folder, 'interrupted');
    const first = embeddedProcess(compiled.entry, { dataDir });
    await first.until('creating');
    await eventually(() => stat(join(dataDir, `pgdata.new-${first.child.pid}`, 'PG_VERSION')));
    first.child.kill('SIGKILL');
    await expect(first.until('open')).rejects.toThrow(/never said/);
    const store = await open(dataDir);
    expect(await ask(store.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await store.stop();
  });
});
