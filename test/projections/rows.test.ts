import { accountGrantee } from '../../src/domain/rights/grants.ts';
import type { Classification } from '../../src/domain/rights/roles.ts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppPasswordId } from '../../src/domain/account/app-passwords.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type {
  BlobRef,
  CollectionId,
  ETag,
  ResourceName,
  Segment,
  Uid,
} from '../../src/domain/kernel/ids.ts';
import { streams } from '../../src/domain/kernel/streams.ts';
import { comparisonsOf } from '../../src/projections/verify/comparisons.ts';
import { verify } from '../../src/projections/verify/verify.ts';
import {
  account,
  bookStream,
  calendarStream,
  codec,
  created,
  deleted,
  type Fixture,
  inline,
  openFixture,
  stored,
  storedWith,
  whole,
} from './fixture.ts';

let fixture: Fixture;
beforeEach(async () => {
  fixture = await openFixture();
});
afterEach(() => fixture.close());

const names = (rows: readonly { readonly name: string }[] = []): readonly string[] =>
  rows.map(({ name }) => name);

describe('the collection projection', () => {
  test('shows the dead properties of members, from rows and from the log alike', async () => {
    const stream = calendarStream();
    const at = await fixture.record(stream, [created(account()), storedWith('a', 10, '<y/>')]);
    const dead = new Map([['{x}y', '<y/>']]);
    const late = await fixture.consistent().named(stream, ['a' as ResourceName]);
    expect((await whole(Promise.resolve(late)))?.rows[0]?.dead).toEqual(dead);
    const runtime = fixture.run('one');
    expect(await runtime.seen(stream, at, 2000)).toBe(true);
    const all = fixture.model.collections.all(stream);
    expect((await whole(all))?.rows[0]?.dead).toEqual(dead);
    const gone = await fixture.record(stream, [stored('a')]);
    expect(await runtime.seen(stream, gone, 2000)).toBe(true);
    expect((await whole(fixture.model.collections.all(stream)))?.rows[0]).not.toHaveProperty(
      'dead',
    );
  });

  test('shows a calendar with its owner, components, times and members', async () => {
    const owner = account();
    const stream = calendarStream();
    const at = await fixture.record(stream, [created(owner), stored('a.ics'), stored('b.ics')]);
    const runtime = fixture.run('one');
    expect(await runtime.seen(stream, at, 2000)).toBe(true);

    const all = await whole(fixture.model.collections.allFilled(stream));
    expect(all?.collection).toEqual({
      stream,
      kind: 'calendar',
      owner,
      status: 'live',
      components: ['VEVENT', 'VTODO'],
      applied: 2n,
      createdAt: '2026-01-01T00:00:01.000Z',
      modifiedAt: '2026-01-01T00:00:03.000Z',
      grants: new Map(),
    });
    expect(all?.rows).toEqual([
      expect.objectContaining({
        name: 'a.ics',
        uid: 'uid of a.ics',
        component: 'VEVENT',
        revision: 1n,
        createdAt: '2026-01-01T00:00:02.000Z',
        modifiedAt: '2026-01-01T00:00:02.000Z',
      }),
      expect.objectContaining({ name: 'b.ics', revision: 2n }),
    ]);
    const [first] = all?.rows ?? [];
    const octets = first?.content.kind === 'inline' ? first.content.octets : undefined;
    expect(Buffer.from(octets ?? []).toString()).toBe(`a.ics ${first?.etag}`);
    expect(first?.size).toBe(octets?.length);
  });

  test('shows who has which rights, whatever was said between', async () => {
    const stream = calendarStream();
    const bob = accountGrantee(account());
    await fixture.record(stream, [
      created(account()),
      { type: 'RightsGranted', to: bob, roles: ['PublicViewer'] },
      { type: 'RightsGranted', to: 'anonymous', roles: ['PublicViewer'] },
      { type: 'RightsRevoked', from: 'anonymous' },
    ]);
    const runtime = fixture.run('one');
    const grants = async (at: bigint) => {
      expect(await runtime.seen(stream, at, 5000)).toBe(true);
      return (await fixture.model.collections.collections([stream])).get(stream)?.grants;
    };
    expect(await grants(3n)).toEqual(new Map([[bob, ['PublicViewer']]]));
    await fixture.record(stream, [
      { type: 'RightsRevoked', from: bob },
      { type: 'RightsGranted', to: 'authenticated', roles: [] },
    ]);
    expect(await grants(5n)).toEqual(new Map([['authenticated', []]]));
  });

  test('remembers when a member ceased to be of a classification, over batches', async () => {
    const stream = calendarStream();
    const classed = (...classes: readonly Classification[]): DomainEvent => {
      const event = stored('a.ics');
      if (event.type !== 'CalendarObjectStored') throw new Error('not stored');
      return { ...event, facts: { ...event.facts, classes } };
    };
    await fixture.record(stream, [created(account()), classed('PUBLIC')]);
    const runtime = fixture.run('one');
    expect(await runtime.seen(stream, 1n, 5000)).toBe(true);
    await fixture.record(stream, [
      classed('PUBLIC'),
      classed('PRIVATE'),
      classed('PUBLIC', 'PRIVATE'),
    ]);
    expect(await runtime.seen(stream, 4n, 5000)).toBe(true);
    const changes = async () =>
      (await whole(fixture.model.collections.changes(stream, 0n, 9)))?.rows;
    expect(await changes()).toEqual([
      expect.objectContaining({
        classes: ['PUBLIC', 'PRIVATE'],
        formerly: new Map([
          ['PUBLIC', 3n],
          ['PRIVATE', 4n],
        ]),
      }),
    ]);
    await fixture.record(stream, [
      { type: 'CalendarObjectDeleted', name: 'a.ics' as ResourceName },
    ]);
    expect(await runtime.seen(stream, 5n, 5000)).toBe(true);
    expect(await changes()).toEqual([
      {
        name: 'a.ics',
        revision: 5n,
        gone: true,
        formerly: new Map([
          ['PUBLIC', 3n],
          ['PRIVATE', 4n],
          ['PUBLIC,PRIVATE', 5n],
        ]),
      },
    ]);
  });

  test('shows an address book, its components being none (RFC 6352 §5.2)', async () => {
    const stream = bookStream();
    const owner = account();
    const card: DomainEvent = {
      type: 'AddressObjectStored',
      name: 'x.vcf' as ResourceName,
      facts: { uid: 'x' as Uid, etag: 'e' as ETag },
      content: inline('BEGIN:VCARD'),
    };
    const at = await fixture.record(stream, [{ type: 'AddressBookCreated', owner }, card]);
    await fixture.run('one').seen(stream, at, 2000);
    const all = await whole(fixture.model.collections.all(stream));
    expect(all?.collection).toMatchObject({ kind: 'addressbook', components: [], applied: 1n });
    expect(all?.rows).toMatchObject([{ name: 'x.vcf', component: 'VCARD', size: 11 }]);
  });

  test('keeps when a member was created through changes, and forgets it with its deletion', async () => {
    const stream = calendarStream();
    const runtime = fixture.run('one');
    const createdAt = async (): Promise<string | undefined> =>
      (await whole(fixture.model.collections.all(stream)))?.rows[0]?.createdAt;
    await runtime.seen(stream, await fixture.record(stream, [created(), stored('a')]), 2000);
    expect(await createdAt()).toBe('2026-01-01T00:00:02.000Z');
    await runtime.seen(stream, await fixture.record(stream, [stored('a')]), 2000);
    expect(await createdAt()).toBe('2026-01-01T00:00:02.000Z');
    await runtime.seen(stream, await fixture.record(stream, [deleted('a'), stored('a')]), 2000);
    expect(await createdAt()).toBe('2026-01-01T00:00:05.000Z');
    await runtime.seen(stream, await fixture.record(stream, [deleted('a')]), 2000);
    await runtime.seen(stream, await fixture.record(stream, [stored('a')]), 2000);
    expect(await createdAt()).toBe('2026-01-01T00:00:07.000Z');
  });

  test('answers changes with the last revision of each, and tombstones (RFC 6578 §3.5.2)', async () => {
    const stream = calendarStream();
    const at = await fixture.record(stream, [
      created(),
      stored('a'),
      stored('b'),
      stored('c'),
      stored('a'),
      deleted('b'),
    ]);
    await fixture.run('one').seen(stream, at, 2000);
    const changes = async (since: bigint, limit: number): Promise<readonly object[] | undefined> =>
      (await whole(fixture.model.collections.changes(stream, since, limit)))?.rows;
    expect(await changes(-1n, 10)).toMatchObject([
      { name: 'c', revision: 3n },
      { name: 'a', revision: 4n },
      { name: 'b', revision: 5n, gone: true },
    ]);
    expect(await changes(3n, 1)).toMatchObject([{ name: 'a' }]);
    expect(await changes(5n, 10)).toEqual([]);
    expect(await fixture.model.collections.changes(calendarStream(), 0n, 1)).toBeUndefined();
  });

  test('answers asked names in order, the live ones only', async () => {
    const stream = calendarStream();
    const order = ['A', 'a', 'é', '\uffee', '\u{1f600}'];
    const at = await fixture.record(stream, [
      created(),
      ...order.toReversed().map((name) => stored(name)),
      stored('gone'),
      deleted('gone'),
    ]);
    await fixture.run('one').seen(stream, at, 2000);
    const asked = [...order, 'gone', 'never'] as ResourceName[];
    expect(names((await whole(fixture.model.collections.named(stream, asked)))?.rows)).toEqual(
      order,
    );
  });

  test('empties a deleted collection', async () => {
    const stream = calendarStream();
    const runtime = fixture.run('one');
    await runtime.seen(stream, await fixture.record(stream, [created(), stored('a')]), 2000);
    await runtime.seen(
      stream,
      await fixture.record(stream, [stored('b'), { type: 'CalendarDeleted' }]),
      2000,
    );
    const all = await whole(fixture.model.collections.changes(stream, -1n, 10));
    expect(all).toMatchObject({ collection: { status: 'deleted', applied: 3n }, rows: [] });
    const rows = await fixture.pool.query('select from collection.members');
    expect(rows.rowCount).toBe(0);
  });

  test('keeps octets verbatim, a byte order mark too, and large ones as a reference', async () => {
    const stream = calendarStream();
    const text = '\ufeffBEGIN:VCALENDAR\r\nX:\\,\\n"quoted" {é,NULL}\u{1f600}\t\r\n';
    const event = stored('bom');
    const big = stored('big');
    if (event.type !== 'CalendarObjectStored' || big.type !== 'CalendarObjectStored')
      throw new Error('no object');
    const at = await fixture.record(stream, [
      created(),
      { ...event, content: inline(text) },
      { ...big, content: { kind: 'blob', ref: 'r' as BlobRef, size: 70_000 } },
    ]);
    await fixture.run('one').seen(stream, at, 2000);
    const all = await whole(fixture.model.collections.allFilled(stream));
    expect(all?.rows.map(({ content }) => content)).toEqual([
      { kind: 'inline', octets: Buffer.from(text) },
      { kind: 'blob', ref: 'r', size: 70_000 },
    ]);
    expect(all?.rows[1]?.size).toBe(70_000);
  });

  test('passes over an erased event, whose revision still counts', async () => {
    const stream = calendarStream();
    const erased = { type: 'Erased', was: 'CalendarObjectStored' } as const;
    const at = await fixture.record(stream, [created(), stored('a'), erased]);
    const runtime = fixture.run('one');
    expect(await runtime.seen(stream, at, 2000)).toBe(true);
    const all = await whole(fixture.model.collections.all(stream));
    expect(all?.collection.applied).toBe(2n);
    expect(names(all?.rows)).toEqual(['a']);
    const lost = calendarStream();
    expect(await runtime.seen(lost, await fixture.record(lost, [erased]), 2000)).toBe(true);
    expect(await fixture.model.collections.all(lost)).toBeUndefined();
  });

  test('answers many collections at once, leaving out those it does not know', async () => {
    const [one, two, three] = [calendarStream(), bookStream(), calendarStream()];
    const runtime = fixture.run('one');
    await runtime.seen(one, await fixture.record(one, [created()]), 2000);
    const owner = account();
    await runtime.seen(
      two,
      await fixture.record(two, [{ type: 'AddressBookCreated', owner }]),
      2000,
    );
    const rows = await fixture.model.collections.collections([one, two, three]);
    expect([...rows.keys()].toSorted()).toEqual([one, two].toSorted());
    expect(rows.get(two)).toMatchObject({ kind: 'addressbook', owner });
  });
});

