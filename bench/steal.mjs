import { readFileSync } from 'node:fs';

/** Ticks since the start of the machine: all of them, and those its host gave to somebody else. */
const ticks = () => {
  let line;
  try {
    line = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0];
  } catch {
    return undefined;
  }
  // cpu user nice system idle iowait irq softirq steal; what follows is part of user and nice.
  const numbers = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { all: numbers.reduce((sum, one) => sum + one, 0), stolen: numbers[7] ?? 0 };
};

/**
 * Begins to watch; the function it answers with tells the share of processor time, 0 to 1, that the
 * host of this virtual machine has kept for others since. `undefined` where there is no /proc/stat.
 */
export const watchSteal = () => {
  const before = ticks();
  return () => {
    const after = ticks();
    if (before === undefined || after === undefined || after.all === before.all) return undefined;
    return (after.stolen - before.stolen) / (after.all - before.all);
  };
};
