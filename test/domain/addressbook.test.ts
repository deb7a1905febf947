import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AddressBookCommand,
  type AddressBookEvent,
  addressBook,
} from '../../src/domain/addressbook/addressbook.ts';
import { type Precondition, unconditional } from '../../src/domain/collection/precondition.ts';
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
const jane = 'jane.vcf' as ResourceName;
const john = 'john.vcf' as ResourceName;
const content: Content = { kind: 'inline', octets: new Uint8Array([1]) };
const factsOf = (uid: string, etag: string) => ({ uid: uid as Uid, etag: etag as ETag });

const created: AddressBookEvent = { type: 'AddressBookCreated', owner };
const stored = (
  name: ResourceName,
  uid: string,
  etag: string,
  replaced?: string,
): AddressBookEvent => ({
  type: 'AddressObjectStored',
  name,
  facts: factsOf(uid, etag),
  content,
  ...(replaced === undefined ? {} : { replaced: replaced as ETag }),
});
const store = (
  name: ResourceName,
  uid: string,
  etag: string,
  when: Precondition = unconditional,
): AddressBookCommand => ({
  type: 'StoreAddressObject',
  name,
  facts: factsOf(uid, etag),
  content,
  when,
});
const remove = (name: ResourceName, when: Precondition = unconditional): AddressBookCommand => ({
  type: 'DeleteAddressObject',
  name,
  when,
});

describe('a UID that members may share', () => {
  const shared = (name: ResourceName, uid: string, etag: string): AddressBookCommand => ({
    ...(store(name, uid, etag) as Extract<AddressBookCommand, { type: 'StoreAddressObject' }>),
    mayShareUid: true,
  });

  test('is taken by the second only when that is allowed', () => {
    given(addressBook, created, stored(jane, 'u1', 'e1'))
      .when(shared(john, 'u1', 'e2'))
      .records(stored(john, 'u1', 'e2'));
    given(addressBook, created, stored(jane, 'u1', 'e1'))
      .when(store(john, 'u1', 'e2'))
      .refuses({ kind: 'UidConflict', holder: jane });
  });

  test('stays what its member has, and taken when the first of them goes', () => {
    const both = [created, stored(jane, 'u1', 'e1'), stored(john, 'u1', 'e2')];
    given(addressBook, ...both)
      .when(shared(john, 'u2', 'e3'))
      .refuses({ kind: 'UidConflict', holder: john });
    given(addressBook, ...both, { type: 'AddressObjectDeleted', name: jane })
      .when(store('third.vcf' as ResourceName, 'u1', 'e4'))
      .refuses({ kind: 'UidConflict', holder: john });
  });
});

describe('an address book', () => {
  test('is created once, and never again after it was deleted', () => {
    const command = { type: 'CreateAddressBook', owner } as const;
    given(addressBook).when(command).records(created);
    given(addressBook, created).when(command).refuses({ kind: 'CollectionExists' });
    given(addressBook, created, { type: 'AddressBookDeleted' })
      .when(command)
      .refuses({ kind: 'CollectionExists' });
  });

  test('takes no commands before it was created or after it was deleted', () => {
    const refusal = { kind: 'CollectionNotFound' } as const;
    for (const history of [[], [created, { type: 'AddressBookDeleted' } as const]]) {
      given(addressBook, ...history)
        .when(store(jane, 'a', '1'))
        .refuses(refusal);
      given(addressBook, ...history)
        .when(remove(jane))
        .refuses(refusal);
      given(addressBook, ...history)
        .when({ type: 'DeleteAddressBook' })
        .refuses(refusal);
    }
  });

  test('is deleted with everything in it', () => {
    given(addressBook, created, stored(jane, 'a', '1'))
      .when({ type: 'DeleteAddressBook' })
      .records({ type: 'AddressBookDeleted' });
  });
});

describe('an address object', () => {
  test('is stored, and replaced', () => {
    given(addressBook, created)
      .when(store(jane, 'a', '1'))
      .records(stored(jane, 'a', '1'));
    given(addressBook, created, stored(jane, 'a', '1'))
      .when(store(jane, 'a', '2'))
      .records(stored(jane, 'a', '2', '1'));
  });

  test('with the octets it already has records nothing, so that the sync-token stays (RFC 6578 §4)', () => {
    given(addressBook, created, stored(jane, 'a', '1'))
      .when(store(jane, 'a', '1'))
      .records();
  });

  test('may not have the UID of another, nor change its own (RFC 6352 §6.3.2.1, no-uid-conflict)', () => {
    const refusal = { kind: 'UidConflict', holder: jane } as const;
    const history = [created, stored(jane, 'a', '1')];
    given(addressBook, ...history)
      .when(store(john, 'a', '2'))
      .refuses(refusal);
    given(addressBook, ...history)
      .when(store(jane, 'b', '2'))
      .refuses(refusal);
  });

  test('is deleted once', () => {
    const deleted = { type: 'AddressObjectDeleted', name: jane } as const;
    given(addressBook, created, stored(jane, 'a', '1'))
      .when(remove(jane))
      .records(deleted);
    given(addressBook, created, stored(jane, 'a', '1'), deleted)
      .when(remove(jane))
      .refuses({ kind: 'ObjectNotFound' });
  });

  test('heeds If-Match and If-None-Match when stored and when deleted (RFC 9110 §13.1)', () => {
    const history = [created, stored(jane, 'a', '1')];
    const current = '1' as ETag;
    const failed = { kind: 'PreconditionFailed', current } as const;
    const stale = { ifMatch: ['0' as ETag] };
    given(addressBook, ...history)
      .when(store(jane, 'a', '2', stale))
      .refuses(failed);
    given(addressBook, ...history)
      .when(remove(jane, stale))
      .refuses(failed);
    given(addressBook, ...history)
      .when(store(jane, 'a', '2', { ifNoneMatch: '*' }))
      .refuses(failed);
    given(addressBook, ...history)
      .when(store(jane, 'a', '2', { ifMatch: [current] }))
      .records(stored(jane, 'a', '2', '1'));
    given(addressBook, created)
      .when(remove(jane, { ifMatch: '*' }))
      .refuses({ kind: 'PreconditionFailed', current: undefined });
  });
});

