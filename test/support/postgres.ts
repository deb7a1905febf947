import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import {
  appendFile,
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { type Binaries, findBinaries } from '../../src/adapters/embedded/binaries.ts';
import { readPidFile } from '../../src/adapters/embedded/pid-file.ts';
import { type ServerUser, serverUser } from '../../src/adapters/embedded/server-user.ts';
import { guardedFolder } from './guarded-folder.ts';

const run = promisify(execFile);

/** A throwaway server on a unix socket. Whatever becomes of this process, the server does not outlive it. */
export interface TestPostgres {
  /** For `pg` and psql alike: `postgresql:///postgres?host=/tmp/…&user=daybook`. */
  readonly url: string;
  /** The data directory. */
  readonly dir: string;
  /** Stops it and removes its directory. */
  stop(): Promise<void>;
  /** Stops it cleanly and leaves its directory; `restart` starts it again. */
  halt(): Promise<void>;
  /** SIGSTOP for all its processes: it neither answers nor hangs up, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): void;
  /** A crash: SIGKILL for the postmaster and all its children. */
  kill(): Promise<void>;
  /** Starts it again on the same directory and url; stops it first when it runs. */
  restart(): Promise<void>;
}

/** Small enough that several test processes can have one each. */
const settings = `
listen_addresses = ''
shared_buffers = 32MB
max_connections = 100
max_wal_size = 256MB
max_logical_replication_workers = 0
jit = off
log_min_messages = warning
`;

/** Made once for each version and user, then copied: 0.2 s instead of 2 s for each server. */
const template = async (binaries: Binaries, user: ServerUser, root: string): Promise<string> => {
  const uid = user.ids?.uid ?? process.getuid?.() ?? 0;
  const target = join(root, `daybook-test-template-${binaries.version}-${uid}`);
  const made = await lstat(target).catch(() => undefined);
  if (made?.isDirectory() && made.uid === uid) return target;
  const draft = await mkdtemp(`${target}.new-`);
  if (user.ids) await chown(draft, user.ids.uid, user.ids.gid);
  await run(
    join(binaries.bin, 'initdb'),
    ['-D', draft, '-U', 'daybook', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '-N'],
    { ...user.ids, cwd: '/' },
  );
  await appendFile(join(draft, 'postgresql.conf'), settings);
  try {
    // Atomic: of several processes that got here at once, one wins and the others use its.
    await rename(draft, target);
    return target;
  } catch {
    await rm(draft, { recursive: true, force: true });
    return target;
  }
};

const childrenOf = async (parent: number): Promise<readonly number[]> => {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    // pid (comm) state ppid …; comm may hold anything, its closing bracket is the last one.
    const ppid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    if (ppid === parent) found.push(Number(name));
  }
  return found;
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // Gone already.
  }
};

/** Dead, though perhaps not yet reaped: orphans wait for init, which may take its time. */
const isGone = async (pid: number): Promise<boolean> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
};

const gone = async (pids: readonly number[]): Promise<void> => {
  const until = Date.now() + 20_000;
  for (const pid of pids)
    while (!(await isGone(pid))) {
      if (Date.now() > until) throw new Error(`process ${pid} does not end`);
      await sleep(5);
    }
};

/** Runs the server until its pid file says ready. */
const launch = async (
  binaries: Binaries,
  user: ServerUser,
  base: string,
): Promise<ChildProcess> => {
  const data = join(base, 'data');
  const log = openSync(join(base, 'log'), 'a');
  const server = spawn(join(binaries.bin, 'postgres'), ['-D', data, '-k', join(base, 's')], {
    ...user.ids,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  server.unref();
  const until = Date.now() + 60_000;
  for (;;) {
    const file = await readPidFile(data);
    if (file?.pid === server.pid && file?.status === 'ready') return server;
    if (server.exitCode !== null || server.signalCode !== null || Date.now() > until)
      throw new Error(`PostgreSQL did not start: ${await readFile(join(base, 'log'), 'utf8')}`);
    await sleep(10);
  }
};

/** Starts a server of its own for a test that stops, kills or restarts it. About 0.3 s. */
export const startPostgres = async (): Promise<TestPostgres> => {
  const user = await serverUser();
  const root = tmpdir();
  const binaries = await findBinaries({ user, copies: root });
  const from = await template(binaries, user, root);
  const { path: base, remove } = await guardedFolder('daybook-pg-');
  await mkdir(join(base, 's'), { mode: 0o700 });
  if (user.ids) {
    await chmod(base, 0o711);
    await chown(join(base, 's'), user.ids.uid, user.ids.gid);
  }
  // -a keeps owner and modes, which PostgreSQL checks.
  const dir = join(base, 'data');
  await run('cp', ['-a', from, dir]);
  let server = await launch(binaries, user, base);
  let frozen: readonly number[] = [];
  const thaw = (): void => {
    for (const pid of frozen) signal(pid, 'SIGCONT');
    frozen = [];
  };

  const end = async (by: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    const { pid } = server;
    thaw();
    if (pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
    if (by === 'SIGKILL') signal(pid, 'SIGSTOP'); // no new children while we look
    const all = [pid, ...(by === 'SIGKILL' ? await childrenOf(pid) : [])];
    for (const one of by === 'SIGKILL' ? all : [pid]) signal(one, by);
    await gone(all);
  };

  return {
    url: `postgresql:///postgres?host=${encodeURIComponent(join(base, 's'))}&user=daybook`,
    dir,
    halt: () => end('SIGINT'),
    freeze: async () => {
      const { pid } = server;
      if (pid === undefined) return;
      signal(pid, 'SIGSTOP'); // no new children while we look
      frozen = [pid, ...(await childrenOf(pid))];
      for (const one of frozen) signal(one, 'SIGSTOP');
    },
    thaw,
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGINT');
      server = await launch(binaries, user, base);
    },
    stop: async () => {
      await end('SIGINT');
      await remove();
    },
  };
};

/** Runs statements that cannot be in a transaction, over a connection of their own. */
const administer = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

/** Waits until nobody is connected to a database, three seconds at the most. */
const unused = async (url: string, name: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (let times = 0; times < 60; times += 1) {
      const { rowCount } = await client.query(
        'select from pg_stat_activity where datname = $1 limit 1',
        [name],
      );
      if (rowCount === 0) return;
      await sleep(50);
    }
  } finally {
    await client.end();
  }
};

declare global {
  // One for each process (or worker thread), however often a test runner loads this module.
  var daybookTestPostgres: Promise<TestPostgres> | undefined;
}

/**
 * An empty database for one test file, in a server that all files of this process share. About 50 ms.
 * The server ends with the process; `drop` may be left out, or closes whatever is still connected.
 */
export const freshDatabase = async (): Promise<{
  readonly url: string;
  drop(): Promise<void>;
}> => {
  globalThis.daybookTestPostgres ??= startPostgres();
  const server = await globalThis.daybookTestPostgres;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const identifier = pg.escapeIdentifier(name);
  await administer(server.url, `create database ${identifier}`);
  return {
    url: server.url.replace('/postgres?', `/${name}?`),
    async drop() {
      // A pool that has ended may still have a socket open; cut off, it would report an error to nobody.
      await unused(server.url, name);
      await administer(server.url, `drop database if exists ${identifier} with (force)`);
    },
  };
};
