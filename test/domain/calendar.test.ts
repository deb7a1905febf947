import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CalendarCommand,
  type CalendarEvent,
  calendar,
} from '../../src/domain/calendar/calendar.ts';
import { MEMBER_PROPERTY_LIMITS } from '../../src/domain/collection/member-properties.ts';
import type { Precondition } from '../../src/domain/collection/precondition.ts';
import { unconditional } from '../../src/domain/collection/precondition.ts';
import type { Content } from '../../src/domain/kernel/content.ts';
import type {
  AccountId,
  CollectionId,
  ETag,
  ResourceName,
  Uid,
} from '../../src/domain/kernel/ids.ts';
import { fold, given, run } from '../support/given.ts';

const owner = '11111111-1111-4111-8111-111111111111' as AccountId;
const lunch = 'lunch.ics' as ResourceName;
const dinner = 'dinner.ics' as ResourceName;
const tag = (text: string): ETag => text as ETag;
const content: Content = { kind: 'inline', octets: new Uint8Array([1]) };

const created: CalendarEvent = { type: 'CalendarCreated', owner, components: ['VEVENT'] };
const stored = (
  name: ResourceName,
  uid: string,
  etag: string,
  replaced?: string,
): CalendarEvent => ({
  type: 'CalendarObjectStored',
  name,
  facts: { uid: uid as Uid, etag: tag(etag), component: 'VEVENT', classes: ['PUBLIC'] },
  content,
  ...(replaced === undefined ? {} : { replaced: replaced as ETag }),
});
const store = (
  name: ResourceName,
  uid: string,
  etag: string,
  when: Precondition = unconditional,
): Extract<CalendarCommand, { type: 'StoreCalendarObject' }> => ({
  type: 'StoreCalendarObject',
  name,
  facts: { uid: uid as Uid, etag: tag(etag), component: 'VEVENT', classes: ['PUBLIC'] },
  content,
  when,
});
const remove = (name: ResourceName, when: Precondition = unconditional): CalendarCommand => ({
  type: 'DeleteCalendarObject',
  name,
  when,
});

const mood = (xml: string) => new Map([['{urn:x}mood', xml]]);
const withMood = (event: CalendarEvent, xml = '<m/>'): CalendarEvent =>
  event.type === 'CalendarObjectStored'
    ? { ...event, facts: { ...event.facts, dead: mood(xml) } }
    : event;
const change = (
  name: ResourceName,
  etag: string,
  dead: ReadonlyMap<string, string | null>,
): CalendarCommand => ({
  type: 'ChangeCalendarObjectProperties',
  name,
  etag: tag(etag),
  content,
  change: dead,
});

describe('dead properties of a calendar object (RFC 4918 §4.3)', () => {
  const history = [created, withMood(stored(lunch, 'one', 'a'))] as const;

  test('are said by an event that says the object again, once they really change', () => {
    given(calendar, created, stored(lunch, 'one', 'a'))
      .when(change(lunch, 'a', mood('<m/>')))
      .records(withMood(stored(lunch, 'one', 'a', 'a')));
    given(calendar, ...history)
      .when(change(lunch, 'a', mood('<m/>')))
      .records();
    given(calendar, ...history)
      .when(change(lunch, 'a', new Map([['{urn:x}mood', null]])))
      .records(stored(lunch, 'one', 'a', 'a'));
  });

  test('are changed only of the object as it was read', () => {
    given(calendar, ...history)
      .when(change(lunch, 'old', mood('<n/>')))
      .refuses({ kind: 'PreconditionFailed', current: tag('a') });
    given(calendar, ...history)
      .when(change(dinner, 'a', mood('<n/>')))
      .refuses({ kind: 'ObjectNotFound' });
  });

  test('stay when the object is stored again, and go with it when it gets another name', () => {
    given(calendar, ...history)
      .when(store(lunch, 'one', 'b'))
      .records(withMood(stored(lunch, 'one', 'b', 'a')));
    given(calendar, ...history)
      .when(store(lunch, 'one', 'a'))
      .records();
    const { facts } = store(lunch, 'one', 'a');
    given(calendar, ...history)
      .when({
        type: 'MoveCalendarObject',
        from: lunch,
        name: dinner,
        facts,
        content,
        when: unconditional,
        over: unconditional,
      })
      .records(
        { type: 'CalendarObjectDeleted', name: lunch },
        withMood(stored(dinner, 'one', 'a')),
      );
  });

  test('give way to those of what is copied there, even to none (RFC 4918 §9.8.2)', () => {
    const copied = (dead: ReadonlyMap<string, string>): CalendarCommand => {
      const command = store(lunch, 'one', 'a');
      return { ...command, facts: { ...command.facts, dead } };
    };
    given(calendar, ...history)
      .when(copied(new Map()))
      .records(stored(lunch, 'one', 'a', 'a'));
    given(calendar, ...history)
      .when(copied(mood('<n/>')))
      .records(withMood(stored(lunch, 'one', 'a', 'a'), '<n/>'));
  });

  test('are bounded for each object and for all together, and can always become fewer', () => {
    const { properties, characters, inAll } = MEMBER_PROPERTY_LIMITS;
    const many = new Map(
      Array.from({ length: properties + 1 }, (_, index) => [`{urn:x}${index}`, '<m/>']),
    );
    for (const dead of [many, mood('x'.repeat(characters))])
      given(calendar, ...history)
        .when(change(lunch, 'a', dead))
        .refuses({ kind: 'PropertiesTooLarge' });
    const large = 'x'.repeat(characters - 100);
    const full = Array.from({ length: Math.floor(inAll / large.length) }, (_, index) =>
      withMood(stored(`${index}` as ResourceName, `${index}`, 'a'), large),
    );
    const all = given(calendar, created, ...full, stored(lunch, 'one', 'a'));
    all.when(change(lunch, 'a', mood(large))).refuses({ kind: 'PropertiesTooLarge' });
    all
      .when(change('0' as ResourceName, 'a', mood('<m/>')))
      .records(withMood(stored('0' as ResourceName, '0', 'a', 'a')));
  });
});

