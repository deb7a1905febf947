// npm test: everything a fresh clone needs, then Vitest. Arguments go to it: npm test -- test/domain.
// The last line is `N passed, N failed` whatever happens; CI reads it.

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ensureBuild,
  ensureDebianPackages,
  ensureDependencies,
  requireNode,
  root,
  SetupFailed,
  say,
} from './setup.mjs';
import { combined, mayBeTheMachine } from './second-try.mjs';

const args = process.argv.slice(2);
const ci = process.env['CI'] !== undefined;

/** Tests that need nothing but Node: no database, no client, no compiled program. */
const light = /^(\.\/)?test\/(domain|codec|api|house)(\/|$)/;
const paths = args.filter((argument) => !argument.startsWith('-'));
const onlyLight = paths.length > 0 && paths.every((path) => light.test(path));

const setUp = () => {
  requireNode();
  ensureDependencies();
  if (onlyLight) return;
  const missing = ensureDebianPackages();
  if (ci && missing.length > 0)
    throw new SetupFailed(`Nothing may be skipped in CI, and there is no ${missing.join(', ')}.`);
  ensureBuild();
};

const fail = (/** @type {string} */ message) => {
  say(message);
  process.stdout.write('0 passed, 1 failed\n');
  process.exit(1);
};

try {
  setUp();
} catch (error) {
  fail(error instanceof SetupFailed ? error.message : String(error?.stack ?? error));
}

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const folder = mkdtempSync(join(tmpdir(), 'daybook-tally-'));
let child;
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child?.kill(signal));
// A terminal's Ctrl-C reaches Vitest too, which ends by itself.
process.on('SIGINT', () => {});

/** Runs Vitest; what it came to, as test/reporter/tally.ts tells it. */
const run = async (/** @type {string} */ name, /** @type {readonly string[]} */ more) => {
  const file = join(folder, name);
  const code = await new Promise((resolve) => {
    child = spawn(process.execPath, [vitest, 'run', ...more], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, TALLY_FILE: file },
    });
    child.on('error', (error) => fail(String(error)));
    child.on('close', (status, signal) => {
      if (signal !== null) fail(`The tests were ended by ${signal}.`);
      resolve(status ?? 1);
    });
  });
  return { code, ...JSON.parse(readFileSync(file, 'utf8')) };
};

try {
  const first = await run('first', args);
  const { failures } = first;
  let { code, tally } = first;
  if (ci && mayBeTheMachine(first)) {
    const files = failures.map(({ file }) => file);
    say(`Tried again, in a new process: ${files.join(', ')}`);
    const second = await run('second', files);
    tally = combined(first, second);
    code = second.code;
    if (code === 0) process.stdout.write(`passed only when tried again: ${files.join(', ')}\n`);
  }
  const { passed, failed, skipped } = tally;
  process.stdout.write(
    `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
  );
  process.exitCode = code;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
