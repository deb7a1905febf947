import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { sweepDrafts } from './drafts.ts';
import { EmbeddedFailure, hasCode } from './failure.ts';
import { blockedAt, type ServerUser, serverUser } from './server-user.ts';

const run = promisify(execFile);

/** Where things are, made ready for the server's user. */
export interface DataDirectory {
  readonly root: string;
  /** PostgreSQL's own data directory; exists once `major` does. */
  readonly cluster: string;
  /** Mode 0700, the server user's: whoever cannot enter it cannot connect. */
  readonly socketDirectory: string;
  readonly logFile: string;
  readonly user: ServerUser;
  /** The major version that made the data, when there is data. */
  readonly major?: number;
}

const statOf = (path: string): Promise<Stats | undefined> =>
  stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });

const give = async (path: string, user: ServerUser): Promise<void> => {
  if (user.ids) await chown(path, user.ids.uid, user.ids.gid);
};

/** @returns its real path. */
const makeRoot = async (dataDir: string): Promise<string> => {
  try {
    const wanted = resolve(dataDir);
    await mkdir(dirname(wanted), { recursive: true });
    await mkdir(wanted, { mode: 0o700 }).catch((error: unknown) => {
      if (!hasCode(error, 'EEXIST')) throw error;
    });
    return await realpath(wanted);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EmbeddedFailure(
      'unreachable',
      `cannot use ${dataDir} for data: ${reason}. Choose another place with --data DIR`,
      error,
    );
  }
};

/** Whether a directory is plainly root's, or another process is just opening it to the server's user. */
const isRoots = ({ uid, gid }: Stats, ids: { readonly gid: number }): boolean =>
  uid === 0 && (gid === 0 || gid === ids.gid);

/**
 * Lets the server's user through the data directory itself when it is plainly root's.
 *
 * @throws EmbeddedFailure `unreachable` naming the directory in the way and the ways out
 */
const openWay = async (root: string, user: ServerUser): Promise<void> => {
  if (!user.ids) return;
  let blocked = await blockedAt(root, user);
  if (blocked === root) {
    const found = await stat(root);
    if (isRoots(found, user.ids)) {
      // Through its group, so that nobody else gains anything.
      await chown(root, 0, user.ids.gid);
      await chmod(root, (found.mode & 0o7777) | 0o010);
      blocked = await blockedAt(root, user);
    }
  }
  if (blocked !== undefined)
    throw new EmbeddedFailure(
      'unreachable',
      `PostgreSQL refuses to run as root, so it runs as ${user.name}, and ${user.name} may not enter ${blocked}. Choose another place with --data DIR (for example /var/lib/daybook), or allow it with "chmod o+x ${blocked}", or start Daybook as an ordinary user`,
    );
};

/** What is at the cluster's place already. @throws EmbeddedFailure `foreign-data` */
const existing = async (
  cluster: string,
): Promise<{ readonly uid: number; readonly gid: number; readonly major: number } | undefined> => {
  const found = await statOf(cluster);
  if (!found) return undefined;
  const own = process.getuid?.() ?? 0;
  if (own !== 0 && found.uid !== own)
    throw new EmbeddedFailure(
      'foreign-data',
      `${cluster} belongs to the user with id ${found.uid}: start Daybook as that user or as root, or give the directory to this user with chown -R`,
    );
  const version = await readFile(join(cluster, 'PG_VERSION'), 'utf8').catch(() => '');
  const major = Number.parseInt(version, 10);
  if (!Number.isSafeInteger(major))
    throw new EmbeddedFailure(
      'foreign-data',
      `${cluster} exists and is no PostgreSQL data directory: move it away or choose another place with --data DIR`,
    );
  return { uid: found.uid, gid: found.gid, major };
};

/** sockaddr_un holds 108 octets with the closing NUL on Linux, 104 on macOS. */
const longestSocket = process.platform === 'darwin' ? 103 : 107;
const fits = (directory: string): boolean =>
  Buffer.byteLength(join(directory, '.s.PGSQL.5432')) <= longestSocket;

const ownedPrivately = async (path: string, uid: number): Promise<boolean> => {
  const found = await lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory() && found.uid === uid && !(found.mode & 0o077);
};

/**
 * `run` in the data directory; a private directory below the system's temporary one when the path
 * would be too long for a socket, remembered in the file `socket-directory`.
 */
const placeForSocket = async (root: string, user: ServerUser): Promise<string> => {
  const inside = join(root, 'run');
  const uid = user.ids?.uid ?? process.getuid?.() ?? 0;
  if (fits(inside)) {
    await mkdir(inside, { recursive: true, mode: 0o700 });
    await give(inside, user);
    await chmod(inside, 0o700);
    return inside;
  }
  const note = join(root, 'socket-directory');
  const noted = (await readFile(note, 'utf8').catch(() => '')).trim();
  if (noted !== '' && (await ownedPrivately(noted, uid))) return noted;
  const digest = createHash('sha256').update(root).digest('hex').slice(0, 8);
  const made = await mkdtemp(join(tmpdir(), `daybook-${digest}-`));
  await give(made, user);
  await writeFile(note, `${made}\n`);
  return made;
};

/** Restored as root, for example: PostgreSQL wants to own what it opens. */
const takeOver = async (path: string, user: ServerUser): Promise<void> => {
  if (user.ids) await run('chown', ['-R', `${user.ids.uid}:${user.ids.gid}`, path]);
};

/**
 * Makes the data directory usable: exists, entered by the server's user, owned by him where it must be.
 *
 * @throws EmbeddedFailure `unreachable`, `foreign-data`, `no-user`
 */
export const openDataDirectory = async (dataDir: string): Promise<DataDirectory> => {
  const root = await makeRoot(dataDir);
  const cluster = join(root, 'pgdata');
  const data = await existing(cluster);
  const user = await serverUser(data);
  await openWay(root, user);
  await sweepDrafts(root);
  if (data?.uid === 0) await takeOver(cluster, user);
  const logFile = join(root, 'postgres.log');
  await (await open(logFile, 'a', 0o640)).close();
  await give(logFile, user);
  return {
    root,
    cluster,
    socketDirectory: await placeForSocket(root, user),
    logFile,
    user,
    ...(data ? { major: data.major } : {}),
  };
};

/**
 * The directory that keeps PostgreSQL from using `dataDir`, when this process is root and the user
 * it would step down to may not enter it; `undefined` when nothing is in the way. Changes nothing:
 * for whoever chooses a default place.
 */
export const obstacleTo = async (dataDir: string): Promise<string | undefined> => {
  const user = await serverUser();
  if (!user.ids) return undefined;
  const wanted = resolve(dataDir);
  let deepest = wanted;
  while ((await statOf(deepest)) === undefined) deepest = dirname(deepest);
  const real = await realpath(deepest);
  const blocked = await blockedAt(real, user);
  if (blocked !== real || deepest !== wanted) return blocked;
  // openWay would open it.
  return isRoots(await stat(real), user.ids) ? undefined : blocked;
};
