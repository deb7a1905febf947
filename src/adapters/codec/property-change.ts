import type { PropertyChange } from '../../domain/home/properties.ts';
import { Malformed, oneOf, present } from './fields.ts';
import type { PropertyChange as Body } from './generated/messages.ts';

type Settable = Omit<PropertyChange, 'dead'>;

const settableKeys = Object.keys({
  displayName: true,
  description: true,
  color: true,
  order: true,
  timeZone: true,
  transparency: true,
  source: true,
  synchronize: true,
} satisfies Record<keyof Settable, true>) as (keyof Settable)[];

const transparencies = ['opaque', 'transparent'] as const;

/** An empty `dead` says nothing and is not written. */
export const writePropertyChange = ({ dead, ...settable }: PropertyChange): Body => ({
  ...settable,
  dead: [...(dead ?? [])].map(([name, xml]) => ({ name, xml })),
  removed: settableKeys.filter((key) => settable[key] === null),
});

/** @throws Malformed */
export const readPropertyChange = (found: Body | null | undefined): PropertyChange => {
  const body = present('properties', found);
  const { displayName, description, color, order, timeZone, transparency, source, synchronize } =
    body;
  const { dead = [], removed = [] } = body;
  // A name that is not known here belongs to a later optional field, and is passed over like one.
  const gone = settableKeys.filter((key) => removed.includes(key));
  if (gone.some((key) => (body[key] ?? null) !== null))
    throw new Malformed('sets and removes one property');
  return {
    ...(typeof displayName === 'string' && { displayName }),
    ...(typeof description === 'string' && { description }),
    ...(typeof color === 'string' && { color }),
    ...(typeof order === 'number' && { order }),
    ...(typeof timeZone === 'string' && { timeZone }),
    ...(typeof transparency === 'string' && {
      transparency: oneOf('transparency', transparencies, transparency),
    }),
    ...(typeof source === 'string' && { source }),
    ...(typeof synchronize === 'boolean' && { synchronize }),
    ...Object.fromEntries(gone.map((key) => [key, null])),
    ...(dead.length > 0 && {
      dead: new Map(dead.map(({ name, xml }) => [present('dead.name', name), xml ?? null])),
    }),
  };
};
