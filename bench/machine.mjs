import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, version } from 'node:os';
import { join } from 'node:path';
import { folderFor, removeFolder } from './processes.mjs';
import { watchSteal } from './steal.mjs';
import { summary } from './timing.mjs';

/** Above these, figures say more of the machine than of what was measured. */
const QUIET = { stolen: 0.02, load: 0.5 };

/** The machine in one line. */
export const machine = () =>
  `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${version().includes('Debian') ? 'Debian, ' : ''}Linux ${release()}, Node ${process.version}`;

/** What the disk takes to be sure of 8 KiB, in ms: no PUT can be quicker. */
export const diskSync = () => {
  const folder = folderFor({});
  const file = openSync(join(folder, 'x'), 'w');
  const block = Buffer.alloc(8192);
  const times = [];
  for (let i = 0; i < 300; i += 1) {
    writeSync(file, block, 0, block.length, (i % 64) * 8192);
    const start = performance.now();
    fdatasyncSync(file);
    times.push(performance.now() - start);
  }
  closeSync(file);
  removeFolder(folder);
  return summary(times);
};

/**
 * Measures one thing after the other and keeps in mind how quiet the machine was meanwhile. `stolen`:
 * share of processor time that the host of a virtual machine kept for others.
 */
export const observer = (/** @type {(line: string) => void} */ say) => {
  const loadBefore = loadavg()[0] ?? 0;
  let stolenAtMost = 0;
  return {
    loadBefore,
    measure: async (/** @type {string} */ what, /** @type {() => Promise<any>} */ work) => {
      const steal = watchSteal();
      const figure = await work();
      const share = steal();
      stolenAtMost = Math.max(stolenAtMost, share ?? 0);
      const shown = typeof figure === 'number' ? figure.toPrecision(3) : '';
      say(
        `${what.padEnd(64)} ${shown.padStart(8)} ${share === undefined ? '' : `  stolen ${(share * 100).toFixed(1)} %`}`,
      );
      return figure;
    },
    stolenAtMost: () => stolenAtMost,
    quiet: () => stolenAtMost <= QUIET.stolen && loadBefore <= QUIET.load,
  };
};
