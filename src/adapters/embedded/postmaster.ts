import { type ChildProcess, spawn } from 'node:child_process';
import { link, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Binaries } from './binaries.ts';
import { serverEnvironment } from './cluster.ts';
import type { DataDirectory } from './data-directory.ts';
import { EmbeddedFailure } from './failure.ts';
import { isAlive, readPidFile, servesCluster } from './pid-file.ts';

/** A server that says it takes connections. */
export interface Postmaster {
  /** Absent when it answers from another container, where we see its socket and not its process. */
  readonly pid?: number;
  readonly socketDirectory: string;
  /** Whether this call started it; otherwise it was running already. */
  readonly launched: boolean;
}

export interface Waiting {
  /** Give up then; milliseconds since the epoch. A server that is still recovering is left to it. */
  readonly until: number;
  readonly signal: AbortSignal;
  /** Called every few seconds while nothing happens. `status` is the server's own word. */
  waiting(status: string, forMs: number): void;
}

const reportEvery = 10_000;

/** The log's last words since `from`, at most 4 KiB. */
const tailSince = async (file: string, from: number): Promise<string> => {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const start = Math.max(Math.min(from, size), size - 4096);
    const { buffer, bytesRead } = await handle.read(
      Buffer.alloc(size - start),
      0,
      size - start,
      start,
    );
    return buffer.subarray(0, bytesRead).toString('utf8').trim();
  } finally {
    await handle.close();
  }
};

/** Starts a server in a session of its own, so that Ctrl-C on our terminal does not reach it. */
const launch = async (directory: DataDirectory, binaries: Binaries): Promise<ChildProcess> => {
  // Its own file, not a pipe to us: it must be able to write when we are gone.
  const log = await open(directory.logFile, 'a');
  try {
    const child = spawn(
      join(binaries.bin, 'postgres'),
      [
        ...['-D', directory.cluster],
        ...['-c', `unix_socket_directories=${directory.socketDirectory}`],
        ...['-c', 'unix_socket_permissions=0700'],
        ...['-c', 'listen_addresses='],
        ...['-c', 'port=5432'],
      ],
      {
        ...directory.user.ids,
        cwd: '/',
        env: serverEnvironment(),
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
      },
    );
    // A failed spawn shows as a child without a pid.
    child.on('error', () => undefined);
    child.unref();
    return child;
  } finally {
    await log.close();
  }
};

/**
 * Takes a pid file out of the way whose process id now belongs to a stranger: PostgreSQL itself only
 * asks whether the id is alive, and would refuse to start for ever.
 */
const discardStale = async (cluster: string, pid: number): Promise<void> => {
  const path = join(cluster, 'postmaster.pid');
  const aside = `${path}.stale-${process.pid}`;
  await rename(path, aside).catch(() => undefined);
  const text = await readFile(aside, 'utf8').catch(() => undefined);
  // Another process may have put a fresh one there since we looked: give it back.
  if (text !== undefined && Number(text.split('\n')[0]) !== pid)
    await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
};

/**
 * Whether something listens there. PostgreSQL judges by process ids alone and would start a second
 * server on data that another container is using.
 */
const answers = (socketDirectory: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(join(socketDirectory, '.s.PGSQL.5432'));
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', settle(true)).once('error', settle(false));
  });

/** Another server was faster, or the children of a killed one are not gone yet: worth another look. */
const passing = /lock file "postmaster\.pid"|shared memory block/;

/** Whether the process ended, or never began. */
const ended = (child: ChildProcess): boolean =>
  child.pid === undefined || child.exitCode !== null || child.signalCode !== null;

/**
 * Finds the server of this cluster or starts one, and waits until it takes connections: recovery
 * after a crash may take minutes.
 *
 * @throws EmbeddedFailure `start-failed` with the log's last words; the signal's reason when aborted
 */
export const serve = async (
  directory: DataDirectory,
  binaries: Binaries,
  wait: Waiting,
): Promise<Postmaster> => {
  const began = Date.now();
  let child: ChildProcess | undefined;
  let logStart = 0;
  let reported = began;
  let strikes = 0;
  for (;;) {
    if (wait.signal.aborted) {
      if (child?.pid !== undefined && !ended(child)) child.kill('SIGINT');
      wait.signal.throwIfAborted();
    }
    const file = await readPidFile(directory.cluster);
    const living = file !== undefined && (await servesCluster(file.pid, directory.cluster));
    if (living && file.status === 'ready')
      return {
        pid: file.pid,
        socketDirectory: file.socketDirectory ?? directory.socketDirectory,
        launched: file.pid === child?.pid,
      };
    if (child && ended(child)) {
      const words = await tailSince(directory.logFile, logStart);
      child = undefined;
      // Half a minute of this is not passing any more.
      if (!passing.test(words) || ++strikes > 60)
        throw new EmbeddedFailure(
          'start-failed',
          `${join(binaries.bin, 'postgres')} did not start on ${directory.cluster}: ${words === '' ? 'it said nothing' : words}`,
        );
      await sleep(500);
    } else if (!living && !child) {
      const place = file?.socketDirectory;
      if (place !== undefined && (await answers(place))) {
        // Started this instant, most likely: then the file has changed.
        if ((await readPidFile(directory.cluster))?.pid !== file?.pid) continue;
        return { socketDirectory: place, launched: false };
      }
      if (file && isAlive(file.pid)) await discardStale(directory.cluster, file.pid);
      logStart = (await stat(directory.logFile)).size;
      child = await launch(directory, binaries);
    }
    const now = Date.now();
    if (now > wait.until)
      throw new EmbeddedFailure(
        'start-failed',
        `PostgreSQL on ${directory.cluster} does not take connections yet (${file?.status ?? 'no pid file'}); it is left to go on, see ${directory.logFile} and start again later`,
      );
    if (now - reported >= reportEvery) {
      reported = now;
      wait.waiting(file?.status ?? 'unknown', now - began);
    }
    await sleep(now - began < 2_000 ? 15 : 100);
  }
};

const quiet = async (pid: number, cluster: string, forMs: number): Promise<boolean> => {
  for (const until = Date.now() + forMs; Date.now() < until; await sleep(10))
    if (!(await servesCluster(pid, cluster))) return true;
  return false;
};

const send = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone since.
  }
};

/**
 * Ends the server: fast (sessions are cut, everything is written), and when that takes longer than
 * 30 s immediately, which the next start pays for with recovery.
 *
 * @returns whether it is gone
 */
export const endPostmaster = async (pid: number, cluster: string): Promise<boolean> => {
  if (!(await servesCluster(pid, cluster))) return true;
  send(pid, 'SIGINT');
  if (await quiet(pid, cluster, 30_000)) return true;
  send(pid, 'SIGQUIT');
  return quiet(pid, cluster, 10_000);
};
