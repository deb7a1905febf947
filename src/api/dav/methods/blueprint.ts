import {
  type Component,
  calendarComponents,
  usualComponents,
} from '../../../domain/calendar/calendar.ts';
import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { refuse } from '../errors.ts';
import { planChange, type Plan } from '../properties/change.ts';
import type { Instruction } from '../properties/request.ts';
import type { Tables } from '../tables.ts';
import { attributeOf, childrenOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { caldav, carddav, dav, type Name } from '../xml/names.ts';
import type { Creation } from './collection-stream.ts';

export const RESOURCE_TYPE = dav('resourcetype');
const COMPONENTS = caldav('supported-calendar-component-set');

/** A collection to be made: its stream, and what its home entry is to say of it. */
export interface Blueprint {
  readonly creation: Creation;
  readonly plan: Plan;
}

/**
 * Splits what a collection can only be told at its making, its resource type (to be judged before,
 * with `kindOf`) and a calendar's components (RFC 4791 §5.2.3), from the properties that stay changeable.
 *
 * @throws DavError 403 `supported-calendar-component` for a component no calendar here takes.
 */
export const blueprintOf = (
  tables: Tables,
  kind: CollectionKind,
  instructions: readonly Instruction[],
): Blueprint => {
  const fixed: ReadonlySet<Name> = new Set(
    kind === 'calendar' ? [RESOURCE_TYPE, COMPONENTS] : [RESOURCE_TYPE],
  );
  const changeable = instructions.filter(({ name }) => !fixed.has(name));
  const plan = planChange(tables, kind, changeable);
  if (kind === 'addressbook') return { creation: { kind }, plan };
  const set = valueOf(instructions, COMPONENTS);
  const components = set === undefined ? usualComponents : componentsOf(set);
  return { creation: { kind, components }, plan };
};

/** The last value an instruction sets. */
export const valueOf = (
  instructions: readonly Instruction[],
  wanted: Name,
): XmlElement | undefined => instructions.findLast(({ name }) => name === wanted)?.value;

/** What a `DAV:resourcetype` asks for; `undefined` for what cannot be made here (RFC 5689 §3.3 `valid-resourcetype`). */
export const kindOf = (resourceType: XmlElement): CollectionKind | undefined => {
  const types = new Set(elementsOf(resourceType).map(({ name }) => name));
  if (!types.delete(dav('collection'))) return undefined;
  const [type, ...others] = types;
  if (others.length > 0) return undefined;
  if (type === caldav('calendar')) return 'calendar';
  return type === carddav('addressbook') ? 'addressbook' : undefined;
};

const componentsOf = (set: XmlElement): readonly Component[] => {
  const named = childrenOf(set, caldav('comp')).map((comp) =>
    attributeOf(comp, 'name')?.toUpperCase(),
  );
  const known = calendarComponents.filter((component) => named.includes(component));
  if (known.length === 0 || named.some((name) => !known.some((component) => component === name)))
    throw refuse(403, caldav('supported-calendar-component'));
  return known;
};
