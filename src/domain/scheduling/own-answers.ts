import type { ComponentNode } from '../icalendar/component-tree.ts';
import type { Addresses } from './addresses.ts';
import { type InstanceKey, SERIES } from './instance.ts';
import { type ObjectParts, objectParts, writeParts } from './object-parts.ts';
import { attendeeLine, partstatOf, withAttendees, withParameters } from './people.ts';

/** What an attendee answers to the parts of an object: PARTSTAT (RFC 5545 §3.2.12). */
export type Answers = ReadonlyMap<InstanceKey, string>;

export const noAnswers: Answers = new Map();

/** What somebody's lines say; parts to which he is not invited are absent. */
export const answersIn = (text: string | ComponentNode, who: Addresses): Answers =>
  new Map(
    [...(objectParts(text)?.parts ?? [])].flatMap(([key, node]): [InstanceKey, string][] => {
      const line = attendeeLine(node, who);
      return line === undefined ? [] : [[key, partstatOf(line)]];
    }),
  );

/** The same answer to everything that somebody is invited to. */
export const answeringAll = (text: string, who: Addresses, partstat: string): Answers =>
  new Map([...answersIn(text, who).keys()].map((key) => [key, partstat]));

/** Whether somebody answers the same in both; an instance without an answer of its own has that of the series. */
export const isSameAnswer = (one: Answers, other: Answers): boolean =>
  [...new Set([...one.keys(), ...other.keys()])].every(
    (key) => (one.get(key) ?? one.get(SERIES)) === (other.get(key) ?? other.get(SERIES)),
  );

/** An object with somebody's answers in it, who is then not asked any more (RSVP); itself where it says so already. */
export const withAnswers = (text: string, who: Addresses, answers: Answers): string => {
  const object = answers.size === 0 ? undefined : objectParts(text);
  return object === undefined ? text : writeParts(object, answered(object, who, answers), text);
};

const answered = (object: ObjectParts, who: Addresses, answers: Answers): ObjectParts['parts'] =>
  new Map(
    [...object.parts].map(([key, node]) => {
      const partstat = answers.get(key) ?? answers.get(SERIES);
      const own = attendeeLine(node, who);
      if (partstat === undefined || own === undefined || partstatOf(own) === partstat)
        return [key, node] as const;
      const asked = partstat === 'NEEDS-ACTION';
      return [
        key,
        withAttendees(node, (line) =>
          line === own
            ? withParameters(line, { PARTSTAT: partstat, ...(asked ? {} : { RSVP: undefined }) })
            : line,
        ),
      ] as const;
    }),
  );