describe('the home projection', () => {
  test('shows entries with their properties by kind, order and segment', async () => {
    const owner = account();
    const stream = streams.home(owner);
    const add = (id: string, segment: string, order?: number): DomainEvent => ({
      type: 'CollectionAdded',
      collection: id as CollectionId,
      kind: 'calendar',
      segment: segment as Segment,
      properties: {
        displayName: `${segment}!`,
        ...(order === undefined ? {} : { order }),
        dead: new Map([['{x}y', '<y/>']]),
      },
    });
    const change = (id: string, more: object): DomainEvent => ({
      type: 'CollectionPropertiesChanged',
      collection: id as CollectionId,
      change: more,
    });
    const runtime = fixture.run('one');
    await runtime.seen(
      stream,
      await fixture.record(stream, [
        add('1', 'z', 1),
        add('2', 'b'),
        add('3', 'a'),
        add('4', 'gone'),
        change('1', { displayName: 'first', color: '#112233' }),
      ]),
      2000,
    );
    const at = await fixture.record(stream, [
      { type: 'CollectionRemoved', collection: '4' as CollectionId },
      change('2', { displayName: null, description: 'd', dead: new Map([['{x}z', '<z/>']]) }),
      change('2', { dead: new Map([['{x}y', null]]) }),
    ]);
    await runtime.seen(stream, at, 2000);
    const home = await fixture.model.homes.home(owner);
    expect(home.applied).toBe(7n);
    expect(home.entries).toEqual([
      {
        collection: '1',
        kind: 'calendar',
        segment: 'z',
        properties: {
          displayName: 'first',
          color: '#112233',
          order: 1,
          dead: new Map([['{x}y', '<y/>']]),
        },
      },
      {
        collection: '3',
        kind: 'calendar',
        segment: 'a',
        properties: { displayName: 'a!', dead: new Map([['{x}y', '<y/>']]) },
      },
      {
        collection: '2',
        kind: 'calendar',
        segment: 'b',
        properties: { description: 'd', dead: new Map([['{x}z', '<z/>']]) },
      },
    ]);
    const nobody = account();
    expect(await fixture.model.homes.home(nobody)).toEqual({
      account: nobody,
      applied: 'no-stream',
      entries: [],
    });
  });
});

