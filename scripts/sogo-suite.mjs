// Runs SOGo's own test suite against this Daybook: node scripts/sogo-suite.mjs CHECKOUT [SPEC…]
// See docs/developer/sogo-suite.md. Nothing of the suite is kept here, and nothing is left behind.

import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureBuild, ensureDependencies, requireNode, SetupFailed, say } from './setup.mjs';
import { installSuite, pointAt, testsFrom } from './sogo-suite/checkout.mjs';
import { startFeed, startServer } from './sogo-suite/server.mjs';

/** Those that ask for nothing that is not there. */
const usual = [
  'WebDAV',
  'WebDavSync',
  'CalDAVProperties',
  'CardDAV',
  'DAVContactsCategories',
  'DAVCalendarAcl',
  'DAVAddressBookAcl',
  'DAVCalendarSuperUserAcl',
  'DAVCalendarPublicAcl',
  'DAVPublicAccess',
  'DAVCalendarClassification',
  'CalDAVScheduling',
  'CalDAVPreventInvitations',
  'HTTPCalendar',
  'HTTPPreferences',
  'DAVCalendarAppleiCal',
  'CalDAVScheduling',
  'CalDAVPreventInvitations',
];
const SPEC_MS = 300_000;

const help = `usage: node scripts/sogo-suite.mjs [options] CHECKOUT [SPEC…]

CHECKOUT is a checkout of SOGo's sources, or what git can clone: https://github.com/Alinto/sogo
SPEC is CardDAV for CardDAVSpec.js. Without any: ${usual.join(', ')}.

  --all           all that there are
  --modules DIR   a node_modules with what the suite needs, instead of installing it
  --json          the results as one line of JSON`;

/** @typedef {{ name: string, status: string, failures: readonly string[] }} Test */

/**
 * One spec, in a process of its own.
 *
 * @param {string} tests
 * @param {string} spec
 * @returns {Promise<readonly Test[]>}
 */
const runSpec = (tests, spec) =>
  new Promise((resolve, reject) => {
    const jasmine = join(tests, 'node_modules', 'jasmine', 'bin', 'jasmine.js');
    const reporter = join(import.meta.dirname, 'sogo-suite', 'reporter.cjs');
    const args = ['--random=false', `--reporter=${reporter}`, join('spec', `${spec}Spec.js`)];
    const child = spawn(process.execPath, [jasmine, ...args], {
      cwd: tests,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: SPEC_MS,
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk) => (err += chunk));
    child.on('error', reject).on('close', (code, signal) => {
      const results = [...out.matchAll(/\u0001(.*)\n/g)].map(([, line = '']) => JSON.parse(line));
      const ended = signal === null ? `exit code ${code}` : `ended by ${signal}`;
      const words = err.trim().split('\n').slice(-3).join(' ');
      const broken = { name: spec, status: 'failed', failures: [`${ended}; ${words}`] };
      const isWhole = signal === null && results.length > 0;
      resolve(isWhole ? results : [...results, broken]);
    });
  });

/** @param {readonly Test[]} tests */
const counted = (tests) => {
  const of = (/** @type {string} */ wanted) =>
    tests.filter(({ status }) => status === wanted).length;
  return { passed: of('passed'), failed: of('failed'), left: of('pending') + of('excluded') };
};

/**
 * @param {string} spec
 * @param {readonly Test[]} tests
 */
const print = (spec, tests) => {
  const { passed, failed, left } = counted(tests);
  const set = left === 0 ? '' : `, ${left} not run (the suite sets them aside)`;
  process.stdout.write(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${spec}: ${passed} passed, ${failed} failed${set}\n`,
  );
  for (const { name, status, failures } of tests)
    if (status === 'failed')
      process.stdout.write(
        `       ${name}\n${failures.map((one) => `         ${one}\n`).join('')}`,
      );
};

/** @param {string[]} given @returns {Promise<number>} exit code */
const main = async (given) => {
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: {
      all: { type: 'boolean' },
      json: { type: 'boolean' },
      modules: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [source, ...named] = positionals;
  if (values.help === true || source === undefined) {
    say(help);
    return values.help === true ? 0 : 2;
  }
  requireNode();
  ensureDependencies();
  ensureBuild();
  const folder = await mkdtemp(join(tmpdir(), 'daybook-sogo-suite-'));
  // PostgreSQL's user, who is not root, has to get through to the data.
  await chmod(folder, 0o711);
  try {
    const tests = await testsFrom(source, folder);
    await installSuite(tests, values.modules);
    const there = (await readdir(join(tests, 'spec')))
      .flatMap((file) => /^(.*)Spec\.js$/.exec(file)?.[1] ?? [])
      .sort();
    const server = await startServer(folder);
    try {
      await pointAt(tests, { hostname: '127.0.0.1', port: server.port, feed: await startFeed() });
      const specs = values.all === true ? there : named.length > 0 ? named : usual;
      const results = new Map();
      for (const spec of specs) {
        results.set(spec, await runSpec(tests, spec));
        if (values.json !== true) print(spec, results.get(spec));
      }
      if (values.json === true)
        process.stdout.write(`${JSON.stringify(Object.fromEntries(results))}\n`);
      const sum = counted([...results.values()].flat());
      if (values.json !== true)
        process.stdout.write(`${sum.passed} passed, ${sum.failed} failed, ${sum.left} not run\n`);
      return sum.failed === 0 ? 0 : 1;
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof SetupFailed ? error.message : String(error?.stack ?? error));
  process.exitCode = 1;
}
