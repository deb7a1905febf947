import type { Decider } from '../kernel/decision.ts';
import type { FilesCommand, FilesEvent, FilesRejection, FilesState } from './changes.ts';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { emptyFolder, measure } from './tree.ts';

/**
 * An account's files: a tree of folders and files that are no calendar or address objects. One stream an
 * account, so that COPY and MOVE of whole folders are one event and happen whole or not at all.
 */
export const files: Decider<FilesCommand, FilesState, FilesEvent, FilesRejection> = {
  initial: () => {
    const root = emptyFolder(new Map());
    return { root, total: measure(root) };
  },
  decide,
  evolve,
};