describe('the account projection', () => {
  const open = (login: string): DomainEvent => ({
    type: 'AccountOpened',
    login,
    displayName: `The ${login}`,
    mail: `${login}@example.org`,
  });

  test('shows open accounts by login and id, and nothing of removed ones', async () => {
    const [ann, bob] = [account(), account()];
    const runtime = fixture.run('one');
    const set = (passwordHash: string): DomainEvent => ({ type: 'PasswordSet', passwordHash });
    const record = async (id: typeof ann, events: readonly DomainEvent[]): Promise<void> => {
      const at = await fixture.record(streams.account(id), events);
      expect(await runtime.seen(streams.account(id), at, 2000)).toBe(true);
    };
    await record(bob, [open('Bob'), set('$1')]);
    await record(ann, [open('ann'), set('$1')]);
    await record(ann, [set('$2')]);
    const { accounts } = fixture.model;
    const row = {
      account: ann,
      login: 'ann',
      displayName: 'The ann',
      mail: 'ann@example.org',
      passwordHash: '$2',
      openedAt: '2026-01-01T00:00:03.000Z',
    };
    expect(await accounts.byLogin('ann')).toEqual(row);
    expect(await accounts.byId(ann)).toEqual(row);
    const all: string[] = [];
    for await (const page of accounts.all()) all.push(...page.map(({ login }) => login));
    expect(all).toEqual(['ann', 'bob']);

    await record(bob, [{ type: 'AccountRemoved' }]);
    expect(await accounts.byLogin('bob')).toBeUndefined();
    expect(await accounts.byId(bob)).toBeUndefined();
    const { rows } = await fixture.pool.query('select * from account.accounts where stream = $1', [
      streams.account(bob),
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/bob|Bob|\$1/);
    const again = account();
    await record(again, [open('bob'), set('$3')]);
    expect((await accounts.byLogin('bob'))?.account).toBe(again);
  });
});

describe('what the account projection says of ways to sign in', () => {
  const id = (digit: number) => `1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4be${digit}` as AppPasswordId;
  const added = (digit: number): DomainEvent => ({
    type: 'AppPasswordAdded',
    id: id(digit),
    name: `device ${digit}`,
    protocols: ['dav', 'mail'],
    digest: `digest ${digit}`,
  });

  test('is every app password that was not revoked, and whether there is a second factor', async () => {
    const ann = account();
    const runtime = fixture.run('one');
    const stream = streams.account(ann);
    const shown = async (...events: readonly DomainEvent[]) => {
      expect(await runtime.seen(stream, await fixture.record(stream, events), 5000)).toBe(true);
      const row = await fixture.model.accounts.byId(ann);
      return [Object.keys(row?.appPasswords ?? {}), row?.secondFactor];
    };
    const opened: DomainEvent = {
      type: 'AccountOpened',
      login: 'ann',
      displayName: '',
      mail: '',
    };
    // What is added and revoked within one batch never shows.
    expect(
      await shown(opened, added(3), added(1), added(2), { type: 'AppPasswordRevoked', id: id(2) }),
    ).toEqual([[id(1), id(3)], undefined]);
    expect((await fixture.model.accounts.byId(ann))?.appPasswords?.[id(1)]).toEqual({
      name: 'device 1',
      protocols: ['dav', 'mail'],
      digest: 'digest 1',
      addedAt: expect.stringMatching(/^2026-/) as unknown,
    });
    expect(
      await shown({ type: 'AppPasswordRevoked', id: id(1) }, added(4), {
        type: 'SecondFactorTurnedOn',
        recoveryCodes: [],
      }),
    ).toEqual([[id(3), id(4)], true]);
    // Rows and log agree, however PostgreSQL orders the keys of objects.
    const findings: unknown[] = [];
    const comparisons = comparisonsOf(fixture.model.audits);
    for await (const one of verify({ store: fixture.store, codec, comparisons }))
      findings.push(one);
    expect(findings).toEqual([]);
    expect(await shown({ type: 'SecondFactorTurnedOff' })).toEqual([[id(3), id(4)], undefined]);
    expect(await shown({ type: 'AccountRemoved' })).toEqual([[], undefined]);
    const { rows } = await fixture.pool.query('select * from account.accounts');
    expect(JSON.stringify(rows)).not.toContain('digest');
  });
});

describe('the long listing', () => {
  const many = 2500;
  const fill = async () => {
    const stream = calendarStream();
    const events = Array.from({ length: many }, (_, index) => stored(`${index}.ics`, 1000));
    const at = await fixture.record(stream, [created(), ...events]);
    const runtime = fixture.run('one');
    expect(await runtime.seen(stream, at, 20_000)).toBe(true);
    return { stream, runtime };
  };

  test('is one snapshot in many pages, whatever is written meanwhile', async () => {
    const { stream, runtime } = await fill();
    const listing = await fixture.model.collections.allFilled(stream);
    const pages = listing?.members[Symbol.asyncIterator]();
    const first = await pages?.next();
    const firstCount = first?.done === false ? first.value.length : 0;
    const later = await fixture.record(stream, [stored('2499.ics'), deleted('2498.ics')]);
    expect(await runtime.seen(stream, later, 5000)).toBe(true);
    const rest: string[] = [];
    for (let step = await pages?.next(); step?.done === false; step = await pages?.next())
      rest.push(...names(step.value));
    expect(rest.length + firstCount).toBe(many);
    expect(firstCount).toBeLessThanOrEqual(1000);
    expect(rest.slice(-2)).toEqual(['2498.ics', '2499.ics']);
    expect(listing?.collection.applied).toBe(BigInt(many));
  });

  test('is no longer than asked for, and all of it in pages of changes', async () => {
    const { stream } = await fill();
    const { collections } = fixture.model;
    expect((await whole(collections.changes(stream, 0n, 1500)))?.rows.length).toBe(1500);
    expect((await whole(collections.changes(stream, 0n, 100_000)))?.rows.length).toBe(many);
    expect((await whole(collections.all(stream)))?.rows.length).toBe(many);
  });

  test('gives its connection back when it is left, even before it was begun', async () => {
    const { stream } = await fill();
    for (let times = 0; times < 12; times += 1) {
      const listing = await fixture.model.collections.all(stream);
      const pages = listing?.members[Symbol.asyncIterator]();
      if (times % 2 === 0) await pages?.next();
      await pages?.return?.();
    }
    const { rows } = await fixture.pool.query<{ open: number }>(
      "select count(*)::int as open from pg_stat_activity where state like 'idle in transaction%'",
    );
    expect(rows[0]?.open).toBe(0);
  });
});
