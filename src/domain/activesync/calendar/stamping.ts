import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { utcText } from '../../icalendar/time-values.ts';
import { line, lineIn, withLine } from '../properties.ts';
import { roleOf } from './people.ts';
import type { View } from './view.ts';

/** What makes those invited answer again when it changes (RFC 5546 §2.1.4). */
const ofTime: readonly string[] = ['DTSTART', 'DTEND', 'DURATION', 'RRULE', 'EXDATE', 'STATUS'];

/**
 * An event that was changed, with its stamps (RFC 5545 §3.8.7), and where its organizer changed when it is, its
 * next SEQUENCE. The component itself where it is as before.
 */
export const stamped = (
  before: ComponentNode | undefined,
  after: ComponentNode,
  { context }: View,
): ComponentNode => {
  if (before === after) return after;
  const now = line(' ', utcText(context.now));
  let { properties } = after;
  for (const name of ['DTSTAMP', 'LAST-MODIFIED'])
    properties = withLine(properties, name, { ...now, name });
  if (lineIn(properties, 'CREATED') === undefined && before === undefined)
    properties = withLine(properties, 'CREATED', { ...now, name: 'CREATED' });
  const isMoved =
    before !== undefined && ofTime.some((name) => textsOf(before, name) !== textsOf(after, name));
  if (isMoved && roleOf(properties, context) === 'organizer') {
    const sequence = Number(
      /^\d{1,8}$/.exec(lineIn(properties, 'SEQUENCE')?.value ?? '')?.[0] ?? 0,
    );
    properties = withLine(properties, 'SEQUENCE', line('SEQUENCE', String(sequence + 1)));
  }
  return { ...after, properties };
};

const textsOf = ({ properties }: ComponentNode, name: string): string =>
  properties
    .filter((one) => one.name === name)
    .map(({ parameters, value }) => `${parameters}:${value}`)
    .join('\n');
