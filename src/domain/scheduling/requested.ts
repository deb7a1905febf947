import { type ComponentNode, writeComponent } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import type { Addresses } from './addresses.ts';
import { derivedInstance, excludedIn } from './instance-of.ts';
import { type Heard, type Mark, type Marks, withMarks, withSeriesMark } from './heard.ts';
import { merged, type Own } from './merging.ts';
import type { SchedulingMessage } from './message.ts';
import { calendarWith, lineOf, newLine, type ObjectParts, sequenceOf } from './object-parts.ts';
import { attendeeLine, partstatOf } from './people.ts';
import { type InstanceKey, SERIES } from './instance.ts';

export interface Requested {
  readonly message: SchedulingMessage;
  /** What the message is of. */
  readonly sent: ObjectParts;
  readonly existing: ObjectParts | undefined;
  readonly marks: Marks;
  readonly recipient: Addresses;
  readonly allDayTransparent: boolean;
}

/** Parts of the recipient's object after an organizer's REQUEST; `undefined` where there is no news in it. */
export const requested = (
  request: Requested,
): ReadonlyMap<InstanceKey, ComponentNode> | undefined => {
  const { sent, marks } = request;
  const series = sent.parts.get(SERIES);
  if (series !== undefined)
    return marks.isNews(SERIES, stampIn(request, series)) ? wholly(request, series) : undefined;
  const news = [...sent.parts].filter(([key, node]) => marks.isNews(key, stampIn(request, node)));
  if (news.length === 0) return undefined;
  const parts = new Map(request.existing?.parts ?? []);
  const whole = parts.get(SERIES);
  for (const [key, node] of news) parts.set(key, mergedPart(request, key, node));
  // Who is invited to an instance that was called off has it again.
  if (whole !== undefined && request.existing !== undefined) {
    const back = new Set(news.map(([key]) => key));
    parts.set(
      SERIES,
      withoutExclusions(request.existing, whole, (key) => back.has(key)),
    );
  }
  return parts;
};

/** What was heard by it. */
export const marksAfterRequest = (heard: Heard, request: Requested): Heard => {
  const { message, sent } = request;
  const { sender } = message;
  const spoken = [...sent.parts].map(
    ([instance, node]): Mark => ({
      ...{ sender, instance, cancelled: false },
      ...stampIn(request, node),
    }),
  );
  const series = sent.parts.get(SERIES);
  if (series === undefined) return withMarks(heard, spoken);
  // That the organizer takes an instance out is told from the attendee's doing so.
  // It has no SEQUENCE of its own: any that the organizer says of it by itself later is news.
  const { dtstamp } = message.stamp;
  const excluded = [...excludedIn(sent)].map(
    (instance): Mark => ({
      ...{ sender, instance, cancelled: true, sequence: 0, dtstamp },
    }),
  );
  return withSeriesMark(heard, sender, dtstamp, [...spoken, ...excluded]);
};

const stampIn = ({ message }: Requested, node: ComponentNode) => ({
  sequence: sequenceOf(node),
  dtstamp: message.stamp.dtstamp,
});

/** The object as the organizer has it now, but for instances that were spoken of later, and what the recipient took out himself. */
const wholly = (request: Requested, series: ComponentNode): Map<InstanceKey, ComponentNode> => {
  const { sent, existing, marks, message } = request;
  const { dtstamp } = message.stamp;
  const parts = new Map<InstanceKey, ComponentNode>();
  const own = existing?.parts.get(SERIES);
  const excluded = ownExclusions(request, series);
  for (const [key, node] of sent.parts) {
    if (key === SERIES || marks.isLater(key, dtstamp) || excluded.has(key)) continue;
    parts.set(key, mergedPart(request, key, node));
  }
  for (const [key, node] of existing?.parts ?? []) {
    if (key === SERIES || parts.has(key) || excluded.has(key)) continue;
    if (marks.isLater(key, dtstamp)) parts.set(key, node);
    else if (own !== undefined && !sent.parts.has(key) && marks.of(key) === undefined) {
      const kept = ownAnswerTo(request, key, node, series, own);
      if (kept !== undefined) parts.set(key, kept);
    }
  }
  for (const mark of marks.instances)
    if (mark.cancelled && mark.dtstamp > dtstamp)
      excluded.set(mark.instance, exclusionLine(mark.instance, series));
  for (const key of excludedIn(sent)) excluded.delete(key);
  // What is there by a later word is not out by this one.
  const theirs = withoutExclusions(sent, series, (key) => parts.has(key));
  const mine = mergedPart(request, SERIES, theirs);
  const whole =
    excluded.size === 0
      ? mine
      : { ...mine, properties: [...mine.properties, ...excluded.values()] };
  return new Map([[SERIES, whole], ...parts]);
};

const mergedPart = (
  { existing, recipient, allDayTransparent }: Requested,
  key: InstanceKey,
  node: ComponentNode,
): ComponentNode => {
  const part = existing?.parts.get(key);
  const series = existing?.parts.get(SERIES);
  const own: Own | undefined =
    part !== undefined
      ? { node: part, isSeries: false }
      : series && { node: series, isSeries: true };
  return merged(node, own, { recipient, allDayTransparent });
};

