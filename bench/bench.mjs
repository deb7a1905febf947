// What clients wait for, beside SOGo and Radicale, and how it grows. docs/operations/measurements.md
// says what the lines mean and keeps the last full run.
import { readFileSync, writeFileSync } from 'node:fs';
import { diskSync, machine, observer } from './machine.mjs';
import { options } from './options.mjs';
import { comparison } from './parts/comparison.mjs';
import { activesync } from './parts/activesync.mjs';
import { busy } from './parts/busy.mjs';
import { growth } from './parts/growth.mjs';
import { scheduling } from './parts/scheduling.mjs';
import { sharing } from './parts/sharing.mjs';
import { startDaybook } from './servers/daybook.mjs';
import { asMarkdown, asText, tablesOf } from './tables.mjs';

const asked = options(process.argv.slice(2));
const say = (/** @type {string} */ line) => process.stdout.write(`${line}\n`);
const { measure, loadBefore, stolenAtMost, quiet } = observer(say);

const MARKS = ['<!-- figures -->', '<!-- end of figures -->'];

/** Puts text between a file's marks. */
const writeInto = (/** @type {string} */ file, /** @type {string} */ text) => {
  const [before, rest] = readFileSync(file, 'utf8').split(MARKS[0]);
  const after = rest?.split(MARKS[1])[1];
  if (after === undefined) throw new Error(`${file} lacks the marks ${MARKS.join(' and ')}`);
  writeFileSync(file, `${before}${MARKS[0]}\n${text}\n${MARKS[1]}${after}`);
};

say(`${machine()}\nload before ${loadBefore.toFixed(2)}\n`);
const disk = await measure('fdatasync of 8 KiB, ms', async () => diskSync().p50);
const parts = { measure, say, ...asked };
const results = {
  comparison: asked.chosen.has('compare') ? await comparison(parts) : undefined,
  growth: ['flat', 'listing', 'rebuild'].some((part) => asked.chosen.has(part))
    ? await growth({ start: startDaybook, ...parts, ...asked.growth })
    : undefined,
  activesync: asked.chosen.has('activesync')
    ? await activesync({ start: startDaybook, ...parts, ...asked.activesync })
    : undefined,
  busy: asked.chosen.has('busy') ? await busy({ ...parts, ...asked.busy }) : undefined,
  shared: asked.chosen.has('sharing')
    ? await sharing({ start: startDaybook, ...parts, ...asked.sharing })
    : undefined,
  scheduling: asked.chosen.has('scheduling')
    ? await scheduling({ ...parts, ...asked.scheduling })
    : undefined,
};
const tables = tablesOf(results);
for (const table of tables) say(`\n${asText(table)}`);

const day = new Date().toISOString().slice(0, 10);
const conditions = `${day}, ${machine()}. Load before: ${loadBefore.toFixed(2)}; at most ${(stolenAtMost() * 100).toFixed(1)} % of the processor time stolen by the host during a measurement; fdatasync of 8 KiB: ${disk.toFixed(2)} ms.`;
say(`\n${conditions}`);
if (!quiet()) say('This machine was not quiet: trust ratios more than times, and run it again.');
if (asked.write !== undefined) {
  const servers = (results.comparison ?? []).map(({ name, settings }) => `- ${name}: ${settings}.`);
  writeInto(
    asked.write,
    [conditions, servers.join('\n'), ...tables.map(asMarkdown)].filter(Boolean).join('\n\n'),
  );
}
