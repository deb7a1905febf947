import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { type Role, settledRoles } from '../../domain/rights/roles.ts';
import { Problem } from './problem.ts';

type Fields = Readonly<Record<string, unknown>>;

const parts = ['Public', 'Confidential', 'Private'] as const;

/** SOGo's names for what roles allow, by kind. */
const flags = {
  calendar: { canCreateObjects: 'ObjectCreator', canEraseObjects: 'ObjectEraser' },
  addressbook: {
    canCreateObjects: 'ObjectCreator',
    canEditObjects: 'ObjectEditor',
    canViewObjects: 'ObjectViewer',
    canEraseObjects: 'ObjectEraser',
  },
} as const satisfies Record<CollectionKind, Readonly<Record<string, Role>>>;

/** What roles allow, as SOGo's page shows it: a level for each classification, and 0 or 1. */
export const rightsOf = (kind: CollectionKind, roles: readonly Role[]): Fields => {
  const held: readonly string[] = roles;
  const levels = parts.map((part) => [
    part,
    held.find((role) => role.startsWith(part))?.slice(part.length) ?? 'None',
  ]);
  return Object.fromEntries([
    ...(kind === 'calendar' ? levels : []),
    ...Object.entries(flags[kind]).map(([name, role]) => [name, held.includes(role) ? 1 : 0]),
  ]) as Fields;
};

const isSet = (name: string, value: unknown): boolean => {
  if ([undefined, null, 0, false].includes(value as never)) return false;
  if (value === 1 || value === true) return true;
  throw new Problem(400, 'unreadable', `${name} has to be 0 or 1.`);
};

/** The roles that fields of that shape ask for; what is absent is not given. @throws Problem 400 */
export const rolesFrom = (kind: CollectionKind, fields: Fields): readonly Role[] => {
  const wanted: string[] = Object.entries(flags[kind]).flatMap(([name, role]) =>
    isSet(name, fields[name]) ? [role] : [],
  );
  for (const part of kind === 'calendar' ? parts : []) {
    const level = fields[part] ?? 'None';
    if (typeof level !== 'string') throw new Problem(400, 'unreadable', `${part} has to be text.`);
    if (level !== 'None') wanted.push(`${part}${level}`);
  }
  const roles = settledRoles(kind, wanted);
  if (roles === undefined) throw new Problem(400, 'unreadable', 'There is no such right.');
  return roles;
};
