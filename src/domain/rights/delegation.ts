import { withRoles } from './access.ts';
import type { Role } from './roles.ts';

/** What people may do who act for an owner: read calendars, or also change them. */
export type Delegation = 'read' | 'write';
export const delegations = ['read', 'write'] as const satisfies readonly Delegation[];

/** The roles a delegate is given in each calendar. */
export const rolesOfDelegate: Readonly<Record<Delegation, readonly Role[]>> = {
  read: ['PublicViewer', 'ConfidentialViewer', 'PrivateViewer'],
  write: [
    'ObjectCreator',
    'ObjectEraser',
    'PublicModifier',
    'ConfidentialModifier',
    'PrivateModifier',
  ],
};

/** What roles in a calendar make of whoever has them; `undefined` for none. Answering is writing, as in SOGo. */
export const delegationOf = (roles: readonly Role[]): Delegation | undefined => {
  const access = withRoles('calendar', roles);
  if (access === undefined) return undefined;
  const { create, erase, levels } = access;
  const changes = Object.values(levels).some((level) => level === 'respond' || level === 'modify');
  return create || erase || changes ? 'write' : 'read';
};

/** Of two the one that allows more. */
export const more = (
  a: Delegation | undefined,
  b: Delegation | undefined,
): Delegation | undefined => (a === 'write' || b === 'write' ? 'write' : (a ?? b));
