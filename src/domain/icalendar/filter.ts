import { type Component, calendarComponents } from '../calendar/calendar.ts';
import { matcherOf, type TextMatch } from '../collection/collation.ts';
import { alarmSounds } from './alarms.ts';
import { DAY } from './civil.ts';
import { type ComponentNode, componentTree, isTimed } from './component-tree.ts';
import { type ContentLine, parameter, parametersOf, unescapeText } from './content-lines.ts';
import { occurrencesIn, occursIn } from './occurrences.ts';
import type { Clocks } from './placing.ts';
import { type Allowance, newAllowance, newBudget, paidBy } from './recurrence/budget.ts';
import type { TimeRange } from './time-range.ts';
import { readTime } from './time-values.ts';
import { calendarTimes, type Times } from './times.ts';
import { momentOf, UTC } from './zones/zone.ts';

/** `CALDAV:comp-filter` (RFC 4791 §9.7.1): one component has to meet all of its conditions. */
export interface ComponentFilter {
  /** Upper case. */
  readonly name: string;
  readonly rule:
    | 'is-not-defined'
    | {
        readonly range: TimeRange | undefined;
        readonly properties: readonly PropertyFilter[];
        readonly components: readonly ComponentFilter[];
      };
}

/** `CALDAV:prop-filter` (§9.7.2): one property has to meet all of its conditions. */
export interface PropertyFilter {
  /** Upper case. */
  readonly name: string;
  readonly rule:
    | 'is-not-defined'
    | {
        readonly range: TimeRange | undefined;
        readonly text: TextMatch | undefined;
        readonly parameters: readonly ParameterFilter[];
      };
}

/** `CALDAV:param-filter` (§9.7.3). */
export interface ParameterFilter {
  /** Upper case. */
  readonly name: string;
  readonly rule: 'is-not-defined' | 'is-defined' | TextMatch;
}

/** What a filter says about all that can meet it, so that the rest need not be looked at. */
export interface Narrowing extends TimeRange {
  /** Only objects of these; `undefined`: of all. */
  readonly components: readonly Component[] | undefined;
}

/** @param filter the one for VCALENDAR. */
export const narrowingOf = ({ rule }: ComponentFilter): Narrowing => {
  const wanted = rule === 'is-not-defined' ? [] : rule.components;
  for (const { name, rule: inner } of wanted) {
    const component = calendarComponents.find((one) => one === name);
    if (component === undefined || inner === 'is-not-defined') continue;
    return { components: [component], ...(inner.range ?? EVER) };
  }
  return { components: undefined, ...EVER };
};

const EVER: TimeRange = { from: -Infinity, to: Infinity };

/**
 * Makes a filter ready for many objects. Where nobody can say in time whether an object is in a time
 * range it is, as it is where it cannot be read.
 *
 * @param filter the one for VCALENDAR.
 * @param allowance pays for all of them; what comes after it is spent is not to be relied on.
 */
export const calendarMatcher = (
  filter: ComponentFilter,
  clocks: Clocks,
  allowance: Allowance = newAllowance(),
): ((calendar: string) => boolean) => {
  const plain = rangeAlone(filter);
  if (plain !== undefined)
    return (calendar) => {
      const reading = calendarTimes(calendar);
      if ('invalid' in reading) return true;
      const { times } = reading;
      return (
        times.component === plain.component &&
        occursIn(times, clocks, plain.from, plain.to, allowance)
      );
    };
  const matches = componentMatcher(filter, { ...clocks, allowance });
  return (calendar) => {
    const tree = componentTree(calendar);
    return tree === undefined || matches([tree], objectOf(calendar, tree));
  };
};

/** Whether a filter asks about nothing but when objects of one component take place. */
export const asksRangeAlone = (filter: ComponentFilter): boolean =>
  rangeAlone(filter) !== undefined;

/** The time range of the one component that a filter asks for and about which it asks nothing else. */
const rangeAlone = (
  filter: ComponentFilter,
): (TimeRange & { readonly component: Component }) | undefined => {
  const { name, rule } = filter;
  if (name !== 'VCALENDAR' || rule === 'is-not-defined' || rule.properties.length > 0)
    return undefined;
  const [only, ...others] = rule.components;
  if (only === undefined || others.length > 0 || only.rule === 'is-not-defined') return undefined;
  const { range, properties, components } = only.rule;
  const component = calendarComponents.find((one) => one === only.name);
  return component === undefined || range === undefined || properties.length + components.length > 0
    ? undefined
    : { component, ...range };
};

