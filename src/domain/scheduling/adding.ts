import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { Mark } from './heard.ts';
import { startOf } from './instance-keys.ts';
import { merged } from './merging.ts';
import { sequenceOf, withLine } from './object-parts.ts';
import { exclusionLine, type Requested } from './requested.ts';
import { type InstanceKey, SERIES } from './instance.ts';

interface Addition {
  readonly parts: ReadonlyMap<InstanceKey, ComponentNode>;
  readonly mark: Mark;
}

/**
 * A series with one more instance (ADD, RFC 5546 §3.2.4): a date of its own (RDATE), and an exception that says what
 * is different about it. `undefined` where it is no news, or there is no series to add to.
 */
export const withAddition = (request: Requested): Addition | undefined => {
  const { sent, existing, marks, message, recipient, allDayTransparent } = request;
  const node = sent.parts.get(SERIES);
  const series = existing?.parts.get(SERIES);
  const start = node && startOf(node);
  if (existing === undefined || series === undefined || node === undefined) return undefined;
  const key = start && existing.clock.keyOf(start);
  if (start === undefined || key === undefined) return undefined;
  const stamp = { sequence: sequenceOf(node), dtstamp: message.stamp.dtstamp };
  if (!marks.isNews(key, stamp)) return undefined;
  const exception = withLine(node, { ...start, name: 'RECURRENCE-ID' });
  const date = { ...exclusionLine(key, series), name: 'RDATE' };
  const parts = new Map(existing.parts)
    .set(SERIES, { ...series, properties: [...series.properties, date] })
    .set(
      key,
      merged(exception, { node: series, isSeries: true }, { recipient, allDayTransparent }),
    );
  const { sender } = message;
  return { parts, mark: { sender, instance: key, cancelled: false, ...stamp } };
};