describe('moving an address object', () => {
  const origin = { collection: '7c9e6679-7425-40de-944b-e07fc1f90ae7' as CollectionId, name: john };
  const move = (
    when: Precondition = unconditional,
    over: Precondition = unconditional,
    uid = 'a',
  ): AddressBookCommand => ({
    type: 'MoveAddressObject',
    from: jane,
    name: john,
    facts: factsOf(uid, '1'),
    content,
    when,
    over,
  });
  const arrived: Extract<AddressBookEvent, { type: 'AddressObjectStored' }> = {
    type: 'AddressObjectStored',
    name: jane,
    facts: { ...factsOf('a', '1'), movedFrom: origin },
    content,
  };

  test('within the collection frees the old name and its UID, then takes the new one', () => {
    given(addressBook, created, stored(jane, 'a', '1'))
      .when(move())
      .records({ type: 'AddressObjectDeleted', name: jane }, stored(john, 'a', '1'));
    const { byName, holderOf } = run(addressBook, [
      { type: 'CreateAddressBook', owner },
      store(jane, 'a', '1'),
      move(),
    ]).state.members;
    expect([...byName.keys()]).toEqual([john]);
    expect([...holderOf]).toEqual([['a', john]]);
  });

  test('is refused when the source is gone, changed or of another UID', () => {
    given(addressBook, created).when(move()).refuses({ kind: 'ObjectNotFound' });
    const stale = '1' as ETag;
    given(addressBook, created, stored(jane, 'a', '2'))
      .when(move({ ifMatch: [stale] }))
      .refuses({ kind: 'PreconditionFailed', current: '2' as ETag });
    given(addressBook, created, stored(jane, 'b', '1'))
      .when(move())
      .refuses({ kind: 'UidConflict', holder: jane });
  });

  test('never replaces another object, which has another UID', () => {
    const history = [created, stored(jane, 'a', '1'), stored(john, 'b', '3')];
    given(addressBook, ...history)
      .when(move())
      .refuses({ kind: 'UidConflict', holder: john });
    given(addressBook, ...history)
      .when(move(unconditional, { ifNoneMatch: '*' }))
      .refuses({ kind: 'PreconditionFailed', current: '3' as ETag });
  });

  test('from another collection that was brought here already is done, though nothing may be replaced', () => {
    const command = {
      type: 'StoreAddressObject',
      name: jane,
      facts: arrived.facts,
      content,
      when: { ifNoneMatch: '*' },
    } as const;
    given(addressBook, created).when(command).records(arrived);
    given(addressBook, created, arrived).when(command).records();
    const elsewhere = {
      ...arrived,
      facts: { ...arrived.facts, movedFrom: { ...origin, name: jane } },
    };
    for (const other of [
      stored(jane, 'a', '1'),
      elsewhere,
      { ...arrived, facts: { ...arrived.facts, etag: '0' as ETag } },
    ])
      given(addressBook, created, other)
        .when(command)
        .refuses({
          kind: 'PreconditionFailed',
          current: other.type === 'AddressObjectStored' ? other.facts.etag : undefined,
        });
  });

  test('is forgotten as soon as the object is stored again', () => {
    given(addressBook, created, arrived, stored(jane, 'a', '2', '1'))
      .when({
        type: 'StoreAddressObject',
        name: jane,
        facts: arrived.facts,
        content,
        when: { ifNoneMatch: '*' },
      })
      .refuses({ kind: 'PreconditionFailed', current: '2' as ETag });
  });
});

describe('whatever commands an address book is given', () => {
  const anyName = fc.constantFrom('a', 'b', 'c', 'd').map((name) => name as ResourceName);
  const anyWhen = fc.constantFrom<Precondition>({}, { ifMatch: '*' }, { ifNoneMatch: '*' });
  const anyCommand: fc.Arbitrary<AddressBookCommand> = fc.oneof(
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
          type: 'MoveAddressObject' as const,
          from,
          name,
          facts: factsOf(uid, '1'),
          content,
          when,
          over,
        })),
    },
    { weight: 1, arbitrary: fc.constant({ type: 'DeleteAddressBook' } as const) },
  );

  test('no two objects have one UID, and folding what was recorded gives the same state', () => {
    fc.assert(
      fc.property(fc.array(anyCommand, { maxLength: 40 }), (commands) => {
        const create = { type: 'CreateAddressBook', owner } as const;
        const { events, state } = run(addressBook, [create, ...commands]);
        const { byName, holderOf } = state.members;
        expect(new Map([...byName].map(([name, { uid }]) => [uid, name]))).toEqual(holderOf);
        expect(holderOf.size).toBe(byName.size);
        expect(fold(addressBook, events)).toEqual(state);
      }),
    );
  });
});
