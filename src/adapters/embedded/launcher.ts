import { copyFile, readFile, stat, truncate } from 'node:fs/promises';
import { join as path } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Binaries, findBinaries } from './binaries.ts';
import { configure, createCluster } from './cluster.ts';
import { type DataDirectory, openDataDirectory } from './data-directory.ts';
import { EmbeddedFailure } from './failure.ts';
import { join, type Membership, mayPass, urlOf } from './membership.ts';
import { endPostmaster, type Postmaster, serve } from './postmaster.ts';

/** What the launcher reports as it goes; times in milliseconds. */
export type EmbeddedEvent =
  | { readonly kind: 'creating'; readonly directory: string; readonly version: string }
  | {
      readonly kind: 'starting';
      readonly directory: string;
      readonly bin: string;
      readonly user: string;
    }
  /** Recovery after a crash, most likely. `status` is the server's word. */
  | { readonly kind: 'waiting'; readonly status: string; readonly forMs: number }
  | {
      readonly kind: 'ready';
      readonly pid?: number;
      readonly adopted: boolean;
      readonly tookMs: number;
    }
  | { readonly kind: 'lost'; readonly reason: string }
  | { readonly kind: 'retrying'; readonly reason: string; readonly inMs: number }
  /** Other processes still use the server; it runs on. */
  | { readonly kind: 'left' }
  | { readonly kind: 'stopped'; readonly tookMs: number }
  | { readonly kind: 'stuck'; readonly pid: number };

export interface EmbeddedOptions {
  /** Made when missing. As root it must be reachable for the user PostgreSQL runs as. */
  readonly dataDir: string;
  log(event: EmbeddedEvent): void;
  /** The folder of the programs to use. Default: `DAYBOOK_POSTGRES_BIN`, else the best found. */
  readonly programs?: string;
  /** Ends an opening that takes long. */
  readonly signal?: AbortSignal;
  /** How long a start may take, recovery included. Default: 5 minutes. */
  readonly patienceMs?: number;
}

export interface Embedded {
  /** For `pg` and psql; the same for as long as this lasts, restarts of the server included. */
  readonly url: string;
  /** Whether the server was running already: left by a killed process, or used by another one. */
  readonly adopted: boolean;
  /** The folder of the programs. */
  readonly binaries: string;
  /** The programs' version: `15.18`. */
  readonly version: string;
  /** Lets go of the server, and stops it unless another process uses it. Close connections first. */
  stop(): Promise<void>;
}

const largestLog = 4 * 1024 * 1024;
const longestPause = 15_000;

/** Keeps the server's log and one older, 8 MiB in all. The server appends, so truncating is safe. */
const boundLog = async (file: string): Promise<void> => {
  const { size } = await stat(file);
  if (size <= largestLog) return;
  await copyFile(file, `${file}.1`);
  await truncate(file, 0);
};

const prepare = async (
  options: EmbeddedOptions,
): Promise<{ readonly directory: DataDirectory; readonly binaries: Binaries }> => {
  const directory = await openDataDirectory(options.dataDir);
  const wanted = {
    user: directory.user,
    copies: directory.root,
    ...(options.programs === undefined ? {} : { override: options.programs }),
  };
  const binaries = await findBinaries({
    ...wanted,
    ...(directory.major === undefined ? {} : { major: directory.major }),
  });
  if (directory.major !== undefined) return { directory, binaries };
  options.log({ kind: 'creating', directory: directory.cluster, version: binaries.version });
  await createCluster(directory, binaries);
  // Another process may have been faster, with other programs.
  const major = Number.parseInt(await readFile(path(directory.cluster, 'PG_VERSION'), 'utf8'), 10);
  if (major === binaries.major) return { directory, binaries };
  return { directory, binaries: await findBinaries({ ...wanted, major }) };
};

interface Claim {
  readonly server: Postmaster;
  readonly membership: Membership;
}

