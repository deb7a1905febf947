import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import type { Addresses } from './addresses.ts';
import { derivedInstance, excludedIn } from './instance-of.ts';
import type { ObjectParts } from './object-parts.ts';
import { valueOf } from './object-parts.ts';
import { attendeeLine, forcedBy, organizerLine, parameterValues, partstatOf } from './people.ts';
import { type InstanceKey, SERIES } from './instance.ts';

/** An attendee's answer to one instance, and the component that it is to. */
export interface GivenAnswer {
  readonly instance: InstanceKey;
  readonly partstat: string;
  readonly part: ComponentNode;
  /** His line: before, and as he sent it. */
  readonly before: ContentLine | undefined;
  readonly line: ContentLine;
}

/** How somebody answered an instance, by its own component or by the series. */
interface Stand {
  readonly partstat: string;
  readonly delegates: string;
  readonly part: ComponentNode;
  readonly line: ContentLine;
}

const standAt = (
  object: ObjectParts | undefined,
  key: InstanceKey,
  attendee: Addresses,
): Stand | undefined => {
  if (object === undefined) return undefined;
  const excluded = key !== SERIES && excludedIn(object).has(key);
  const part = object.parts.get(key) ?? derivedInstance(object, key);
  const line = part && attendeeLine(part, attendee);
  if (part === undefined || line === undefined) return undefined;
  const partstat = excluded && !object.parts.has(key) ? 'DECLINED' : partstatOf(line);
  const delegates = parameterValues(line, 'DELEGATED-TO')?.join('\n') ?? '';
  return { partstat, delegates, part, line };
};

/** What an attendee answered by a change of his copy: each instance where his answer is another than it was. */
export const answersIn = (
  before: ObjectParts | undefined,
  after: ObjectParts,
  attendee: Addresses,
): readonly GivenAnswer[] => {
  const excluded = [...excludedIn(after)].filter(
    (key) => before !== undefined && !excludedIn(before).has(key),
  );
  const keys = new Set([...after.parts.keys(), ...(before?.parts.keys() ?? []), ...excluded]);
  return [...keys].flatMap((instance) => {
    const then = standAt(before, instance, attendee);
    const now = standAt(after, instance, attendee);
    const known = then ?? (instance === SERIES ? undefined : standAt(after, SERIES, attendee));
    if (now === undefined || isCalledOff(now.part)) return [];
    const was = known?.partstat ?? 'NEEDS-ACTION';
    const changed =
      now.partstat !== was || (then !== undefined && now.delegates !== then.delegates);
    const forced = after.parts.has(instance) && isForced(now);
    if (!changed && !forced) return [];
    const { partstat, part, line } = now;
    return [{ instance, partstat, part, line, before: then?.line }];
  });
};

/** Who takes it out of his calendar declines what he has not declined yet. */
export const declinesIn = (before: ObjectParts, attendee: Addresses): readonly GivenAnswer[] =>
  [...before.parts].flatMap(([instance, part]) => {
    const line = attendeeLine(part, attendee);
    if (line === undefined || isCalledOff(part)) return [];
    if (partstatOf(line) === 'DECLINED' || partstatOf(line) === 'DELEGATED') return [];
    return [{ instance, partstat: 'DECLINED', part, line, before: line }];
  });

const isCalledOff = (node: ComponentNode): boolean =>
  valueOf(node, 'STATUS')?.trim().toUpperCase() === 'CANCELLED';

/** SCHEDULE-FORCE-SEND=REPLY (RFC 6638 §7.2). */
const isForced = ({ part, line }: Stand): boolean => {
  const organizer = organizerLine(part);
  return [line, ...(organizer === undefined ? [] : [organizer])].some(
    (one) => forcedBy(one) === 'REPLY',
  );
};
