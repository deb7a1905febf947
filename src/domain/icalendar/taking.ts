import type { Bounds } from './bounds.ts';
import { componentTree, isTimed } from './component-tree.ts';
import { type BusyType, type Invitation, invitationIn, typeOf } from './free-busy.ts';

/**
 * What can be said of the time that an object takes before anybody asks: none, whoever asks; one time of
 * a kind, which are its bounds, and who answered what to the invitation. `undefined` when its text has to be read, as
 * that of what recurs or floats.
 */
export type Taking = 'none' | { readonly type: BusyType; readonly invitation?: Invitation };

/** Who is invited is remembered up to so many; a longer list is read when it is needed. */
const INVITED = 50;

/** @param bounds of the object; absent: nothing of it takes place. */
export const takingOf = (text: string, bounds: Bounds | undefined): Taking | undefined => {
  if (bounds === undefined) return 'none';
  const components = componentTree(text)?.components.filter(isTimed) ?? [];
  if (components.some(({ name }) => name === 'VFREEBUSY')) return undefined;
  const types = components.map((one) => (one.name === 'VEVENT' ? typeOf(one) : undefined));
  if (types.every((type) => type === undefined)) return 'none';
  const [component, ...others] = components;
  const [type] = types;
  if (!bounds.exact || others.length > 0 || component === undefined || type === undefined)
    return undefined;
  if (bounds.end <= bounds.start) return 'none';
  const invitation = invitationIn(component);
  if (invitation === undefined) return { type };
  return invitation.answers.length > INVITED ? undefined : { type, invitation };
};
