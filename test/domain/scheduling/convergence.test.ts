import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Addresses } from '../../../src/domain/scheduling/addresses.ts';
import { answer, withAnswer } from '../../../src/domain/scheduling/answering.ts';
import { derivedInstance, excludedIn } from '../../../src/domain/scheduling/instance-of.ts';
import { objectParts } from '../../../src/domain/scheduling/object-parts.ts';
import { organize } from '../../../src/domain/scheduling/organizing.ts';
import { attendeeLine, partstatOf } from '../../../src/domain/scheduling/people.ts';
import type { InstanceKey, Stamp } from '../../../src/domain/scheduling/instance.ts';
import type { Outgoing } from '../../../src/domain/scheduling/scheduling.ts';
import {
  ada,
  at,
  calendar,
  type Copy,
  delivered,
  empty,
  event,
  exception,
  invites,
  person,
  weekly,
} from './meeting.ts';

const names = ['bob', 'cyd', 'dan'] as const;
const days = ['20270105', '20270112', '20270119', '20270126', '20270202'] as const;
const keyOf = (day: string): InstanceKey => `${day}T110000Z` as InstanceKey;

/** What an organizer may have, to be written as an object. */
interface Plan {
  readonly title: number;
  readonly note: number;
  readonly hour: 10 | 12;
  readonly people: readonly boolean[];
  /** For each day: as in the series, taken out, or an exception for some. */
  readonly days: readonly (
    | 'series'
    | 'out'
    | { readonly title: number; readonly note: number; readonly people: readonly boolean[] }
  )[];
}

const people = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
const small = fc.nat({ max: 2 });
const planned: fc.Arbitrary<Plan | undefined> = fc.option(
  fc.record({
    ...{ title: small, note: small, people },
    hour: fc.constantFrom(10 as const, 12 as const),
    days: fc.array(
      fc.oneof(
        { weight: 4, arbitrary: fc.constant('series' as const) },
        fc.constant('out' as const),
        fc.record({ title: small, note: small, people }),
      ),
      { minLength: 5, maxLength: 5 },
    ),
  }),
  { nil: undefined, freq: 8 },
);

/** The plan as a client writes it that knows the object before: answers stay with whom they are. */
const written = (plan: Plan | undefined, before: string | undefined): string | undefined => {
  if (plan === undefined) return undefined;
  const known = before === undefined ? undefined : objectParts(before);
  const lineFor = (name: string, key: InstanceKey): string => {
    const node = known && (known.parts.get(key) ?? derivedInstance(known, key));
    const line = node && attendeeLine(node, person(name));
    return line === undefined ? invites(name) : `ATTENDEE${line.parameters}:${line.value}`;
  };
  const attending = (those: readonly boolean[], key: InstanceKey): readonly string[] =>
    names.flatMap((name, which) => (those[which] === true ? [lineFor(name, key)] : []));
  const sequenceFor = (key: InstanceKey): readonly string[] =>
    (known?.parts.get(key)?.properties ?? [])
      .filter(({ name }) => name === 'SEQUENCE')
      .map(({ value }) => `SEQUENCE:${value}`);
  const out = plan.days.flatMap((kind, which) =>
    kind === 'out' ? [keyOf(days[which] ?? '')] : [],
  );
  const series = event(
    `DTSTART;TZID=Europe/Berlin:20270105T120000`,
    `DTEND;TZID=Europe/Berlin:20270105T1${plan.hour === 10 ? 3 : 4}0000`,
    weekly[2],
    `SUMMARY:Title ${plan.title}`,
    `DESCRIPTION:Note ${plan.note}`,
    ...out.map((key) => `EXDATE:${key}`),
    ...sequenceFor('' as InstanceKey),
    ...attending(plan.people, '' as InstanceKey),
  );
  const exceptions = plan.days.flatMap((kind, which) => {
    const day = days[which] ?? '';
    if (typeof kind === 'string') return [];
    return [
      exception(
        day,
        `SUMMARY:Day ${kind.title}`,
        `DESCRIPTION:Note ${kind.note}`,
        ...sequenceFor(keyOf(day)),
        ...attending(kind.people, keyOf(day)),
      ),
    ];
  });
  return calendar(series, ...exceptions);
};

/** What somebody sees of each day: what it is called, how long it is, how he answered. `undefined`: nothing. */
const seen = (
  text: string | undefined,
  who: Addresses,
): readonly (readonly string[] | undefined)[] => {
  const object = text === undefined ? undefined : objectParts(text);
  return days.map((day) => {
    const key = keyOf(day);
    if (object === undefined) return undefined;
    const part = object.parts.get(key);
    if (part === undefined && excludedIn(object).has(key)) return undefined;
    const node = part ?? derivedInstance(object, key);
    const line = node && attendeeLine(node, who);
    if (node === undefined || line === undefined) return undefined;
    const say = (name: string): string =>
      node.properties.find((one) => one.name === name)?.value ?? '';
    return [say('SUMMARY'), say('DESCRIPTION'), say('DTEND'), partstatOf(line)];
  });
};

interface Organizer {
  readonly copy: Copy;
  readonly last: Stamp | undefined;
}

/** Someone organizes, and says what has to be said. */
const organizing = (
  { copy, last }: Organizer,
  after: string | undefined,
  minute: number,
  keepAnswers = true,
): { readonly state: Organizer; readonly messages: readonly Outgoing[] } => {
  const result = organize({
    ...{ before: copy.text, after, organizer: ada, now: at(minute), last, keepAnswers },
  });
  if (result.kind !== 'organized') throw new Error(result.invalid);
  return {
    state: { copy: { ...copy, text: result.stored }, last: result.last },
    messages: result.messages,
  };
};

