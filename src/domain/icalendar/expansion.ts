import { DAY } from './civil.ts';
import { type ComponentNode, isTimed } from './component-tree.ts';
import { type ContentLine, parameter, parametersOf } from './content-lines.ts';
import { endOf } from './extent.ts';
import { seriesOf } from './instances.ts';
import { type Occurrence, occurrencesIn } from './occurrences.ts';
import { type Clocks, placingOf } from './placing.ts';
import { type Allowance, newBudget, paidBy } from './recurrence/budget.ts';
import type { TimeRange } from './time-range.ts';
import { dateText, localText, readTime, utcText } from './time-values.ts';
import type { ComponentTimes, Time, Times } from './times.ts';
import { momentOf, wallOf, type Zone } from './zones/zone.ts';
import { writeParameters } from './writing.ts';

/**
 * A calendar in which each instance that lies in a range is a component of its own (RFC 4791 §9.6.5):
 * times in UTC, but dates and floating times, which no zone says more about; no recurrence properties,
 * no time zones. `undefined` when there are more instances than `most`, or too many to be found, also
 * for what is left of the allowance.
 */
export const expansionOf = (
  calendar: ComponentNode,
  times: Times,
  clocks: Clocks,
  { from, to }: TimeRange,
  most: number,
  allowance: Allowance,
): ComponentNode | undefined => {
  const budget = { ...newBudget(most), steps: Math.min(STEPS, allowance.steps) };
  const { occurrences, exhausted } = paidBy(allowance, budget, () =>
    occurrencesIn(times, clocks, from, to, budget),
  );
  if (exhausted || occurrences.length > most) return undefined;
  const expander = expanderFor(calendar, times, clocks);
  // A component that does not recur may say several times when it is.
  const once = new Set<number>();
  const instances = occurrences.flatMap((occurrence) => {
    if (occurrence.recurrenceId !== undefined) return [expander(occurrence)];
    if (once.has(occurrence.component)) return [];
    once.add(occurrence.component);
    return [expander(occurrence)];
  });
  const others = calendar.components.filter(
    (component) => !isTimed(component) && component.name !== 'VTIMEZONE',
  );
  return { ...calendar, components: [...instances, ...others] };
};

/** Every instance is written down, so more may be looked for than where one is enough. */
const STEPS = 200_000;

const RECURRENCE: ReadonlySet<string> = new Set([
  'RRULE',
  'RDATE',
  'EXRULE',
  'EXDATE',
  'RECURRENCE-ID',
]);
const ENDS: ReadonlySet<string> = new Set(['DTEND', 'DUE', 'DURATION']);

const expanderFor = (
  calendar: ComponentNode,
  times: Times,
  clocks: Clocks,
): ((occurrence: Occurrence) => ComponentNode) => {
  const placing = placingOf(times, clocks);
  const anchor = seriesOf(times, placing)?.anchor;
  // Only what an instance changes is written for each.
  const templates = calendar.components
    .filter(isTimed)
    .map((node, index) => templateOf(node, times, times.components[index], clocks));
  return (occurrence) => {
    const template = templates[occurrence.component];
    if (template === undefined) throw new RangeError('an occurrence of no component');
    const { node, own } = template;
    const { start, end, recurrenceId } = occurrence;
    const identity = anchor ?? own.recurrenceId;
    const named =
      recurrenceId === undefined || identity === undefined
        ? []
        : [timeLine('RECURRENCE-ID', '', identity, recurrenceId, clocks.floating)];
    const ends = endLines(template, clocks.floating, start, end);
    const properties = node.properties.flatMap((line) => {
      if (line.name === 'DTSTART' && own.start !== undefined)
        return [
          timeLine(line.name, line.parameters, own.start, start, clocks.floating),
          ...ends,
          ...named,
        ];
      if (!ENDS.has(line.name)) return [line];
      return own.start === undefined && own.end !== undefined
        ? [timeLine(line.name, line.parameters, own.end, start, clocks.floating), ...named]
        : [];
    });
    return { ...node, properties };
  };
};

interface Template {
  readonly node: ComponentNode;
  readonly own: ComponentTimes;
  /** The line that says when it ends, if one does. */
  readonly ending: ContentLine | undefined;
}

const templateOf = (
  node: ComponentNode,
  times: Times,
  own: ComponentTimes | undefined,
  clocks: Clocks,
): Template => {
  if (own === undefined) throw new RangeError('a component without times');
  const kept = node.properties.filter(({ name }) => !RECURRENCE.has(name));
  return {
    own,
    ending: node.properties.find(({ name }) => ENDS.has(name)),
    node: inUtc({ ...node, properties: kept }, times, clocks),
  };
};

/** A duration is kept where it still says the same; days are not all as long as others. */
const endLines = (
  { node, own, ending }: Template,
  floating: Zone,
  start: number,
  end: number,
): readonly ContentLine[] => {
  const time = own.end ?? own.start;
  if (time === undefined || node.name === 'VFREEBUSY') return ending === undefined ? [] : [ending];
  const { duration } = own;
  if (duration !== undefined && ending !== undefined) {
    const lasts = floats(time)
      ? endOf(floating, wallOf(floating, start), start, duration)
      : start + duration.days * DAY + duration.milliseconds;
    if (Math.max(lasts, start) === end) return [ending];
  }
  if (ending === undefined && (end === start || time.form === 'date')) return [];
  const name = node.name === 'VTODO' ? 'DUE' : 'DTEND';
  const parameters = ending?.name === 'DURATION' ? '' : (ending?.parameters ?? '');
  return [timeLine(name, parameters, time, end, floating)];
};

/** A moment, in the form that a time of the object has, with what else its parameters said. */
const timeLine = (
  name: string,
  parameters: string,
  time: Time,
  moment: number,
  floating: Zone,
): ContentLine => {
  const others = parametersOf(parameters).filter((one) => !FORMS.has(one.name));
  if (time.form === 'date') {
    const written = writeParameters([{ name: 'VALUE', values: ['DATE'] }, ...others]);
    return line(name, written, dateText(wallOf(floating, moment)));
  }
  const written = writeParameters(others);
  if (floats(time)) return line(name, written, localText(wallOf(floating, moment)));
  return line(name, written, utcText(moment));
};

/** Whether no zone says more about a time than that it floats. */
const floats = ({ form, zone }: Time): boolean => form === 'date' || (form === 'local' && zone < 0);

const FORMS: ReadonlySet<string> = new Set(['TZID', 'VALUE', 'RANGE']);

const line = (name: string, parameters: string, value: string): ContentLine => ({
  group: '',
  name,
  parameters,
  value,
});

/** All other times of a component and of what is in it that refer to a zone, without one. */
const inUtc = (node: ComponentNode, times: Times, clocks: Clocks): ComponentNode => {
  const properties = node.properties.map((each): ContentLine => {
    const tzid = parameter(each.parameters, 'TZID')?.trim();
    if (tzid === undefined || each.name === 'DTSTART' || ENDS.has(each.name)) return each;
    const definition = times.zones.find((zone) => zone.tzid === tzid) ?? { tzid };
    const zone = clocks.zones.zoneOf(definition) ?? clocks.floating;
    const value = each.value
      .split(',')
      .map((item) => {
        const time = readTime(item);
        return time?.form === 'local' ? utcText(momentOf(zone, time.wall)) : item;
      })
      .join(',');
    const others = parametersOf(each.parameters).filter(({ name }) => name !== 'TZID');
    return { ...each, parameters: writeParameters(others), value };
  });
  return {
    ...node,
    properties,
    components: node.components.map((inner) => inUtc(inner, times, clocks)),
  };
};