/** An object whose components are being judged. */
interface Judged {
  /** `undefined` when they cannot be read. */
  readonly times: Times | undefined;
  /** Components that may take place, in the order of `Times.components`. */
  readonly timed: readonly ComponentNode[];
}

const objectOf = (calendar: string, tree: ComponentNode): Judged => {
  const reading = calendarTimes(calendar);
  return {
    times: 'times' in reading ? reading.times : undefined,
    timed: tree.components.filter(isTimed),
  };
};

/** Whether there is one among some components, in an object, that meets a filter. */
type ComponentsMatcher = (
  among: readonly ComponentNode[],
  object: Judged,
  parent?: ComponentNode,
) => boolean;

/** By which clocks objects are judged, and at whose cost. */
type Judging = Clocks & { readonly allowance: Allowance };

const componentMatcher = ({ name, rule }: ComponentFilter, clocks: Judging): ComponentsMatcher => {
  if (rule === 'is-not-defined') return (among) => !among.some((one) => one.name === name);
  const { range } = rule;
  const properties = rule.properties.map((filter) => propertyMatcher(filter, clocks));
  const components = rule.components.map((filter) => componentMatcher(filter, clocks));
  return (among, object, parent) =>
    among.some(
      (one) =>
        one.name === name &&
        properties.every((matches) => matches(one, object)) &&
        components.every((matches) => matches(one.components, object, one)) &&
        (range === undefined || isInRange(one, object, parent, range, clocks)),
    );
};

const isInRange = (
  node: ComponentNode,
  { times, timed }: Judged,
  parent: ComponentNode | undefined,
  { from, to }: TimeRange,
  clocks: Judging,
): boolean => {
  if (times === undefined) return true;
  if (node.name === 'VALARM') {
    const index = parent === undefined ? -1 : timed.indexOf(parent);
    return index !== -1 && alarmSounds(node.properties, times, index, clocks, from, to);
  }
  const index = timed.indexOf(node);
  const { occurrences, exhausted } = paidBy(clocks.allowance, newBudget(), (budget) =>
    occurrencesIn(times, clocks, from, to, budget),
  );
  return exhausted || occurrences.some(({ component }) => component === index);
};

const propertyMatcher = (
  { name, rule }: PropertyFilter,
  clocks: Clocks,
): ((component: ComponentNode, object: Judged) => boolean) => {
  if (rule === 'is-not-defined')
    return ({ properties }) => !properties.some((line) => line.name === name);
  const { range } = rule;
  const text = rule.text && matcherOf(rule.text);
  const parameters = rule.parameters.map(parameterMatcher);
  return ({ properties }, object) =>
    properties.some(
      (line) =>
        line.name === name &&
        (text === undefined || text(unescapeText(line.value))) &&
        parameters.every((matches) => matches(line)) &&
        (range === undefined || valueIsIn(line, object, range, clocks)),
    );
};

/** Whether a property's date or time is in a range (RFC 4791 §9.9); a date is there for all of its day. */
const valueIsIn = (
  { parameters, value }: ContentLine,
  { times }: Judged,
  { from, to }: TimeRange,
  clocks: Clocks,
): boolean => {
  const time = readTime(value);
  if (time === undefined) return false;
  if (time.form === 'date') {
    const start = momentOf(clocks.floating, time.wall);
    return from < momentOf(clocks.floating, time.wall + DAY) && to > start;
  }
  const tzid = parameter(parameters, 'TZID')?.trim();
  const zone =
    time.form === 'utc'
      ? UTC
      : tzid === undefined
        ? clocks.floating
        : (clocks.zones.zoneOf(times?.zones.find((one) => one.tzid === tzid) ?? { tzid }) ??
          clocks.floating);
  const moment = momentOf(zone, time.wall);
  return from <= moment && to > moment;
};

const parameterMatcher = ({ name, rule }: ParameterFilter): ((line: ContentLine) => boolean) => {
  const valuesIn = (line: ContentLine): readonly string[] | undefined =>
    parametersOf(line.parameters).find((one) => one.name === name)?.values;
  if (rule === 'is-not-defined') return (line) => valuesIn(line) === undefined;
  if (rule === 'is-defined') return (line) => valuesIn(line) !== undefined;
  const matches = matcherOf({ ...rule, negate: false });
  return (line) => {
    const values = valuesIn(line);
    return values !== undefined && values.some(matches) !== rule.negate;
  };
};