describe('a calendar', () => {
  test('is created once', () => {
    const command = { type: 'CreateCalendar', owner, components: ['VEVENT'] } as const;
    given(calendar).when(command).records(created);
    given(calendar, created).when(command).refuses({ kind: 'CollectionExists' });
  });

  test('never opens again after it was deleted', () => {
    given(calendar, created, { type: 'CalendarDeleted' })
      .when({ type: 'CreateCalendar', owner, components: ['VEVENT'] })
      .refuses({ kind: 'CollectionExists' });
  });

  test.each([
    ['before it was created', []],
    ['after it was deleted', [created, { type: 'CalendarDeleted' } as const]],
  ])('takes no commands %s', (_, history) => {
    const refusal = { kind: 'CollectionNotFound' } as const;
    given(calendar, ...history)
      .when(store(lunch, 'a', '1'))
      .refuses(refusal);
    given(calendar, ...history)
      .when(remove(lunch))
      .refuses(refusal);
    given(calendar, ...history)
      .when({ type: 'DeleteCalendar' })
      .refuses(refusal);
  });

  test('is deleted with everything in it', () => {
    const history = [created, stored(lunch, 'a', '1')];
    given(calendar, ...history)
      .when({ type: 'DeleteCalendar' })
      .records({ type: 'CalendarDeleted' });
    expect(fold(calendar, [...history, { type: 'CalendarDeleted' }]).members.byName.size).toBe(0);
  });
});

