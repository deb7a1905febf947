import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { isAlive } from './pid-file.ts';

/** Where this process builds what will be renamed to `target` once it is whole. */
export const draftOf = (target: string): string => `${target}.new-${process.pid}`;

/** Removes the drafts in `folder` of processes that were killed half way. */
export const sweepDrafts = async (folder: string): Promise<void> => {
  for (const name of await readdir(folder)) {
    const pid = Number(/\.new-(\d+)$/.exec(name)?.[1]);
    if (Number.isNaN(pid) || (pid !== process.pid && isAlive(pid))) continue;
    // A program that outlived its Daybook may still write there: the next start sweeps again.
    await rm(join(folder, name), { recursive: true, force: true }).catch(() => undefined);
  }
};