/** Instances that the recipient took out of his copy himself, and that nobody put back since. */
const ownExclusions = (
  { existing, sent, recipient, marks, message }: Requested,
  series: ComponentNode,
): Map<InstanceKey, ContentLine> => {
  const own = existing?.parts.get(SERIES);
  if (existing === undefined || own === undefined) return new Map();
  const found = new Map<InstanceKey, ContentLine>();
  for (const line of own.properties.filter(({ name }) => name === 'EXDATE'))
    for (const value of line.value.split(',')) {
      const single = { ...line, value: value.trim() };
      const key = existing.clock.keyOf(single);
      if (key === undefined || marks.of(key)?.cancelled === true) continue;
      if (marks.isLater(key, message.stamp.dtstamp) || existing.parts.has(key)) continue;
      const node = sent.parts.get(key) ?? series;
      const mine = attendeeLine(node, recipient);
      const declined = mine !== undefined && partstatOf(mine) === 'DECLINED';
      if (declined || sequenceOf(node) <= sequenceOf(own)) found.set(key, single);
    }
  return found;
};

/** An exception that is only the recipient's own answer to an instance, and the organizer never spoke of: it stands, until he is asked again. */
const ownAnswerTo = (
  { existing, sent, recipient }: Requested,
  key: InstanceKey,
  node: ComponentNode,
  series: ComponentNode,
  own: ComponentNode,
): ComponentNode | undefined => {
  if (existing === undefined || sequenceOf(series) > sequenceOf(own)) return undefined;
  if (excludedIn(sent).has(key)) return undefined;
  const mine = attendeeLine(node, recipient);
  const general = attendeeLine(own, recipient);
  if (mine === undefined || partstatOf(mine) === 'NEEDS-ACTION') return undefined;
  if (general !== undefined && partstatOf(general) === partstatOf(mine)) return undefined;
  const instance = derivedInstance(sent, key);
  return (
    instance && merged(instance, { node, isSeries: false }, { recipient, allDayTransparent: false })
  );
};

/** EXDATE of an instance, as the series writes its start, in UTC where that has a zone. */
export const exclusionLine = (key: InstanceKey, series: ComponentNode): ContentLine => {
  const start = lineOf(series, 'DTSTART') ?? lineOf(series, 'DUE');
  const value = start?.value.trim() ?? '';
  if (/^\d{8}$/.test(value)) return newLine('EXDATE', key.slice(0, 8), ';VALUE=DATE');
  const floats = !value.endsWith('Z') && !/;TZID=/i.test(start?.parameters ?? '');
  return newLine('EXDATE', floats ? key.slice(0, -1) : key);
};

/** The series without some of its EXDATEs. */
const withoutExclusions = (
  { clock }: ObjectParts,
  series: ComponentNode,
  unwanted: (key: InstanceKey) => boolean,
): ComponentNode => {
  const isWanted = (line: ContentLine, value: string): boolean => {
    const key = clock.keyOf({ ...line, value: value.trim() });
    return key === undefined || !unwanted(key);
  };
  const names = (line: ContentLine): boolean =>
    line.name === 'EXDATE' && clock.keysOf(line).some(unwanted);
  if (!series.properties.some(names)) return series;
  const properties = series.properties.flatMap((line) => {
    if (line.name !== 'EXDATE') return [line];
    const values = line.value.split(',').filter((value) => isWanted(line, value));
    return values.length === 0 ? [] : [{ ...line, value: values.join(',') }];
  });
  return { ...series, properties };
};

/** A recipient's whole object as text: the message's calendar without METHOD, or his own. */
export const textOf = (
  { sent, existing }: Pick<Requested, 'sent' | 'existing'>,
  parts: ReadonlyMap<InstanceKey, ComponentNode>,
): string => {
  const isFresh =
    existing === undefined && [...parts].every(([key, node]) => sent.parts.get(key) === node);
  const known = isFresh && parts.size === sent.parts.size ? fresh.get(sent.calendar) : undefined;
  if (known !== undefined) return known;
  const base = existing === undefined ? sent : withZonesOf(existing, sent);
  const tree = calendarWith(base, parts);
  const properties = tree.properties.filter(({ name }) => name !== 'METHOD');
  const text = writeComponent({ ...tree, properties });
  if (isFresh && parts.size === sent.parts.size) fresh.set(sent.calendar, text);
  return text;
};

/** An invitation is stored as it is by each of thousands of recipients. */
const fresh = new WeakMap<ComponentNode, string>();

/** An object with the VTIMEZONEs of another that it has not. */
const withZonesOf = (own: ObjectParts, other: ObjectParts): ObjectParts => {
  const tzid = (node: ComponentNode): string | undefined => lineOf(node, 'TZID')?.value.trim();
  const isZone = ({ name }: ComponentNode): boolean => name === 'VTIMEZONE';
  const known = new Set(own.calendar.components.filter(isZone).map(tzid));
  const more = other.calendar.components.filter((node) => isZone(node) && !known.has(tzid(node)));
  if (more.length === 0) return own;
  const { calendar } = own;
  return { ...own, calendar: { ...calendar, components: [...more, ...calendar.components] } };
};
