import type { Revision } from '../kernel/event-store.ts';
import type { Grantee } from './grants.ts';
import type { Role } from './roles.ts';

/** What was said of a grantee in a collection, one after the other. */
export interface Said {
  readonly revision: Revision;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly of: Grantee;
  /** Empty where the grantee has none, or nothing is said of him any more. */
  readonly roles: readonly Role[];
}

/** What somebody is to be told of his rights: those he had, and those he has. */
export interface Telling {
  readonly before: readonly Role[];
  readonly after: readonly Role[];
}

/**
 * What one change is the occasion to tell. Changes for one grantee within so many milliseconds of the first of them are told
 * together, by the last: `undefined` for the others, and where in the end all is as it was. The same for the same
 * history, whoever asks and when, once the time is over.
 */
export const toldBy = (
  history: readonly Said[],
  revision: Revision,
  quiet: number,
): Telling | undefined => {
  const of = history.find((said) => said.revision === revision)?.of;
  const own = history.filter((said) => said.of === of);
  let since = -Infinity;
  let before: readonly Role[] = [];
  let now: readonly Role[] = [];
  for (const [index, said] of own.entries()) {
    if (said.at - since >= quiet) {
      since = said.at;
      before = now;
    }
    now = said.roles;
    if (said.revision !== revision) continue;
    const next = own[index + 1];
    const isLast = next === undefined || next.at - since >= quiet;
    return isLast && before.join() !== now.join() ? { before, after: now } : undefined;
  }
  return undefined;
};
