import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COLLECTION_LIMIT,
  type HomeCommand,
  type HomeEvent,
  home,
  PERSONAL,
} from '../../src/domain/home/home.ts';
import { PROPERTY_LIMITS, type PropertyChange } from '../../src/domain/home/properties.ts';
import type { CollectionId, Segment } from '../../src/domain/kernel/ids.ts';
import { fold, given, run } from '../support/given.ts';

const id = (number: number): CollectionId =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}` as CollectionId;
const work = 'work' as Segment;

const added = (
  number: number,
  segment: Segment,
  properties: PropertyChange = {},
  kind: 'calendar' | 'addressbook' = 'calendar',
): Extract<HomeEvent, { type: 'CollectionAdded' }> => ({
  type: 'CollectionAdded',
  collection: id(number),
  kind,
  segment,
  properties,
});
const add = (...what: Parameters<typeof added>): HomeCommand => ({
  ...added(...what),
  type: 'AddCollection',
});
const change = (number: number, what: PropertyChange): HomeCommand => ({
  type: 'ChangeCollectionProperties',
  collection: id(number),
  change: what,
});
const changed = (number: number, what: PropertyChange): HomeEvent => ({
  type: 'CollectionPropertiesChanged',
  collection: id(number),
  change: what,
});
const provision: HomeCommand = { type: 'ProvisionHome', calendar: id(1), addressBook: id(2) };
const personal = [
  added(1, PERSONAL, { displayName: 'Personal Calendar' }),
  added(2, PERSONAL, { displayName: 'Personal Address Book' }, 'addressbook'),
];

describe('a home', () => {
  test('is given a personal calendar and address book on first use', () => {
    given(home)
      .when(provision)
      .records(...personal);
  });

  test('is given them once, whatever ids the second attempt brings', () => {
    given(home, ...personal)
      .when({ type: 'ProvisionHome', calendar: id(8), addressBook: id(9) })
      .records();
  });

  test('keeps its personal collections', () => {
    given(home, ...personal)
      .when({ type: 'RemoveCollection', collection: id(1) })
      .refuses({ kind: 'PersonalCollectionStays' });
  });

  test('has one collection of a kind at a segment', () => {
    given(home, added(3, work))
      .when(add(4, work))
      .refuses({ kind: 'SegmentTaken', holder: id(3) });
    given(home, added(3, work))
      .when(add(4, work, {}, 'addressbook'))
      .records(added(4, work, {}, 'addressbook'));
  });

  test('has a collection once', () => {
    given(home, added(3, work))
      .when(add(3, 'club' as Segment))
      .refuses({ kind: 'CollectionExists' });
  });

  test('frees the segment of a collection that is removed', () => {
    const removed = { type: 'CollectionRemoved', collection: id(3) } as const;
    given(home, added(3, work))
      .when({ type: 'RemoveCollection', collection: id(3) })
      .records(removed);
    given(home, added(3, work), removed).when(add(4, work)).records(added(4, work));
  });

  test('knows no collection that was never added or is gone', () => {
    const refusal = { kind: 'CollectionNotFound' } as const;
    given(home, ...personal)
      .when({ type: 'RemoveCollection', collection: id(3) })
      .refuses(refusal);
    given(home, ...personal)
      .when(change(3, { color: '#fff' }))
      .refuses(refusal);
  });

  test('holds so many collections and no more', () => {
    const full = Array.from({ length: COLLECTION_LIMIT }, (_, at) =>
      added(at, `s${at}` as Segment),
    );
    given(home, ...full)
      .when(add(COLLECTION_LIMIT, work))
      .refuses({ kind: 'TooManyCollections', limit: COLLECTION_LIMIT });
  });
});

describe('the properties of a collection', () => {
  test('are recorded as far as they change', () => {
    given(home, added(3, work, { displayName: 'Work', color: '#ffffff' }))
      .when(change(3, { displayName: 'Work', color: '#000000' }))
      .records(changed(3, { color: '#000000' }));
  });

  test('said twice are recorded once', () => {
    const dead = new Map([['{urn:x}note', '<note xmlns="urn:x"/>']]);
    given(home, added(3, work, { displayName: 'Work', dead }))
      .when(change(3, { displayName: 'Work', dead: new Map(dead) }))
      .records();
  });

  test('can be taken away, once', () => {
    const history = [added(3, work, { description: 'All of it' })];
    const gone = changed(3, { description: null });
    given(home, ...history)
      .when(change(3, { description: null }))
      .records(gone);
    given(home, ...history, gone)
      .when(change(3, { description: null }))
      .records();
  });

  test('that have no value are not recorded with a new collection', () => {
    given(home)
      .when(add(3, work, { displayName: 'Work', color: null }))
      .records(added(3, work, { displayName: 'Work' }));
  });

  test('are bounded in length and number, when added and when changed', () => {
    const refusal = { kind: 'PropertiesTooLarge' } as const;
    const long = 'x'.repeat(PROPERTY_LIMITS.characters + 1);
    const many = new Map(
      Array.from({ length: PROPERTY_LIMITS.dead + 1 }, (_, at) => [`{urn:x}p${at}`, '<p/>']),
    );
    given(home)
      .when(add(3, work, { displayName: long }))
      .refuses(refusal);
    given(home)
      .when(add(3, work, { dead: many }))
      .refuses(refusal);
    given(home, added(3, work))
      .when(change(3, { timeZone: long }))
      .refuses(refusal);
    given(home, added(3, work))
      .when(change(3, { dead: many }))
      .refuses(refusal);
  });

  test('may lose some and win others in one change', () => {
    const dead = new Map([['{urn:x}a', '<a/>']]);
    const what = {
      dead: new Map([
        ['{urn:x}a', null],
        ['{urn:x}b', '<b/>'],
      ]),
    };
    const history = [added(3, work, { dead }), changed(3, what)];
    given(home, added(3, work, { dead }))
      .when(change(3, what))
      .records(changed(3, what));
    expect(fold(home, history).entries.get(id(3))?.properties.dead).toEqual(
      new Map([['{urn:x}b', '<b/>']]),
    );
  });
});

describe('whatever commands a home is given', () => {
  const anyId = fc.integer({ min: 1, max: 6 });
  const anySegment = fc.constantFrom('personal', 'work', 'club').map((text) => text as Segment);
  const anyText = fc.constantFrom('a', 'b', null);
  const anyChange: fc.Arbitrary<PropertyChange> = fc.record(
    {
      displayName: anyText,
      description: anyText,
      order: fc.constantFrom(0, 1, null),
      dead: fc
        .dictionary(fc.constantFrom('{}x', '{}y'), anyText)
        .map((all) => new Map(Object.entries(all))),
    },
    { requiredKeys: [] },
  );
  const anyCommand: fc.Arbitrary<HomeCommand> = fc.oneof(
    fc.constant(provision),
    fc
      .tuple(
        anyId,
        anySegment,
        anyChange,
        fc.constantFrom('calendar' as const, 'addressbook' as const),
      )
      .map((what) => add(...what)),
    fc.tuple(anyId, anyChange).map(([number, what]) => change(number, what)),
    anyId.map((number) => ({ type: 'RemoveCollection', collection: id(number) }) as const),
  );

  test('each segment of a kind has one collection, and folding the events gives the same state', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
        const { events, state } = run(home, commands);
        const places = [...state.entries.values()].map(({ kind, segment }) => `${kind} ${segment}`);
        expect(new Set(places).size).toBe(places.length);
        expect(fold(home, events)).toEqual(state);
      }),
    );
  });

  test('a change that was just made has nothing left to record', () => {
    fc.assert(
      fc.property(
        fc.array(anyCommand, { maxLength: 20 }),
        anyId,
        anyChange,
        (commands, number, what) => {
          const { state } = run(home, commands);
          const first = home.decide(change(number, what), state);
          if ('rejected' in first) return;
          const after = first.accepted.reduce(home.evolve, state);
          expect(home.decide(change(number, what), after)).toEqual({ accepted: [] });
        },
      ),
    );
  });

  test('a collection that was added is never added a second time under the same id', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
        const live = new Set<CollectionId>();
        for (const event of run(home, commands).events) {
          if (event.type === 'CollectionAdded') {
            expect(live.has(event.collection)).toBe(false);
            live.add(event.collection);
          } else if (event.type === 'CollectionRemoved') live.delete(event.collection);
        }
      }),
    );
  });
});
