import type { Bounds } from './bounds.ts';
import { componentTree, isTimed } from './component-tree.ts';
import { type BusyType, typeOf } from './free-busy.ts';

/**
 * What can be said of the time that an object takes before anybody asks: `none`, whoever asks; one time of
 * a kind, which are its bounds; `undefined` when its text has to be read, as that of what recurs, floats, or
 * was answered.
 */
export type Taking = 'none' | Exclude<BusyType, 'BUSY-UNAVAILABLE'>;

/** @param bounds of the object; absent: nothing of it takes place. */
export const takingOf = (text: string, bounds: Bounds | undefined): Taking | undefined => {
  if (bounds === undefined) return 'none';
  const components = componentTree(text)?.components.filter(isTimed) ?? [];
  if (components.some(({ name }) => name === 'VFREEBUSY')) return undefined;
  const types = components.map((one) => (one.name === 'VEVENT' ? typeOf(one) : undefined));
  if (types.every((type) => type === undefined)) return 'none';
  const [type, ...others] = types;
  if (!bounds.exact || others.length > 0) return undefined;
  const isInvitation = components[0]?.properties.some(({ name }) => name === 'ATTENDEE') ?? true;
  if (isInvitation || type === undefined || type === 'BUSY-UNAVAILABLE') return undefined;
  return bounds.end > bounds.start ? type : 'none';
};
