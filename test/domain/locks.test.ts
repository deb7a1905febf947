import { describe, expect, it } from 'vitest';
import type { StreamId } from '../../src/domain/kernel/event-store.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { conflictsWith, type Lock, locksOn, obstaclesTo } from '../../src/domain/locks/lock.ts';

const tree: StreamId = 'files-1';
const [ada, bob] = ['ada', 'bob'] as const satisfies readonly string[];
let count = 0;
const lock = (path: string, more: Partial<Lock> = {}): Lock => ({
  token: `urn:uuid:${(count += 1)}`,
  place: { tree, at: path.split('/').filter(Boolean) },
  ...{ root: path, scope: 'exclusive', depth: 'infinity', owner: '', secondsLeft: 60 },
  account: ada as AccountId,
  ...more,
});
const place = (path: string) => ({ tree, at: path.split('/').filter(Boolean) });
const shared = { scope: 'shared' } as const;
const flat = { depth: '0' } as const;

describe('a write lock (RFC 4918 §7)', () => {
  it('holds what it is on, and when it is deep everything below', () => {
    const [deep, shallow] = [lock('/a'), lock('/a', flat)];
    expect(locksOn([deep, shallow], place('/a'))).toEqual([deep, shallow]);
    expect(locksOn([deep, shallow], place('/a/b/c'))).toEqual([deep]);
    expect(locksOn([deep, shallow], place('/ab'))).toEqual([]);
    expect(locksOn([deep, shallow], place('/'))).toEqual([]);
  });

  it('conflicts with every other unless both are shared, above, below and beside', () => {
    const held = [lock('/a/b', flat)];
    expect(conflictsWith(held, lock('/a/b', flat))).toEqual(held);
    expect(conflictsWith(held, lock('/a'))).toEqual(held);
    expect(conflictsWith(held, lock('/a', flat))).toEqual([]);
    expect(conflictsWith(held, lock('/a/c'))).toEqual([]);
    expect(conflictsWith(held, lock('/a/b/c'))).toEqual([]);
    const both = [lock('/a', shared)];
    expect(conflictsWith(both, lock('/a/b', shared))).toEqual([]);
    expect(conflictsWith(both, lock('/a/b'))).toEqual(both);
  });

  const change = (path: string, deep = false, joins = false) => ({
    place: place(path),
    deep,
    joins,
  });
  const by = (account: string, ...locks: readonly Lock[]) => ({
    account: account as AccountId,
    tokens: new Set<string>(locks.map(({ token }) => token)),
  });

  it('keeps everybody from changing it who does not hand its token over, or did not take it', () => {
    const held = [lock('/a')];
    expect(obstaclesTo(held, change('/a/b'), by(ada))).toEqual(held);
    expect(obstaclesTo(held, change('/a/b'), by(ada, ...held))).toEqual([]);
    expect(obstaclesTo(held, change('/a/b'), by(bob, ...held))).toEqual(held);
  });

  it('when it is flat, holds what comes into it and goes out of it, and not what is in it (§7.4)', () => {
    const held = [lock('/a', flat)];
    expect(obstaclesTo(held, change('/a/b'), by(ada))).toEqual([]);
    expect(obstaclesTo(held, change('/a/b', false, true), by(ada))).toEqual(held);
    expect(obstaclesTo(held, change('/a/b/c', false, true), by(ada))).toEqual([]);
  });

  it('below what is removed needs its own token', () => {
    const [one, other] = [lock('/a/one'), lock('/a/other')];
    expect(obstaclesTo([one, other], change('/a', true), by(ada, one))).toEqual([other]);
    expect(obstaclesTo([one, other], change('/a', true), by(ada, one, other))).toEqual([]);
  });

  it('of several shared ones is opened by the token of any', () => {
    const [hers, his] = [lock('/a', shared), lock('/a', { ...shared, account: bob as AccountId })];
    expect(obstaclesTo([hers, his], change('/a'), by(bob, his))).toEqual([]);
    expect(obstaclesTo([hers, his], change('/a'), by(bob, hers))).toEqual([hers, his]);
  });
});
