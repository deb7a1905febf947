import type { ComponentNode } from '../icalendar/component-tree.ts';
import { type ContentLine, parameter, parametersOf } from '../icalendar/content-lines.ts';
import { writeParameters } from '../icalendar/writing.ts';
import { type Heard, type Mark, withMarks, withSeriesMark } from './heard.ts';
import { derivedInstance, excludedIn } from './instance-of.ts';
import { recurrenceIdOf } from './instance-keys.ts';
import { newLine, type ObjectParts, sequenceOf, withLine } from './object-parts.ts';
import { exclusionLine, type Requested } from './requested.ts';
import { type InstanceKey, SERIES } from './instance.ts';

type Parts = ReadonlyMap<InstanceKey, ComponentNode>;

interface Cancelled extends Omit<Requested, 'allDayTransparent'> {
  /** Whether what is called off stays, and says so. */
  readonly kept: boolean;
}

/** What is left of the recipient's object after a CANCEL; `undefined` where there is no news in it. */
export const cancelled = (request: Cancelled): Parts | undefined => {
  const { sent, marks, existing } = request;
  const news = [...sent.parts].filter(([key, node]) => marks.isNews(key, stampIn(request, node)));
  if (news.length === 0) return undefined;
  if (existing === undefined) return new Map();
  if (news.some(([key]) => key === SERIES)) return wholly(request, existing);
  const parts = new Map(existing.parts);
  for (const [key, node] of news) callOff(parts, existing, key, node, request.kept);
  return parts;
};

export const marksAfterCancel = (heard: Heard, request: Cancelled): Heard => {
  const { message, sent } = request;
  const { sender } = message;
  const spoken = [...sent.parts].map(
    ([instance, node]): Mark => ({
      ...{ sender, instance, cancelled: true },
      ...stampIn(request, node),
    }),
  );
  return sent.parts.has(SERIES)
    ? withSeriesMark(heard, sender, message.stamp.dtstamp, spoken)
    : withMarks(heard, spoken);
};

const stampIn = ({ message }: Cancelled, node: ComponentNode) => ({
  sequence: sequenceOf(node),
  dtstamp: message.stamp.dtstamp,
});

/** All goes but the instances that were spoken of later: who is no longer invited to the series may be to one of them. */
const wholly = ({ marks, message, kept }: Cancelled, { parts }: ObjectParts): Parts => {
  const { dtstamp } = message.stamp;
  const left = [...parts].filter(
    ([key]) => key !== SERIES && marks.isLater(key, dtstamp) && marks.of(key)?.cancelled === false,
  );
  if (left.length > 0 || !kept) return new Map(left);
  return new Map([...parts].map(([key, node]) => [key, marked(node)]));
};

const marked = (node: ComponentNode): ComponentNode =>
  withLine(node, newLine('STATUS', 'CANCELLED'));

const callOff = (
  parts: Map<InstanceKey, ComponentNode>,
  existing: ObjectParts,
  key: InstanceKey,
  node: ComponentNode,
  kept: boolean,
): void => {
  const series = parts.get(SERIES);
  const line = recurrenceIdOf(node);
  const lasting = line !== undefined && parameter(line.parameters, 'RANGE') !== undefined;
  if (series !== undefined && (lasting || kept)) {
    const part = parts.get(key) ?? derivedInstance(existing, key);
    if (part !== undefined) parts.set(key, marked(lasting ? withLine(part, line) : part));
    return;
  }
  parts.delete(key);
  if (series === undefined || excludedIn({ ...existing, parts }).has(key)) return;
  const exclusion = line === undefined ? exclusionLine(key, series) : asExclusion(line);
  parts.set(SERIES, { ...series, properties: [...series.properties, exclusion] });
};

const asExclusion = (line: ContentLine): ContentLine => ({
  ...line,
  name: 'EXDATE',
  parameters: writeParameters(parametersOf(line.parameters).filter(({ name }) => name !== 'RANGE')),
});
