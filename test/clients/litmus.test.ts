import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../support/needing.ts';
import { type DavServer, startDav } from '../support/dav.ts';

const LITMUS = '/usr/bin/litmus';

/** How many tests each suite has. */
const suites = { basic: 16, copymove: 13, props: 30, locks: 41, http: 4 } as const;
type Suite = keyof typeof suites;

/**
 * Litmus stores text files, nests folders and gives files properties. A calendar takes calendar objects
 * only (RFC 4791 §4.2: "MUST only contain") and no collections: these are the refusals that a calendar home
 * owes it. Litmus skips what builds upon them; all else passes. Of a PUT it may print a name whose memory it
 * has freed already, and then no status.
 */
const owed: Readonly<Partial<Record<Suite, Readonly<Record<string, RegExp>>>>> = {
  basic: {
    put_get: /PUT of/,
    put_get_utf8_segment: /PUT of/,
    delete_fragment: /could not create collection/,
    mkcol: /MKCOL .* 403/,
    mkcol_with_body: /MKCOL with weird body/,
  },
  copymove: {
    copy_init: /PUT of/,
    copy_coll: /MKCOL on .* 403/,
    copy_shallow: /MKCOL on .* 403/,
    move: /PUT of/,
    move_coll: /MKCOL on .* 403/,
  },
  props: {
    propinit: /PUT of/,
    propmanyns: /PROPPATCH on .* 404/,
  },
  http: {},
};

interface Outcome {
  readonly test: string;
  readonly result: string;
  readonly words: string;
}

const outcomesOf = (printed: string): readonly Outcome[] =>
  [...printed.matchAll(/\b\d+\. (\w+)\.+ (pass|FAIL|SKIPPED|XFAIL)\b *(.*)$/gm)].map(
    ([, test = '', result = '', words = '']) => ({ test, result, words }),
  );

describeWith('litmus 0.13', [{ file: '/usr/bin/litmus', from: 'litmus' }], () => {
  let server: DavServer;
  let folder = '';
  beforeAll(async () => {
    server = await startDav();
    folder = await mkdtemp(join(tmpdir(), 'daybook-litmus-'));
  });
  afterAll(async () => {
    await server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = (suite: string, path: string): Promise<string> =>
    new Promise((resolve) => {
      const url = `${server.url}/SOGo/dav/alice/${path}/`;
      const env = { ...process.env, TESTS: suite };
      const options = { cwd: folder, env, encoding: 'latin1', timeout: 60_000 } as const;
      execFile(LITMUS, ['-k', url, 'alice', 'secret'], options, (_, out, err) =>
        resolve(out + err),
      );
    });

  it.each(Object.entries(suites))('%s: everything passes among files', async (suite, tests) => {
    const printed = await run(suite, 'Files');
    expect(printed).toContain(`of ${tests} tests run: ${tests} passed, 0 failed. 100.0%`);
    expect(outcomesOf(printed).filter(({ result }) => result !== 'pass')).toEqual([]);
    expect(printed).not.toContain('WARNING');
  });

  it.each(Object.keys(owed) as Suite[])(
    '%s: a calendar home refuses what no calendar may hold (RFC 4791 §4.2), and nothing else',
    async (suite) => {
      const printed = await run(suite, 'Calendar');
      const outcomes = outcomesOf(printed);
      expect(outcomes.length, printed).toBeGreaterThan(3);
      const failed = outcomes.filter(({ result }) => result === 'FAIL');
      expect(new Set(failed.map(({ test }) => test)), printed).toEqual(
        new Set(Object.keys(owed[suite] ?? {})),
      );
      for (const { test, words } of failed) expect(words).toMatch(owed[suite]?.[test] ?? /^$/);
    },
  );
});
