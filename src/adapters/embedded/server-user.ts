import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { EmbeddedFailure } from './failure.ts';

const run = promisify(execFile);

/** The OS user PostgreSQL runs as. Without `ids` it is the user of this process. */
export interface ServerUser {
  readonly name: string;
  /** Present only when this process is root and must step down: PostgreSQL refuses to run as root. */
  readonly ids?: { readonly uid: number; readonly gid: number };
}

/** In order of preference, when root has to choose. `nobody` is on every Linux. */
const preferred = ['postgres', 'daybook', 'nobody'];

interface Entry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const passwd = async (): Promise<readonly Entry[]> => {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    return name && uid && gid ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
};

/**
 * Who runs the server.
 *
 * @param owner who owns the data already, if there is data: root then runs the server as that user,
 *   so that a directory used by an ordinary user stays usable for him.
 * @throws EmbeddedFailure `no-user` when this process is root and no ordinary user is known to the system.
 */
export const serverUser = async (owner?: {
  readonly uid: number;
  readonly gid: number;
}): Promise<ServerUser> => {
  if (process.getuid?.() !== 0) return { name: 'this user' };
  const entries = await passwd();
  if (owner !== undefined && owner.uid !== 0) {
    const known = entries.find((entry) => entry.uid === owner.uid);
    return {
      name: known?.name ?? `uid ${owner.uid}`,
      ids: { uid: owner.uid, gid: known?.gid ?? owner.gid },
    };
  }
  for (const name of preferred) {
    const found = entries.find((entry) => entry.name === name && entry.uid !== 0);
    if (found) return { name, ids: { uid: found.uid, gid: found.gid } };
  }
  throw new EmbeddedFailure(
    'no-user',
    'PostgreSQL refuses to run as root and there is no user postgres, daybook or nobody: create one with "useradd --system daybook", or start Daybook as an ordinary user',
  );
};

/**
 * The first directory on the way to `path` (itself included) that the server's user may not enter,
 * or `undefined` when he can reach it. Asks the system as that user, so access lists count.
 */
export const blockedAt = async (path: string, user: ServerUser): Promise<string | undefined> => {
  const steps = [path];
  for (let step = path; dirname(step) !== step; step = dirname(step)) steps.unshift(dirname(step));
  const script = 'for d; do [ -x "$d" ] || { printf %s "$d"; exit 0; }; done';
  const { stdout } = await run('/bin/sh', ['-c', script, 'sh', ...steps], {
    ...user.ids,
    cwd: '/',
  });
  return stdout === '' ? undefined : stdout;
};
