// npm test: everything a fresh clone needs, then Vitest. Arguments go to it: npm test -- test/domain.
// The last line is `N passed, N failed` whatever happens; CI reads it.

import { spawn } from 'node:child_process';
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
const child = spawn(process.execPath, [vitest, 'run', ...args], { cwd: root, stdio: 'inherit' });
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// A terminal's Ctrl-C reaches Vitest too, which ends by itself and then has the last word.
process.on('SIGINT', () => {});
child.on('error', (error) => fail(String(error)));
child.on('close', (code, signal) => {
  if (signal !== null) fail(`The tests were ended by ${signal}.`);
  process.exit(code ?? 1);
});
