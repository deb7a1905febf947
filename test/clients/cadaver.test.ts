import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Program, program } from '../support/program.ts';
import { describeWith } from '../support/needing.ts';
import { run } from './run.ts';

describeWith('cadaver 0.23 among files', [{ file: '/usr/bin/cadaver', from: 'cadaver' }], () => {
  let server: Program;
  let home = '';
  beforeAll(async () => {
    server = await program();
    await server.start();
    await server.daybook(['user', 'add', 'eve', '--password-stdin'], 'secret-of-eve\n');
    home = await mkdtemp(join(tmpdir(), 'daybook-cadaver-'));
    await writeFile(join(home, '.netrc'), 'machine 127.0.0.1 login eve password secret-of-eve\n', {
      mode: 0o600,
    });
    await writeFile(join(home, 'letter.txt'), 'Dear Grace,\n');
    await writeFile(
      join(home, 'picture.bin'),
      Uint8Array.from({ length: 300_000 }, (_, i) => i % 256),
    );
  }, 120_000);
  afterAll(async () => {
    await server?.discard();
    await rm(home, { recursive: true, force: true });
  }, 60_000);

  /** A session at a place of eve's: commands in, what cadaver said to each out. */
  const session = (place: string, ...commands: readonly string[]): Promise<string> =>
    run('/usr/bin/cadaver', [`${server.origin}/SOGo/dav/eve/${place}/`], {
      env: { HOME: home, LC_ALL: 'C.UTF-8' },
      cwd: home,
      input: `${[...commands, 'quit'].join('\n')}\n`,
    });

  it('makes folders, stores and fetches files of any kind, octet for octet', async () => {
    const said = await session(
      'Files',
      'mkcol Letters',
      'cd Letters',
      'put letter.txt',
      'put picture.bin',
      'get picture.bin picture-again.bin',
      'ls',
    );
    expect(said).not.toMatch(/failed/i);
    expect(said).toMatch(/letter\.txt\s+12 /);
    expect(said).toMatch(/picture\.bin\s+300000 /);
    expect(await readFile(join(home, 'picture-again.bin'))).toEqual(
      await readFile(join(home, 'picture.bin')),
    );
  });

  it('copies and moves files and whole folders', async () => {
    const said = await session(
      'Files',
      'copy Letters Drafts',
      'move Drafts/letter.txt Drafts/first.txt',
      'mkcol Old',
      'move Letters Old/Letters',
      'ls Drafts',
      'ls Old/Letters',
      'ls',
    );
    expect(said).not.toMatch(/failed/i);
    expect(said).toMatch(/first\.txt\s+12 /);
    expect(said).toMatch(/letter\.txt\s+12 /);
    expect(said).toMatch(/Coll:\s+Drafts/);
    expect(said).not.toMatch(/Coll:\s+Letters/);
  });

  it('sets a property and reads it back (RFC 4918 §4.3)', async () => {
    const said = await session(
      'Files',
      'propset Drafts/first.txt mood calm',
      'propget Drafts/first.txt mood',
    );
    expect(said).toMatch(/Value of mood is:? calm/i);
  });

  it('deletes files, and folders with what is in them', async () => {
    const said = await session('Files', 'delete Drafts/first.txt', 'rmcol Old', 'ls', 'ls Drafts');
    expect(said).not.toMatch(/failed/i);
    expect(said).not.toMatch(/first\.txt\s+12|Coll:\s+Old/);
  });

  it('looks into a calendar and is kept from storing there what is none (RFC 4791 §4.2)', async () => {
    const said = await session('Calendar/personal', 'put letter.txt', 'ls', 'mkcol Folder');
    expect(said).toMatch(/Uploading letter\.txt[^\n]*failed[\s\S]*403 Forbidden/);
    expect(said).toMatch(/Creating `Folder': failed[\s\S]*403 Forbidden/);
  });

  it('leaves a log of whole events, which agrees with what is served', async () => {
    const printed = await server.daybook(['log', '--account', 'eve', '--no-content']);
    const types = printed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; via: string })
      .filter(({ via }) => via.startsWith('dav cadaver/'))
      .map(({ type }) => type);
    expect(types).toEqual([
      'FolderMade',
      'FileStored',
      'FileStored',
      'ItemCopied',
      'ItemMoved',
      'FolderMade',
      'ItemMoved',
      'ItemPropertiesChanged',
      'ItemRemoved',
      'ItemRemoved',
    ]);
    const verified = await server.daybook(['verify']);
    expect(verified.code, verified.out + verified.err).toBe(0);
  });
});