describe('a calendar object', () => {
  test('is stored under its name', () => {
    given(calendar, created)
      .when(store(lunch, 'a', '1'))
      .records(stored(lunch, 'a', '1'));
  });

  test('replaces what had its name', () => {
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(store(lunch, 'a', '2'))
      .records(stored(lunch, 'a', '2', '1'));
  });

  test('with the octets it already has records nothing, so that the sync-token stays (RFC 6578 §4)', () => {
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(store(lunch, 'a', '1'))
      .records();
  });

  test('may not have the UID of another (RFC 4791 §5.3.2.1, no-uid-conflict)', () => {
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(store(dinner, 'a', '2'))
      .refuses({ kind: 'UidConflict', holder: lunch });
  });

  test('may not change its UID (RFC 4791 §5.3.2.1, no-uid-conflict)', () => {
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(store(lunch, 'b', '2'))
      .refuses({ kind: 'UidConflict', holder: lunch });
  });

  test('may take the UID of one that was deleted', () => {
    given(calendar, created, stored(lunch, 'a', '1'), {
      type: 'CalendarObjectDeleted',
      name: lunch,
    })
      .when(store(dinner, 'a', '2'))
      .records(stored(dinner, 'a', '2'));
  });

  test('must be of a component the calendar takes (RFC 4791 §5.2.3)', () => {
    const task = { ...store(lunch, 'a', '1').facts, component: 'VTODO' } as const;
    given(calendar, created)
      .when({ ...store(lunch, 'a', '1'), facts: task })
      .refuses({ kind: 'ComponentNotSupported', component: 'VTODO' });
  });

  test('is deleted once', () => {
    const history = [created, stored(lunch, 'a', '1')];
    const deleted = { type: 'CalendarObjectDeleted', name: lunch } as const;
    given(calendar, ...history)
      .when(remove(lunch))
      .records(deleted);
    given(calendar, ...history, deleted)
      .when(remove(lunch))
      .refuses({ kind: 'ObjectNotFound' });
  });

  test.each<[string, Precondition, string | undefined, boolean]>([
    ['If-Match with its tag', { ifMatch: [tag('0'), tag('1')] }, '1', true],
    ['If-Match with another tag', { ifMatch: [tag('2')] }, '1', false],
    ['If-Match with a tag, where there is nothing', { ifMatch: [tag('1')] }, undefined, false],
    ['If-Match: *', { ifMatch: '*' }, '1', true],
    ['If-Match: *, where there is nothing', { ifMatch: '*' }, undefined, false],
    ['If-None-Match: *', { ifNoneMatch: '*' }, '1', false],
    ['If-None-Match: *, where there is nothing', { ifNoneMatch: '*' }, undefined, true],
    ['If-None-Match with its tag', { ifNoneMatch: [tag('1')] }, '1', false],
    ['If-None-Match with another tag', { ifNoneMatch: [tag('2')] }, '1', true],
    ['both, one of which fails', { ifMatch: '*', ifNoneMatch: '*' }, '1', false],
  ])('heeds %s (RFC 9110 §13.1)', (_, when, current, goesOn) => {
    const history = current === undefined ? [created] : [created, stored(lunch, 'a', current)];
    const decided = given(calendar, ...history).when(store(lunch, 'a', 'new', when));
    if (goesOn) decided.records(stored(lunch, 'a', 'new', current));
    else decided.refuses({ kind: 'PreconditionFailed', current: current as ETag | undefined });
  });

  test('heeds preconditions before it is deleted (RFC 9110 §13.1.1)', () => {
    const failed = (current: ETag | undefined) =>
      ({ kind: 'PreconditionFailed', current }) as const;
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(remove(lunch, { ifMatch: [tag('2')] }))
      .refuses(failed(tag('1')));
    given(calendar, created)
      .when(remove(lunch, { ifMatch: '*' }))
      .refuses(failed(undefined));
  });

  test('is judged by its preconditions first: they hide nothing and let nothing through', () => {
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(store(dinner, 'a', '2', { ifMatch: '*' }))
      .refuses({ kind: 'PreconditionFailed', current: undefined });
  });
});

