import type { CollectionKind } from '../kernel/streams.ts';

/** The values of CLASS (RFC 5545 §3.8.1.3). */
export const classifications = ['PUBLIC', 'CONFIDENTIAL', 'PRIVATE'] as const;
export type Classification = (typeof classifications)[number];

/** What may be done with objects of one classification, least first; each includes those before it. */
export const levels = ['none', 'date-and-time', 'view', 'respond', 'modify'] as const;
export type Level = (typeof levels)[number];

const parts = ['Public', 'Confidential', 'Private'] as const;
const rights = ['DAndTViewer', 'Viewer', 'Responder', 'Modifier'] as const;

type ObjectRole = `${(typeof parts)[number]}${(typeof rights)[number]}`;
export type Role = ObjectRole | 'ObjectViewer' | 'ObjectEditor' | 'ObjectCreator' | 'ObjectEraser';

const objectRoles = parts.flatMap((part) => rights.map((right): ObjectRole => `${part}${right}`));

/** The roles there are, by the names SOGo gives them, in the order they are told in. */
export const rolesIn: Readonly<Record<CollectionKind, readonly Role[]>> = {
  calendar: ['ObjectCreator', 'ObjectEraser', ...objectRoles],
  addressbook: ['ObjectCreator', 'ObjectEraser', 'ObjectViewer', 'ObjectEditor'],
};

/** Every role of either kind. */
export const everyRole: readonly Role[] = [
  ...new Set([...rolesIn.calendar, ...rolesIn.addressbook]),
];

const LEVEL_OF = {
  DAndTViewer: 'date-and-time',
  Viewer: 'view',
  Responder: 'respond',
  Modifier: 'modify',
} as const satisfies Record<(typeof rights)[number], Level>;

const partOf = {
  PUBLIC: 'Public',
  CONFIDENTIAL: 'Confidential',
  PRIVATE: 'Private',
} as const satisfies Record<Classification, (typeof parts)[number]>;

/** The highest level that some roles give to objects of a classification. */
export const levelIn = (held: ReadonlySet<Role>, classification: Classification): Level => {
  const right = rights.findLast((one) => held.has(`${partOf[classification]}${one}`));
  return right === undefined ? 'none' : LEVEL_OF[right];
};

/** The role that gives a level, and no more, to objects of a classification; `undefined` for none. */
export const roleAt = (classification: Classification, level: Level): Role | undefined => {
  const right = rights.find((one) => LEVEL_OF[one] === level);
  return right && `${partOf[classification]}${right}`;
};

/**
 * Roles as they are kept: those of the kind, each once, in one order, and of those for a classification
 * only the highest; `undefined` when one is no role of the kind.
 */
export const settledRoles = (
  kind: CollectionKind,
  given: readonly string[],
): readonly Role[] | undefined => {
  const known = rolesIn[kind].filter((role) => given.includes(role));
  if (given.some((role) => !known.some((one) => one === role))) return undefined;
  return known.filter((role) => !isSurpassed(role, known));
};

const isSurpassed = (role: Role, held: readonly Role[]): boolean =>
  parts.some((part) =>
    rights.some(
      (right, index) =>
        role === `${part}${right}` &&
        rights.slice(index + 1).some((higher) => held.includes(`${part}${higher}`)),
    ),
  );
