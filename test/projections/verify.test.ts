import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { BlobRef, CollectionId, Segment } from '../../src/domain/kernel/ids.ts';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { comparisonsOf } from '../../src/projections/verify/comparisons.ts';
import type { Finding } from '../../src/projections/verify/finding.ts';
import { verify } from '../../src/projections/verify/verify.ts';
import {
  account,
  calendarStream,
  codec,
  created,
  deleted,
  type Fixture,
  openFixture,
  stored,
  storedWith,
} from './fixture.ts';

let fixture: Fixture;
const calendar = calendarStream();
const owner = account();
const homeOf = streams.home(owner);
const accountOf = streams.account(owner);

const add = (id: string): DomainEvent => ({
  type: 'CollectionAdded',
  collection: id as CollectionId,
  kind: 'calendar',
  segment: id as Segment,
  properties: { displayName: 'Ours', order: 1, dead: new Map([['{x}y', '<y/>']]) },
});

beforeEach(async () => {
  fixture = await openFixture();
  const blob = stored('blob');
  if (blob.type !== 'CalendarObjectStored') throw new Error('no object');
  const logs: readonly (readonly [StreamId, readonly DomainEvent[]])[] = [
    [
      calendar,
      [
        created(owner),
        storedWith('a', 300, '<y/>'),
        stored('b'),
        { ...blob, content: { kind: 'blob', ref: 'ref' as BlobRef, size: 90_000 } },
        stored('gone'),
        deleted('gone'),
      ],
    ],
    [homeOf, [add('1'), add('2')]],
    [
      accountOf,
      [
        { type: 'AccountOpened', login: 'ann', displayName: 'Ann', mail: '' },
        { type: 'PasswordSet', passwordHash: '$1' },
      ],
    ],
    [streams.preferences(owner), [{ type: 'CalendarDeleted' }]],
  ];
  const runtime = fixture.run('one');
  for (const [stream, events] of logs)
    expect(await runtime.seen(stream, await fixture.record(stream, events), 2000)).toBe(true);
  await runtime.close();
});
afterEach(() => fixture.close());

const found = async (patienceMs = 100): Promise<readonly Finding[]> => {
  const comparisons = comparisonsOf(fixture.model.audits);
  const all: Finding[] = [];
  const parts = { store: fixture.store, codec, comparisons, patienceMs };
  for await (const one of verify(parts)) all.push(one);
  return all;
};

