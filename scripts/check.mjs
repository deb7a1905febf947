// npm run check: everything that can be said about the code without running it. One line a step;
// what failed shows its own words below its line. Some steps only: npm run check -- lint types.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureDependencies, requireNode, root, SetupFailed, say } from './setup.mjs';

/** @typedef {{ code: number, output: string }} Result */
/** @typedef {{ name: string, command: readonly string[], judge?: (result: Result) => Result }} Step */

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);

/**
 * dependency-cruiser answers in JSON and with exit code 0; it is we who look whether it saw anything
 * (it can look at zero modules and be content) and what it found.
 * @param {Result} result
 * @returns {Result}
 */
const judgeRooms = ({ code, output }) => {
  if (code !== 0) return { code, output };
  const { totalCruised, violations } = JSON.parse(output).summary;
  if (totalCruised === 0) return { code: 1, output: 'dependency-cruiser saw no module at all' };
  const lines = violations.map(
    (/** @type {any} */ { rule, from, to, cycle }) =>
      `${rule.name}: ${[from, ...(cycle?.map((/** @type {any} */ step) => step.name) ?? [to])].join(' -> ')}`,
  );
  return { code: lines.length > 0 ? 1 : 0, output: lines.join('\n') };
};

/**
 * Which files are not formatted; the differences are not worth reading, for a command makes them go.
 * @param {Result} result
 * @returns {Result}
 */
const judgeFormat = ({ code, output }) => {
  const files = [...output.matchAll(/^(\S+) format ━/gm)].map(([, file]) => file);
  return code === 0 || files.length === 0
    ? { code, output }
    : { code, output: [...files, 'npm run format puts them right'].join('\n') };
};

/** The slowest first, so that two at a time end together. @type {readonly Step[]} */
const steps = [
  { name: 'dead code', command: [bin('knip/bin/knip.js'), '--no-progress'] },
  { name: 'lint', command: [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'] },
  {
    name: 'rooms',
    command: [bin('dependency-cruiser/bin/dependency-cruise.mjs'), 'src', '--output-type', 'json'],
    judge: judgeRooms,
  },
  { name: 'types', command: [bin('typescript/bin/tsc'), '-p', 'tsconfig.json'] },
  { name: 'codec', command: [join(root, 'scripts', 'generate-codec.mjs'), '--check'] },
  {
    name: 'format',
    command: [bin('@biomejs/biome/bin/biome'), 'format', '--max-diagnostics=none', '.'],
    judge: judgeFormat,
  },
];

/**
 * @param {readonly string[]} command a script of ours or of a package, with its arguments
 * @returns {Promise<Result>}
 */
const run = (command) =>
  new Promise((resolve) => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    /** @type {Buffer[]} */
    const out = [];
    child.stdout.on('data', (chunk) => out.push(chunk));
    child.stderr.on('data', (chunk) => out.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: String(error) }));
    child.on('close', (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(out).toString('utf8').trim() }),
    );
  });

const seconds = (/** @type {number} */ since) =>
  `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** @param {readonly Step[]} chosen @returns {Promise<number>} how many failed */
const check = async (chosen) => {
  const waiting = [...chosen];
  let failed = 0;
  const worker = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const since = performance.now();
      const raw = await run(step.command);
      const { code, output } = step.judge?.(raw) ?? raw;
      const mark = code === 0 ? 'ok    ' : 'FAILED';
      process.stdout.write(`${mark} ${step.name.padEnd(10)} ${seconds(since).padStart(7)}\n`);
      if (code === 0) continue;
      failed += 1;
      process.stdout.write(`${output.replaceAll(/^/gm, '    ')}\n`);
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
};

try {
  requireNode();
  ensureDependencies();
} catch (error) {
  if (!(error instanceof SetupFailed)) throw error;
  say(error.message);
  process.exit(1);
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) {
  say(
    `No such step: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(2);
}
const chosen = wanted.length === 0 ? steps : steps.filter(({ name }) => wanted.includes(name));
const since = performance.now();
const failed = await check(chosen);
const verdict = failed === 0 ? 'All is well' : `${failed} of ${chosen.length} steps failed`;
process.stdout.write(`${verdict} after ${seconds(since)}.\n`);
process.exit(failed === 0 ? 0 : 1);
