import type { Grants } from '../../domain/rights/grants.ts';
import type { CollectionDelta } from './projection.ts';

/** The rights that some events leave. */
export const grantsAfter = (grants: Grants, changes: CollectionDelta['grants']): Grants => {
  if (changes.size === 0) return grants;
  const after = new Map(grants);
  for (const [grantee, roles] of changes) {
    if (roles === null) after.delete(grantee);
    else after.set(grantee, roles);
  }
  return after;
};
