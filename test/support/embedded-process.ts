import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Embedded, EmbeddedEvent } from '../../src/adapters/embedded/launcher.ts';

const run = promisify(execFile);
const repository = fileURLToPath(new URL('../../', import.meta.url));

/** What a process tells us: the launcher's events, then that it is open, or why not. */
export type Told =
  | EmbeddedEvent
  | ({ readonly kind: 'open' } & Pick<Embedded, 'url' | 'adopted' | 'binaries' | 'version'>)
  | { readonly kind: 'failed'; readonly message: string };

/** The process and this file are one program: it tells nothing but these. */
const isTold = (said: unknown): said is Told =>
  typeof said === 'object' && said !== null && 'kind' in said && typeof said.kind === 'string';

/** A process of its own that opens an embedded store, to be killed or asked to stop. */
export interface EmbeddedProcess {
  readonly child: ChildProcess;
  /** What it told so far. */
  readonly told: readonly Told[];
  /** Resolves with the first of this kind; rejects when the process ends without. */
  until<K extends Told['kind']>(kind: K): Promise<Extract<Told, { kind: K }>>;
  stop(): Promise<void>;
}

/** The launcher as Node runs it, because Node 20 reads no TypeScript. About a second. */
export const compiledLauncher = async (): Promise<{ entry: string; remove(): Promise<void> }> => {
  const folder = join(repository, '.tmp', `embedded-${process.pid}-${Date.now()}`);
  await mkdir(folder, { recursive: true });
  const configuration = join(folder, 'tsconfig.json');
  await writeFile(
    configuration,
    JSON.stringify({
      extends: join(repository, 'tsconfig.build.json'),
      compilerOptions: {
        rootDir: join(repository, 'src'),
        outDir: join(folder, 'js'),
        sourceMap: false,
      },
      include: [],
      files: [join(repository, 'src/adapters/embedded/launcher.ts')],
    }),
  );
  await run(join(repository, 'node_modules/.bin/tsc'), ['-p', configuration]);
  const entry = join(folder, 'process.mjs');
  await writeFile(
    entry,
    `import { openEmbedded } from './js/adapters/embedded/launcher.js';
import { packagedBinaries } from './js/adapters/embedded/packaged-binaries.js';
const tell = (it) => process.stdout.write(JSON.stringify(it) + '\\n');
const { dataDir, packaged } = JSON.parse(process.argv[2]);
try {
  const programs = packaged && (await packagedBinaries({ name: 'this user' }, dataDir, packaged));
  const store = await openEmbedded({ dataDir, log: tell, ...(programs ? { programs } : {}) });
  const { url, adopted, binaries, version } = store;
  tell({ kind: 'open', url, adopted, binaries, version });
  process.stdin.resume().on('end', () => store.stop());
} catch (error) {
  tell({ kind: 'failed', message: error.message });
}
`,
  );
  return { entry, remove: () => rm(folder, { recursive: true, force: true }) };
};

/**
 * @param packaged a folder of the npm package to use the programs of
 * @param ids run as this user; needs root
 */
export const embeddedProcess = (
  entry: string,
  order: { readonly dataDir: string; readonly packaged?: string },
  ids?: { readonly uid: number; readonly gid: number },
): EmbeddedProcess => {
  const child = spawn(process.execPath, [entry, JSON.stringify(order)], {
    ...ids,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const told: Told[] = [];
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of listeners) listener();
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said: unknown = JSON.parse(line);
    if (isTold(said)) told.push(said);
    notify();
  });
  let over = false;
  child.once('close', () => {
    over = true;
    notify();
  });
  return {
    child,
    told,
    until: (kind) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = told.find(
            (one): one is Extract<Told, { kind: typeof kind }> => one.kind === kind,
          );
          if (found === undefined && !over) return;
          listeners.delete(look);
          if (found) resolve(found);
          else reject(new Error(`the process never said ${kind}: ${JSON.stringify(told)}`));
        };
        listeners.add(look);
        look();
      }),
    stop: async () => {
      child.stdin.end();
      if (!over) await new Promise((resolve) => child.once('close', resolve));
    },
  };
};
