import { calendarComponents } from '../../../domain/calendar/calendar.ts';
import type {
  ComponentFilter,
  ParameterFilter,
  PropertyFilter,
} from '../../../domain/icalendar/filter.ts';
import type { TimeRange } from '../../../domain/icalendar/time-range.ts';
import { DavError, refuse } from '../errors.ts';
import { rangeIn, rangeRefusal } from '../time-range.ts';
import { propertyNamed } from '../workarounds.ts';
import { attributeOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { caldav, type Name } from '../xml/names.ts';
import { verbatim } from '../xml/write.ts';
import { type TextMatchDefaults, textMatchOf } from './text-match.ts';

/** Conditions in one filter: each is tried on every object. */
const CONDITIONS = 100;

const defaults: TextMatchDefaults = {
  collation: 'i;ascii-casemap',
  unsupported: caldav('supported-collation'),
};

/**
 * Reads `CALDAV:filter` (RFC 4791 §9.7): the condition on VCALENDAR that it holds.
 *
 * @throws DavError 403 (§7.8): `supported-filter` with the element that is none of its own, or a time
 * range on what has no time; `valid-filter` for what contradicts the grammar; `supported-collation`.
 */
export const calendarFilterOf = (filter: XmlElement): ComponentFilter => {
  const [root, ...others] = elementsOf(filter);
  if (root === undefined || others.length > 0) throw invalid('A filter holds one comp-filter.');
  if (root.name !== COMPONENT) throw unsupported(root);
  const read = reader();
  const component = read.component(root);
  if (component.name !== 'VCALENDAR') throw invalid('The outermost comp-filter is VCALENDAR.');
  return component;
};

const COMPONENT: Name = caldav('comp-filter');
const RANGE: Name = caldav('time-range');

const reader = () => {
  let conditions = 0;
  const count = (): void => {
    conditions += 1;
    if (conditions > CONDITIONS) throw invalid(`More than ${CONDITIONS} conditions.`);
  };

  const component = (element: XmlElement): ComponentFilter => {
    count();
    const name = nameIn(element);
    const children = elementsOf(element);
    if (isNotDefined(children)) return { name, rule: 'is-not-defined' };
    let range: TimeRange | undefined;
    const properties: PropertyFilter[] = [];
    const components: ComponentFilter[] = [];
    for (const child of children) {
      if (child.name === RANGE && range === undefined && timed.has(name)) range = rangeOf(child);
      else if (child.name === caldav('prop-filter')) properties.push(property(child));
      else if (child.name === COMPONENT) components.push(component(child));
      else throw unsupported(child);
    }
    return { name, rule: { range, properties, components } };
  };

  const property = (element: XmlElement): PropertyFilter => {
    count();
    const name = propertyNamed(nameIn(element));
    const children = elementsOf(element);
    if (isNotDefined(children)) return { name, rule: 'is-not-defined' };
    let range: TimeRange | undefined;
    let text: ReturnType<typeof textMatchOf> | undefined;
    const parameters: ParameterFilter[] = [];
    for (const child of children) {
      count();
      if (child.name === RANGE && range === undefined) range = rangeOf(child);
      else if (child.name === TEXT && text === undefined) text = textMatchOf(child, defaults);
      else if (child.name === caldav('param-filter')) parameters.push(parameter(child));
      else throw unsupported(child);
    }
    return { name, rule: { range, text, parameters } };
  };

  return { component };
};

const TEXT: Name = caldav('text-match');

const parameter = (element: XmlElement): ParameterFilter => {
  const name = nameIn(element);
  const children = elementsOf(element);
  if (isNotDefined(children)) return { name, rule: 'is-not-defined' };
  const [match, ...others] = children;
  if (match === undefined) return { name, rule: 'is-defined' };
  if (match.name !== TEXT || others.length > 0) throw unsupported(others[0] ?? match);
  return { name, rule: textMatchOf(match, defaults) };
};

/** Components that a time range means something for (RFC 4791 §9.9). */
const timed: ReadonlySet<string> = new Set([...calendarComponents, 'VALARM']);

/**
 * Reads `CALDAV:time-range` (§9.9), which may be open at one end.
 * @throws DavError 403 `valid-filter`, `min-date-time`, `max-date-time`
 */
const rangeOf = (element: XmlElement): TimeRange => {
  const reading = rangeIn(element, 'one end');
  if ('range' in reading) return reading.range;
  throw new DavError(rangeRefusal(reading, { status: 403, element: caldav('valid-filter') }));
};

const isNotDefined = (children: readonly XmlElement[]): boolean => {
  if (!children.some(({ name }) => name === caldav('is-not-defined'))) return false;
  if (children.length > 1) throw invalid('is-not-defined stands alone.');
  return true;
};

const nameIn = (element: XmlElement): string => {
  const name = attributeOf(element, 'name')?.trim().toUpperCase() ?? '';
  if (name === '') throw invalid('A filter has no name.');
  return name;
};

const invalid = (reason: string): DavError => refuse(403, caldav('valid-filter'), { reason });

const unsupported = (element: XmlElement): DavError =>
  refuse(403, caldav('supported-filter'), { content: verbatim({ ...element, nodes: [] }) });
