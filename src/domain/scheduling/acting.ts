import { componentTree, isTimed, writeComponent } from '../icalendar/component-tree.ts';
import type { ContentLine } from '../icalendar/content-lines.ts';
import { type Addresses, isOf } from './addresses.ts';
import { partstatOf, withParameters } from './people.ts';

/** Somebody who writes to the calendar of somebody else. */
export interface ActingFor {
  readonly owner: Addresses;
  /** The owner's address, as ORGANIZER gets it: `mailto:a@example.org`. */
  readonly ownerAddress: string;
  readonly actor: Addresses;
  readonly actorAddress: string;
  /** Whether the owner's answer says who gave it, too. */
  readonly marksAnswers: boolean;
}

/**
 * An object as somebody sends it who acts for the owner of the calendar (SENT-BY, RFC 5545 §3.2.18): where he names
 * himself as its organizer, the owner organizes it; where the owner's answer is another than before, it is his to have
 * said so. The text itself where neither is so.
 */
export const actingFor = (
  before: string | undefined,
  after: string,
  { owner, ownerAddress, actor, actorAddress, marksAnswers }: ActingFor,
): string => {
  const root = componentTree(after);
  if (root === undefined) return after;
  const answers = answersIn(before, owner);
  let changed = false;
  const acted = (line: ContentLine, instance: string): ContentLine => {
    const isOrganizers =
      line.name === 'ORGANIZER' && before === undefined && isOf(line, actor) && !isOf(line, owner);
    const isAnswer =
      marksAnswers &&
      line.name === 'ATTENDEE' &&
      isOf(line, owner) &&
      before !== undefined &&
      partstatOf(line) !== (answers.get(instance) ?? answers.get(''));
    if (!isOrganizers && !isAnswer) return line;
    changed = true;
    const sent = withParameters(line, { 'SENT-BY': actorAddress });
    return isOrganizers
      ? { ...withParameters(sent, { CN: undefined }), value: ownerAddress }
      : sent;
  };
  const components = root.components.map((one) => {
    if (!isTimed(one)) return one;
    const instance =
      one.properties.find(({ name }) => name === 'RECURRENCE-ID')?.value.trim() ?? '';
    return { ...one, properties: one.properties.map((line) => acted(line, instance)) };
  });
  return changed ? writeComponent({ ...root, components }) : after;
};

/** The owner's answers by instance. */
const answersIn = (text: string | undefined, owner: Addresses): ReadonlyMap<string, string> => {
  const root = text === undefined ? undefined : componentTree(text);
  return new Map(
    (root?.components ?? []).filter(isTimed).flatMap(({ properties }): [string, string][] => {
      const line = properties.find((one) => one.name === 'ATTENDEE' && isOf(one, owner));
      const instance = properties.find(({ name }) => name === 'RECURRENCE-ID')?.value.trim() ?? '';
      return line === undefined ? [] : [[instance, partstatOf(line)]];
    }),
  );
};
