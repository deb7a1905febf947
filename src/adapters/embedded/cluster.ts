import { execFile } from 'node:child_process';
import { chown, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import type { Binaries } from './binaries.ts';
import type { DataDirectory } from './data-directory.ts';
import { draftOf } from './drafts.ts';
import { EmbeddedFailure } from './failure.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

/** The superuser of the cluster, and the only role that may connect. */
export const role = 'daybook';

/** What the server's environment holds: nothing of ours, and messages in English, which we read. */
export const serverEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
});

/**
 * For a small machine. Every acknowledged commit is on the disk; no process runs that is not needed;
 * statements and details stay out of the log, because they hold people's data.
 */
const settings = (
  major: number,
): string => `# Written by Daybook at every start. Your own settings go into ../postgresql.conf.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
max_wal_senders = 2
max_wal_size = 512MB
checkpoint_timeout = 15min
shared_buffers = 40MB
max_connections = 30
work_mem = 4MB
maintenance_work_mem = 32MB
effective_cache_size = 256MB
random_page_cost = 1.1
huge_pages = off
jit = off
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum = on
autovacuum_max_workers = 2
${major >= 18 ? 'io_method = sync\n' : ''}timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
log_checkpoints = off
log_line_prefix = '%m [%p] '
include_if_exists = '../postgresql.conf'
`;

const ownSettings = `# Your own PostgreSQL settings. Read at every start, after Daybook's.
`;

/** The socket's directory is private (0700), and so is the socket: that is the door. */
const whoMayConnect = `# Written by Daybook at every start.
local all ${role} trust
local replication ${role} trust
`;

const writeUnlessSame = async (path: string, text: string, user: ServerUser): Promise<void> => {
  if ((await readFile(path, 'utf8').catch(() => undefined)) === text) return;
  const draft = draftOf(path);
  await writeFile(draft, text, { mode: 0o600 });
  if (user.ids) await chown(draft, user.ids.uid, user.ids.gid);
  await rename(draft, path);
};

/** Brings the cluster's settings to what this version of Daybook wants, the administrator's excepted. */
export const configure = async (directory: DataDirectory, major: number): Promise<void> => {
  const own = join(directory.root, 'postgresql.conf');
  if (!(await stat(own).catch(() => undefined)))
    await writeUnlessSame(own, ownSettings, directory.user);
  await writeUnlessSame(
    join(directory.cluster, 'postgresql.conf'),
    settings(major),
    directory.user,
  );
  await writeUnlessSame(join(directory.cluster, 'pg_hba.conf'), whoMayConnect, directory.user);
};

/** Characters sort by code point on every machine, whatever its C library. */
const localeArguments = (major: number): readonly string[] => {
  if (major >= 17) return ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  return process.platform === 'darwin' ? ['--locale=C'] : ['--locale=C.UTF-8'];
};

const syncFolder = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Makes the cluster, about 1 to 3 s. Built beside its place and moved there when it is whole and on
 * the disk, so that a kill leaves nothing half made, and of two processes one wins.
 *
 * @throws EmbeddedFailure `start-failed` with initdb's own words
 */
export const createCluster = async (
  directory: DataDirectory,
  binaries: Binaries,
): Promise<void> => {
  const draft = draftOf(directory.cluster);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const { ids } = directory.user;
  if (ids) await chown(draft, ids.uid, ids.gid);
  try {
    await run(
      join(binaries.bin, 'initdb'),
      [
        `--pgdata=${draft}`,
        `--username=${role}`,
        '--auth=trust',
        '--encoding=UTF8',
        ...localeArguments(binaries.major),
        '--data-checksums',
        '--no-instructions',
      ],
      { ...ids, cwd: '/', env: serverEnvironment() },
    );
    await rename(draft, directory.cluster);
    await syncFolder(directory.root);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (await stat(join(directory.cluster, 'PG_VERSION')).catch(() => undefined)) return;
    const words =
      error instanceof Error && 'stderr' in error && String(error.stderr).trim() !== ''
        ? String(error.stderr).trim()
        : String(error);
    throw new EmbeddedFailure(
      'start-failed',
      `${join(binaries.bin, 'initdb')} could not make ${directory.cluster}: ${words}`,
      error,
    );
  }
};
