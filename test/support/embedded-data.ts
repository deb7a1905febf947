import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { EmbeddedFailure } from '../../src/adapters/embedded/failure.ts';
import {
  type Embedded,
  type EmbeddedEvent,
  openEmbedded,
} from '../../src/adapters/embedded/launcher.ts';
import { readPidFile, servesCluster } from '../../src/adapters/embedded/pid-file.ts';
import { guardedFolder } from './guarded-folder.ts';

const run = promisify(execFile);

/** The rows a statement gives, over a connection of its own. */
export const ask = async (
  url: string,
  sql: string,
): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

/** Until it neither throws nor says false; half a minute at most. */
export const eventually = async (what: () => Promise<unknown>): Promise<void> => {
  for (const until = Date.now() + 30_000; ; await sleep(20)) {
    try {
      if ((await what()) !== false) return;
    } catch (error) {
      if (Date.now() > until) throw error;
    }
    if (Date.now() > until) throw new Error('it never happened');
  }
};

/** Opens a store and keeps what it reports. */
export const open = async (
  dataDir: string,
  more: { readonly programs?: string } = {},
): Promise<Embedded & { readonly events: readonly EmbeddedEvent[] }> => {
  const events: EmbeddedEvent[] = [];
  const store = await openEmbedded({ dataDir, log: (event) => events.push(event), ...more });
  return { ...store, events };
};

/** What opening fails with. */
export const refused = async (
  dataDir: string,
  more: { readonly programs?: string } = {},
): Promise<EmbeddedFailure> => {
  try {
    await (await open(dataDir, more)).stop();
  } catch (error) {
    if (error instanceof EmbeddedFailure) return error;
    throw error;
  }
  throw new Error(`${dataDir} was opened`);
};

/** The process id the data directory’s pid file names. */
export const pidIn = async (dataDir: string): Promise<number> => {
  const file = await readPidFile(join(dataDir, 'pgdata'));
  if (!file) throw new Error(`no server in ${dataDir}`);
  return file.pid;
};

/** Whether a server runs on this data directory. */
export const isServed = async (dataDir: string): Promise<boolean> => {
  const file = await readPidFile(join(dataDir, 'pgdata'));
  return file !== undefined && servesCluster(file.pid, join(dataDir, 'pgdata'));
};

/** A folder for the data directories of one test file. */
export interface EmbeddedData {
  readonly folder: string;
  /** What the first opening of the original reported. */
  readonly firstEvents: readonly EmbeddedEvent[];
  /** The original: made, given the table `kept` with the word `first`, and stopped. */
  readonly made: string;
  /** A copy of the original to work on. */
  copy(): Promise<string>;
  remove(): Promise<void>;
}

/** Makes one data directory, because that takes more than a second, and hands out copies. */
export const embeddedData = async (): Promise<EmbeddedData> => {
  const { path: folder, remove } = await guardedFolder('daybook-e-');
  // Other users of the tests pass through.
  await chmod(folder, 0o755);
  const made = join(folder, 'made');
  const store = await open(made);
  await ask(store.url, 'create table kept(word text)');
  await ask(store.url, "insert into kept values ('first')");
  await store.stop();
  let copies = 0;
  return {
    folder,
    firstEvents: store.events,
    made,
    copy: async () => {
      copies += 1;
      const path = join(folder, `copy${copies}`);
      await run('cp', ['-a', made, path]);
      return path;
    },
    remove,
  };
};