const refusal = (directory: DataDirectory, error: unknown): EmbeddedFailure =>
  new EmbeddedFailure(
    'start-failed',
    `PostgreSQL on ${directory.cluster} runs and refuses Daybook: ${error instanceof Error ? error.message : String(error)}. See ${directory.logFile}`,
    error,
  );

const abortOf = (signal: AbortSignal): Promise<undefined> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(undefined);
    });
  });

/**
 * Opens the PostgreSQL that Daybook brings along, when there is no `DATABASE_URL`: makes the data
 * directory on first use, starts the server or adopts the one already running there, and starts it
 * again whenever it dies. Any number of processes may open one directory; the last one stops it.
 *
 * @throws EmbeddedFailure, whose message tells an administrator what to do
 */
export const openEmbedded = async (options: EmbeddedOptions): Promise<Embedded> => {
  const { log } = options;
  const { directory, binaries } = await prepare(options);
  const closing = new AbortController();

  /** Finds or starts the server and claims it; one that is being stopped under our eyes is started again. */
  const claim = async (signal: AbortSignal): Promise<Claim> => {
    const began = Date.now();
    const until = began + (options.patienceMs ?? 300_000);
    let launched = false;
    for (;;) {
      const server = await serve(directory, binaries, {
        until,
        signal,
        waiting: (status, forMs) => {
          log({ kind: 'waiting', status, forMs });
        },
      });
      launched ||= server.launched;
      try {
        const membership = await join(server.socketDirectory);
        const tookMs = Date.now() - began;
        const { pid } = server;
        log({ kind: 'ready', ...(pid === undefined ? {} : { pid }), adopted: !launched, tookMs });
        return { server: { ...server, launched }, membership };
      } catch (error) {
        if (!mayPass(error) || Date.now() > until) throw refusal(directory, error);
        await sleep(50);
      }
    }
  };

  await configure(directory, binaries.major);
  log({
    kind: 'starting',
    directory: directory.cluster,
    bin: binaries.bin,
    user: directory.user.name,
  });
  let held = await claim(options.signal ?? closing.signal);
  const { socketDirectory, launched } = held.server;

  /** Nobody else would start it again: claims it anew for as long as it takes. */
  const aborted = abortOf(closing.signal);
  const keep = async (): Promise<void> => {
    for (;;) {
      const reason = await Promise.race([held.membership.over, aborted]);
      if (reason === undefined || closing.signal.aborted) return;
      log({ kind: 'lost', reason });
      for (let pause = 250; ; pause = Math.min(pause * 2, longestPause)) {
        try {
          held = await claim(closing.signal);
          break;
        } catch (error) {
          if (closing.signal.aborted) return;
          const why = error instanceof Error ? error.message : String(error);
          log({ kind: 'retrying', reason: why, inMs: pause });
          await sleep(pause, undefined, { signal: closing.signal }).catch(() => undefined);
        }
      }
    }
  };
  const keeping = keep();

  const bounding = setInterval(() => {
    // A log that cannot be shortened is no reason to stop.
    boundLog(directory.logFile).catch(() => undefined);
  }, 60_000);
  bounding.unref();

  const stop = async (): Promise<void> => {
    const began = Date.now();
    clearInterval(bounding);
    closing.abort();
    await keeping;
    const { pid } = held.server;
    // The session may be lost without our having noticed; without a server there is nothing to leave.
    const alone = await held.membership
      .leave()
      .catch(async () => (await join(socketDirectory)).leave())
      .catch(() => false);
    if (!alone || pid === undefined) {
      log({ kind: 'left' });
    } else if (await endPostmaster(pid, directory.cluster)) {
      log({ kind: 'stopped', tookMs: Date.now() - began });
    } else {
      log({ kind: 'stuck', pid });
    }
  };
  let stopping: Promise<void> | undefined;

  return {
    url: urlOf(socketDirectory),
    adopted: !launched,
    binaries: binaries.bin,
    version: binaries.version,
    stop: () => (stopping ??= stop()),
  };
};
