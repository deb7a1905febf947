import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MINUTE = 60_000;

/** What the suite names for continuous integration and transpiling, and does not need to run. */
const spared = ['@babel/core', '@babel/preset-env', 'babel-cli', 'jasmine-xml-reporter'];

/**
 * The folder `Tests` of SOGo's sources, copied or cloned below `folder`, so that the checkout stays
 * as it is.
 *
 * @param {string} source a checkout of SOGo, its folder Tests, or what `git clone` takes
 * @param {string} folder empty, for the taking
 */
export const testsFrom = async (source, folder) => {
  const tests = join(folder, 'Tests');
  const [here] = [join(source, 'Tests'), source].filter((path) => existsSync(join(path, 'spec')));
  if (here !== undefined) {
    const kept = (/** @type {string} */ path) => !path.includes('node_modules');
    await cp(here, tests, { recursive: true, filter: kept });
    return tests;
  }
  const clone = join(folder, 'clone');
  const git = (/** @type {readonly string[]} */ ...args) =>
    run('git', args, { timeout: 10 * MINUTE, maxBuffer: 2 ** 24 });
  const lean = ['--quiet', '--depth=1', '--filter=blob:none', '--no-checkout'];
  await git('clone', ...lean, '--', existsSync(source) ? `file://${source}` : source, clone);
  await git('-C', clone, 'sparse-checkout', 'set', 'Tests');
  await git('-C', clone, 'checkout', '--quiet', 'HEAD');
  await cp(join(clone, 'Tests'), tests, { recursive: true });
  return tests;
};

/**
 * Tells the suite where the server is; names and passwords of its accounts stay as it has them.
 *
 * @param {string} tests
 * @param {{ hostname: string, port: number, feed: string }} server
 */
export const pointAt = async (tests, { hostname, port, feed }) => {
  const file = join(tests, 'lib', 'config.js');
  const config = await readFile(file, 'utf8');
  await writeFile(
    file,
    config
      .replace(/\bhostname: *"[^"]*"/, `hostname: ${JSON.stringify(hostname)}`)
      .replace(/\bport: *"[^"]*"/, `port: "${port}"`)
      .replace(/\bwebCalendarURL: *"[^"]*"/, `webCalendarURL: ${JSON.stringify(feed)}`),
  );
};

/**
 * Installs what the suite's package.json names, or takes a folder where that was done before.
 *
 * @param {string} tests
 * @param {string | undefined} modules a `node_modules` to use
 */
export const installSuite = async (tests, modules) => {
  if (modules !== undefined) {
    await symlink(modules, join(tests, 'node_modules'));
    return;
  }
  const file = join(tests, 'package.json');
  const wanted = JSON.parse(await readFile(file, 'utf8'));
  for (const name of spared) delete wanted.dependencies[name];
  await writeFile(file, JSON.stringify(wanted));
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'];
  await run('npm', ['install', ...flags], { cwd: tests, timeout: 10 * MINUTE, maxBuffer: 2 ** 24 });
};