const member = { projection: 'collection', stream: calendar, of: 'member' } as const;
const plants: readonly (readonly [what: string, sql: string, finding: Finding])[] = [
  ...(['etag', 'uid', 'component', 'created_at', 'modified_at'] as const).map(
    (column) =>
      [
        `a member's ${column}`,
        `update collection.members set ${column} = 'x' where name = 'a'`,
        {
          ...member,
          problem: 'differs',
          name: 'a',
          columns: [column.replace(/_a/, 'A')],
        },
      ] as const,
  ),
  [
    'one octet of a member',
    `update collection.members set body = overlay(body placing 'X' from 200) where name = 'a'`,
    { ...member, problem: 'differs', name: 'a', columns: ['content'] },
  ],
  [
    `a member's blob`,
    `update collection.members set blob = 'other' where name = 'blob'`,
    { ...member, problem: 'differs', name: 'blob', columns: ['content'] },
  ],
  [
    `a member's size`,
    `update collection.members set size = 7 where name = 'a'`,
    { ...member, problem: 'differs', name: 'a', columns: ['size'] },
  ],
  [
    `a member's dead properties`,
    `update collection.members set dead = replace(dead, 'y/', 'z/') where name = 'a'`,
    { ...member, problem: 'differs', name: 'a', columns: ['dead'] },
  ],
  [
    `a member's revision`,
    `update collection.members set revision = 0 where name = 'b'`,
    { ...member, problem: 'differs', name: 'b', columns: ['revision'] },
  ],
  [
    'a lost member',
    `delete from collection.members where name = 'a'`,
    { ...member, problem: 'missing', name: 'a' },
  ],
  [
    'a member too many',
    `insert into collection.members select stream, 'more', revision, gone, fresh, uid, component, etag, size,
      created_at, modified_at, body, blob from collection.members where name = 'a'`,
    { ...member, problem: 'surplus', name: 'more' },
  ],
  [
    'a lost tombstone',
    `delete from collection.members where gone`,
    { ...member, of: 'tombstone', problem: 'missing', name: 'gone' },
  ],
  [
    `a tombstone's revision`,
    `update collection.members set revision = 4 where gone`,
    { ...member, of: 'tombstone', problem: 'differs', name: 'gone', columns: ['revision'] },
  ],
  [
    `a member's classification`,
    `update collection.members set classes = 'PRIVATE' where name = 'a'`,
    { ...member, problem: 'differs', name: 'a', columns: ['classes'] },
  ],
  [
    'when a member was of another classification',
    `update collection.members set formerly = '{"PRIVATE": "2"}' where name = 'a'`,
    { ...member, problem: 'differs', name: 'a', columns: ['formerly'] },
  ],
  [
    'rights that nobody gave',
    `update collection.collections set grants = '{"authenticated": ["PublicModifier"]}'`,
    { ...member, of: 'stream', problem: 'differs', columns: ['grants'] },
  ],
  [
    `a collection's status`,
    `update collection.collections set status = 'deleted'`,
    { ...member, of: 'stream', problem: 'differs', columns: ['status'] },
  ],
  [
    `a collection's owner`,
    `update collection.collections set owner = 'x'`,
    { ...member, of: 'stream', problem: 'differs', columns: ['owner'] },
  ],
  [
    'a parked stream',
    `insert into collection.parked (stream, revision, code, message) values ('${calendar}', 6, 'x', 'x')`,
    { ...member, of: 'stream', problem: 'parked', applied: 5n },
  ],
  [
    'rows that are ahead of the log',
    `update collection.collections set applied = 9`,
    { ...member, of: 'stream', problem: 'ahead', applied: 9n },
  ],
  [
    'rows of a stream that the log does not have',
    `insert into collection.collections (stream, applied) values ('calendar-none', 3)`,
    {
      projection: 'collection',
      stream: 'calendar-none',
      of: 'stream',
      problem: 'unknown',
    },
  ],
  [
    `an entry's properties`,
    `update home.entries set properties = properties || '{"dead": {"{x}y": "<z/>"}, "order": 2}' where collection = '1'`,
    {
      projection: 'home',
      stream: homeOf,
      of: 'entry',
      problem: 'differs',
      name: '1',
      columns: ['order', 'dead'],
    },
  ],
  [
    'a lost entry',
    `delete from home.entries where collection = '2'`,
    { projection: 'home', stream: homeOf, of: 'entry', problem: 'missing', name: '2' },
  ],
  [
    `an account's password`,
    `update account.accounts set password_hash = '$2'`,
    {
      projection: 'account',
      stream: accountOf,
      of: 'stream',
      problem: 'differs',
      columns: ['passwordHash'],
    },
  ],
  [
    'an account that is not there',
    `update account.accounts set login = null`,
    { projection: 'account', stream: accountOf, of: 'stream', problem: 'missing' },
  ],
];

describe('verify', () => {
  test('finds nothing where rows and log agree', async () => {
    expect(await found()).toEqual([]);
  });

  for (const [what, sql, finding] of plants)
    test(`finds ${what}`, async () => {
      await fixture.pool.query(sql);
      expect(await found()).toEqual([finding]);
    });

  test('finds rows that stay behind, and compares them at their own revision', async () => {
    await fixture.record(calendar, [stored('late')]);
    expect(await found()).toEqual([{ ...member, of: 'stream', problem: 'behind', applied: 5n }]);
  });

  test('finds a stream the projection never heard of', async () => {
    const stream = calendarStream();
    await fixture.record(stream, [created()]);
    expect(await found()).toEqual([
      { projection: 'collection', stream, of: 'stream', problem: 'behind', applied: 'no-stream' },
    ]);
  });

  test('never tells contents', async () => {
    await fixture.pool.query(`update collection.members set body = 'secret'`);
    await fixture.pool.query(`update account.accounts set mail = 'secret@example.org'`);
    const text = JSON.stringify(await found(), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(text).toContain('content');
    expect(text).not.toMatch(/secret|\$1|example/);
  });

  test('finds nothing beside a server under way', async () => {
    const runtime = fixture.run('two', { leaseMs: 600 });
    let isDone = false;
    const writing = (async () => {
      for (let count = 0; !isDone; count += 1) {
        await fixture.record(calendar, [stored(`n${count % 20}`), deleted(`n${count % 20}`)]);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    const all = [await found(3000), await found(3000), await found(3000)];
    isDone = true;
    await writing;
    await runtime.close();
    expect(all).toEqual([[], [], []]);
  });
});
