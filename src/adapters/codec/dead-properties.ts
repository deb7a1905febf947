import type { DeadChange, DeadProperties } from '../../domain/collection/dead-properties.ts';
import { present } from './fields.ts';
import type { DeadProperty } from './generated/messages.ts';

export const writeDead = (dead: DeadChange): readonly DeadProperty[] =>
  [...dead].map(([name, xml]) => ({ name, xml }));

/** @throws Malformed */
export const readDead = (dead: readonly DeadProperty[] = []): DeadChange =>
  new Map(dead.map(({ name, xml }) => [present('dead.name', name), xml ?? null]));

/** @throws Malformed */
export const readProperties = (dead: readonly DeadProperty[] = []): DeadProperties =>
  new Map(dead.map(({ name, xml }) => [present('dead.name', name), present('dead.xml', xml)]));

/** The field of a member that has any. @throws Malformed */
export const memberProperties = (
  dead: readonly DeadProperty[] = [],
): { readonly dead?: DeadProperties } => (dead.length === 0 ? {} : { dead: readProperties(dead) });