const isTo = (who: Addresses, { message }: Outgoing): boolean =>
  message.recipients.some((one) => who.has(one));

describe('deliveries', () => {
  it('in any order, as often as may be, end in the same', () => {
    fc.assert(
      fc.property(
        fc.array(planned, { minLength: 1, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (plans, chance) => {
          let state: Organizer = { copy: empty, last: undefined };
          const messages: Outgoing[] = [];
          plans.forEach((plan, minute) => {
            const told = organizing(state, written(plan, state.copy.text), minute);
            state = told.state;
            messages.push(...told.messages);
          });
          for (const name of names) {
            const who = person(name);
            const mine = messages.filter((one) => isTo(who, one));
            const shuffled = [...mine, ...mine]
              .map((one) => [chance.next().value, one] as const)
              .toSorted(([one], [other]) => one - other)
              .map(([, one]) => one);
            const deliver = (all: readonly Outgoing[]): Copy =>
              all.reduce((copy, { message }) => delivered(copy, message, who).copy, empty);
            const expected = seen(state.copy.text, who);
            expect(seen(deliver(mine).text, who)).toEqual(expected);
            expect(seen(deliver(shuffled).text, who)).toEqual(expected);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  const action = fc.oneof(
    fc.record({ kind: fc.constant('plan' as const), plan: planned }),
    fc.record({
      kind: fc.constant('answer' as const),
      who: fc.nat({ max: 2 }),
      day: fc.option(fc.nat({ max: 4 }), { nil: undefined }),
      partstat: fc.constantFrom('ACCEPTED' as const, 'DECLINED' as const, 'TENTATIVE' as const),
    }),
    fc.record({ kind: fc.constant('delete' as const), who: fc.nat({ max: 2 }) }),
    fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(), again: fc.boolean() }),
    fc.record({ kind: fc.constant('deliver' as const), which: fc.nat(), again: fc.boolean() }),
  );

  it('between an organizer and attendees who answer meanwhile end with all agreeing', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 25 }), (actions) => {
        let organizer: Organizer = { copy: empty, last: undefined };
        const copies = new Map<string, Copy>(names.map((name) => [name, empty]));
        const lasts = new Map<string, string>();
        const waiting: Outgoing[] = [];
        const past: Outgoing[] = [];
        let minute = 0;
        const organize1 = (after: string | undefined, keepAnswers?: boolean): void => {
          const told = organizing(organizer, after, minute, keepAnswers);
          organizer = told.state;
          waiting.push(...told.messages);
        };
        const change = (name: string, after: string | undefined): void => {
          const copy = copies.get(name) ?? empty;
          if (copy.text === undefined) return;
          const result = answer({
            ...{ before: copy.text, after, attendee: person(name), now: at(minute) },
            last: lasts.get(name),
          });
          if (result.kind !== 'answered') throw new Error(result.invalid);
          if (result.last !== undefined) lasts.set(name, result.last);
          copies.set(name, { ...copy, text: result.stored });
          waiting.push(...result.messages);
        };
        const deliver = (outgoing: Outgoing): void => {
          const { message } = outgoing;
          if (isTo(ada, outgoing)) {
            const { copy } = delivered(organizer.copy, message, ada);
            const before = organizer.copy.text;
            organizer = { ...organizer, copy: { ...copy, text: before } };
            if (copy.text !== before) organize1(copy.text, false);
          }
          for (const name of names)
            if (isTo(person(name), outgoing)) {
              const copy = copies.get(name) ?? empty;
              copies.set(name, delivered(copy, message, person(name)).copy);
            }
          past.push(outgoing);
        };
        for (const step of actions) {
          minute += 1;
          const name = 'who' in step ? (names[step.who] ?? 'bob') : 'bob';
          const text = copies.get(name)?.text;
          if (step.kind === 'plan') organize1(written(step.plan, organizer.copy.text));
          else if (step.kind === 'delete') change(name, undefined);
          else if (step.kind === 'answer' && text !== undefined) {
            const key = step.day === undefined ? undefined : keyOf(days[step.day] ?? '');
            const object = objectParts(text);
            const isThere =
              key === undefined ||
              (object !== undefined && (object.parts.has(key) || !excludedIn(object).has(key)));
            if (isThere) change(name, withAnswer(text, person(name), step.partstat, key));
          } else if (step.kind === 'deliver') {
            const from = step.again ? past : waiting;
            const which = from.length === 0 ? -1 : step.which % from.length;
            const [outgoing] = step.again ? from.slice(which, which + 1) : from.splice(which, 1);
            if (which >= 0 && outgoing !== undefined) deliver(outgoing);
          }
        }
        minute += 1;
        for (let round = 0; waiting.length > 0; round += 1) {
          if (round > 500) throw new Error('they talk for ever');
          // The last first, as no good network does.
          const outgoing = waiting.pop();
          if (outgoing !== undefined) deliver(outgoing);
        }
        const end = [organizer.copy.text, ...copies.values()];
        for (const outgoing of past.slice()) deliver(outgoing);
        expect(waiting).toEqual([]);
        expect([organizer.copy.text, ...copies.values()]).toEqual(end);
        for (const name of names) {
          const who = person(name);
          const his = seen(copies.get(name)?.text, who);
          seen(organizer.copy.text, who).forEach((theirs, which) => {
            // Who declined may have taken it away.
            if (theirs?.[3] === 'DECLINED' && his[which] === undefined) return;
            expect([name, days[which], his[which]]).toEqual([name, days[which], theirs]);
          });
        }
      }),
      { numRuns: 100 },
    );
  });
});
