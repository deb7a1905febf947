import type { AccountId } from '../../domain/kernel/ids.ts';
import type { Asker } from '../../domain/rights/access.ts';
import type { Principal } from '../services.ts';
import type { Viewer } from './resource.ts';

/** What stands in place of USER where nobody has to say who they are: `/SOGo/dav/public/USER/…`, as in SOGo. */
const PUBLIC = 'public';
const DEPTH = 2;

/** Whoever did not sign in. The id is nobody's: those of accounts are UUIDs. */
export const nobody: Principal = {
  account: 'anonymous' as AccountId,
  login: '',
  displayName: '',
  mail: '',
};

export const isNobody = ({ account }: Principal): boolean => account === nobody.account;

/** Nobody as whoever wants something of a collection. */
export const anonymous: Asker = {
  account: nobody.account,
  groups: new Set(),
  isSuperuser: false,
  usual: { calendar: [], addressbook: [] },
  isAnonymous: true,
};

/** Whether a path is in the tree that asks nobody who they are. */
export const isPublic = (segments: readonly string[] = []): boolean =>
  segments[0] === 'SOGo' && segments[1] === 'dav' && segments[DEPTH] === PUBLIC;

/**
 * The segments of a path as if its tree were the one of those who sign in. `undefined` for nobody where it
 * leads out of the public tree.
 */
export const segmentsFor = (
  viewer: Pick<Viewer, 'asker'>,
  segments: readonly string[],
): readonly string[] | undefined => {
  if (viewer.asker.isAnonymous !== true) return segments;
  return isPublic(segments) ? segments.filter((_, index) => index !== DEPTH) : undefined;
};
