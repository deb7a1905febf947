import type { ComponentNode } from '../icalendar/component-tree.ts';
import { parameter } from '../icalendar/content-lines.ts';
import { type Addresses, addressesOf, type CalendarUserAddress, isOf } from './addresses.ts';
import { excludedIn } from './instance-of.ts';
import { recurrenceIdOf } from './instance-keys.ts';
import { newLine, type ObjectParts, withLine } from './object-parts.ts';
import { agentOf, attendeeLines, forcedBy, isParticipant } from './people.ts';
import { type InstanceKey, SERIES } from './instance.ts';

/** What of an object some attendees are invited to: all of them see the same of it. */
export interface View {
  readonly parts: ReadonlyMap<InstanceKey, ComponentNode>;
  /** Instances of the series that are not theirs. */
  readonly excluded: ReadonlySet<InstanceKey>;
}

const nothing: View = { parts: new Map(), excluded: new Set() };

/** How somebody stands in an object: which of its parts he is invited to, or only told of. */
export interface Standing {
  readonly invited: readonly InstanceKey[];
  readonly informed: readonly InstanceKey[];
  /** SCHEDULE-FORCE-SEND=REQUEST (RFC 6638 §7.2). */
  readonly forced: boolean;
}

/** All but the organizer whom the server has to tell (SCHEDULE-AGENT). */
export const standings = (
  object: ObjectParts | undefined,
  organizer: Addresses,
): ReadonlyMap<CalendarUserAddress, Standing> => {
  const found = new Map<CalendarUserAddress, Growing>();
  for (const [key, node] of object?.parts ?? []) {
    const seen = new Set<CalendarUserAddress>();
    for (const line of attendeeLines(node)) {
      const [address] = addressesOf(line);
      if (address === undefined || seen.has(address)) continue;
      if (isOf(line, organizer) || agentOf(line) !== 'SERVER') continue;
      seen.add(address);
      const standing = found.get(address) ?? { invited: [], informed: [], forced: false };
      (isParticipant(line) ? standing.invited : standing.informed).push(key);
      if (forcedBy(line) === 'REQUEST') standing.forced = true;
      found.set(address, standing);
    }
  }
  return found;
};

interface Growing extends Standing {
  readonly invited: InstanceKey[];
  readonly informed: InstanceKey[];
  forced: boolean;
}

/** What an object is to those who are invited to some of its parts. */
export const viewOf = (object: ObjectParts | undefined, invited: readonly InstanceKey[]): View => {
  if (object === undefined || invited.length === 0) return nothing;
  const theirs = new Set(invited);
  const parts = new Map<InstanceKey, ComponentNode>();
  const excluded = new Set(theirs.has(SERIES) ? excludedIn(object) : []);
  for (const [key, node] of object.parts) {
    if (theirs.has(key)) parts.set(key, node);
    else if (theirs.has(SERIES)) {
      // From some instance on they are not invited: EXDATE cannot say that.
      if (isLasting(node)) parts.set(key, withLine(node, newLine('STATUS', 'CANCELLED')));
      else excluded.add(key);
    }
  }
  const series = parts.get(SERIES);
  if (series !== undefined) parts.set(SERIES, excluding(object, series, excluded));
  return { parts, excluded };
};

/** RANGE=THISANDFUTURE (RFC 5545 §3.2.13). */
const isLasting = (node: ComponentNode): boolean => {
  const line = recurrenceIdOf(node);
  return (
    line !== undefined && parameter(line.parameters, 'RANGE')?.toUpperCase() === 'THISANDFUTURE'
  );
};

/** The series without instances that its EXDATE does not name yet. */
const excluding = (
  object: ObjectParts,
  series: ComponentNode,
  excluded: ReadonlySet<InstanceKey>,
): ComponentNode => {
  const named = excludedIn(object);
  const added = [...excluded].flatMap((key) => {
    const node = named.has(key) ? undefined : object.parts.get(key);
    const line = node && recurrenceIdOf(node);
    return line === undefined ? [] : [{ ...line, name: 'EXDATE' }];
  });
  return added.length === 0 ? series : { ...series, properties: [...series.properties, ...added] };
};