describe('moving a calendar object', () => {
  const origin = {
    collection: '7c9e6679-7425-40de-944b-e07fc1f90ae7' as CollectionId,
    name: dinner,
  };
  const move = (
    when: Precondition = unconditional,
    over: Precondition = unconditional,
    uid = 'a',
  ): CalendarCommand => ({
    type: 'MoveCalendarObject',
    from: lunch,
    name: dinner,
    facts: { uid: uid as Uid, etag: '1' as ETag, component: 'VEVENT', classes: ['PUBLIC'] },
    content,
    when,
    over,
  });
  const arrived: Extract<CalendarEvent, { type: 'CalendarObjectStored' }> = {
    type: 'CalendarObjectStored',
    name: lunch,
    facts: {
      ...{ uid: 'a' as Uid, etag: '1' as ETag, component: 'VEVENT', classes: ['PUBLIC'] },
      movedFrom: origin,
    },
    content,
  };

  test('within the collection frees the old name and its UID, then takes the new one', () => {
    given(calendar, created, stored(lunch, 'a', '1'))
      .when(move())
      .records({ type: 'CalendarObjectDeleted', name: lunch }, stored(dinner, 'a', '1'));
    const { byName, holderOf } = run(calendar, [
      { type: 'CreateCalendar', owner, components: ['VEVENT'] },
      store(lunch, 'a', '1'),
      move(),
    ]).state.members;
    expect([...byName.keys()]).toEqual([dinner]);
    expect([...holderOf]).toEqual([['a', dinner]]);
  });

  test('is refused when the source is gone, changed or of another UID', () => {
    given(calendar, created).when(move()).refuses({ kind: 'ObjectNotFound' });
    const stale = '1' as ETag;
    given(calendar, created, stored(lunch, 'a', '2'))
      .when(move({ ifMatch: [stale] }))
      .refuses({ kind: 'PreconditionFailed', current: '2' as ETag });
    given(calendar, created, stored(lunch, 'b', '1'))
      .when(move())
      .refuses({ kind: 'UidConflict', holder: lunch });
  });

  test('never replaces another object, which has another UID', () => {
    const history = [created, stored(lunch, 'a', '1'), stored(dinner, 'b', '3')];
    given(calendar, ...history)
      .when(move())
      .refuses({ kind: 'UidConflict', holder: dinner });
    given(calendar, ...history)
      .when(move(unconditional, { ifNoneMatch: '*' }))
      .refuses({ kind: 'PreconditionFailed', current: '3' as ETag });
  });

  test('from another collection that was brought here already is done, though nothing may be replaced', () => {
    const command = {
      type: 'StoreCalendarObject',
      name: lunch,
      facts: arrived.facts,
      content,
      when: { ifNoneMatch: '*' },
    } as const;
    given(calendar, created).when(command).records(arrived);
    given(calendar, created, arrived).when(command).records();
    const elsewhere = {
      ...arrived,
      facts: { ...arrived.facts, movedFrom: { ...origin, name: lunch } },
    };
    for (const other of [
      stored(lunch, 'a', '1'),
      elsewhere,
      { ...arrived, facts: { ...arrived.facts, etag: '0' as ETag } },
    ])
      given(calendar, created, other)
        .when(command)
        .refuses({
          kind: 'PreconditionFailed',
          current: other.type === 'CalendarObjectStored' ? other.facts.etag : undefined,
        });
  });

  test('is forgotten as soon as the object is stored again', () => {
    given(calendar, created, arrived, stored(lunch, 'a', '2', '1'))
      .when({
        type: 'StoreCalendarObject',
        name: lunch,
        facts: arrived.facts,
        content,
        when: { ifNoneMatch: '*' },
      })
      .refuses({ kind: 'PreconditionFailed', current: '2' as ETag });
  });
});

const anyName = fc.constantFrom('a', 'b', 'c', 'd').map((name) => name as ResourceName);
const anyWhen = fc.constantFrom<Precondition>(
  {},
  { ifMatch: '*' },
  { ifNoneMatch: '*' },
  { ifMatch: [tag('1')] },
  { ifNoneMatch: [tag('1')] },
);
const anyCommand: fc.Arbitrary<CalendarCommand> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(anyName, fc.constantFrom('u', 'v', 'w'), fc.constantFrom('1', '2', '3'), anyWhen)
      .map(([name, uid, etag, when]) => store(name, uid, etag, when)),
  },
  { weight: 3, arbitrary: fc.tuple(anyName, anyWhen).map(([name, when]) => remove(name, when)) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(anyName, anyName, fc.constantFrom('u', 'v', 'w'), anyWhen, anyWhen)
      .map(([from, name, uid, when, over]) => ({
        ...store(name, uid, '1', when),
        type: 'MoveCalendarObject' as const,
        from,
        over,
      })),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'DeleteCalendar' } as const) },
);

describe('whatever commands a calendar is given', () => {
  const history = fc
    .array(anyCommand, { maxLength: 40 })
    .map((commands) => [
      { type: 'CreateCalendar', owner, components: ['VEVENT'] } as const,
      ...commands,
    ]);

  test('no two objects have one UID, and every holder holds what it is said to', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const { byName, holderOf } = run(calendar, commands).state.members;
        expect(new Set([...byName.values()].map(({ uid }) => uid)).size).toBe(byName.size);
        expect(new Map([...byName].map(([name, { uid }]) => [uid, name]))).toEqual(holderOf);
      }),
    );
  });

  test('folding what was recorded gives the state the commands led to', () => {
    fc.assert(
      fc.property(history, (commands) => {
        const { events, state } = run(calendar, commands);
        expect(fold(calendar, events)).toEqual(state);
      }),
    );
  });

  test('asking twice for the same object changes nothing the second time', () => {
    fc.assert(
      fc.property(history, anyName, (commands, name) => {
        const { state } = run(calendar, commands);
        const command = store(name, 'u', '9');
        const first = calendar.decide(command, state);
        if ('rejected' in first) return;
        const after = first.accepted.reduce(calendar.evolve, state);
        expect(calendar.decide(command, after)).toEqual({ accepted: [] });
      }),
    );
  });
});
