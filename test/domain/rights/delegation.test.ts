import { describe, expect, it } from 'vitest';
import {
  type Delegation,
  delegationOf,
  delegations,
  more,
  rolesOfDelegate,
} from '../../../src/domain/rights/delegation.ts';
import { type Role, rolesIn, settledRoles } from '../../../src/domain/rights/roles.ts';

describe('what roles make of a delegate', () => {
  it.each(rolesIn.calendar)('%s alone', (role) => {
    const expected = /Viewer$/.test(role) ? 'read' : 'write';
    expect(delegationOf([role])).toBe(expected);
    expect(delegationOf(['PublicViewer', role])).toBe(expected);
  });

  it('none makes none', () => {
    expect(delegationOf([])).toBeUndefined();
  });

  it.each(delegations)('what a delegate is given to %s makes just that of him', (of) => {
    const roles = rolesOfDelegate[of];
    expect(delegationOf(roles)).toBe(of);
    expect(settledRoles('calendar', roles)).toEqual(roles);
    const changing: readonly Role[] = roles.filter((role) => !role.endsWith('Viewer'));
    expect(changing.length).toBe(of === 'read' ? 0 : roles.length);
  });

  it('of two the one that allows more counts', () => {
    const all: readonly (Delegation | undefined)[] = [undefined, 'read', 'write'];
    for (const [index, a] of all.entries())
      for (const [other, b] of all.entries())
        expect(more(a, b), `${a} ${b}`).toBe(all[Math.max(index, other)]);
  });
});
