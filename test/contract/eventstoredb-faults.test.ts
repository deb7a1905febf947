import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventStoreDbEventStore } from '../../src/adapters/eventstoredb/event-store.ts';
import type { StoreNotice } from '../../src/adapters/eventstoredb/faults.ts';
import {
  type EventStore,
  RevisionConflict,
  StoreUnavailable,
} from '../../src/domain/kernel/event-store.ts';
import type { AppendFault } from '../support/eventstoredb-double/faults.ts';
import {
  type EventStoreDbDouble,
  startEventStoreDbDouble,
} from '../support/eventstoredb-double/server.ts';
import {
  envelope,
  envelopes,
  follow,
  newStream,
  pause,
  readAll,
  upTo,
  within,
} from './event-store/samples.ts';

describe('EventStoreDB adapter, when the in-process double misbehaves', () => {
  let double: EventStoreDbDouble;
  let store: EventStore;
  let notices: StoreNotice[];
  beforeAll(async () => {
    double = await startEventStoreDbDouble();
  });
  afterAll(async () => double.stop());
  beforeEach(() => {
    notices = [];
    Object.assign(double.faults, { delayMs: 0, gossipFails: false, appendCalls: 0 });
    double.faults.subscribedAfter.length = 0;
    store = eventStoreDbEventStore({
      connectionString: double.connectionString,
      appendTimeoutMs: 500,
      patienceMs: 4_000,
      log: (notice) => notices.push(notice),
    });
  });
  afterEach(async () => {
    expect(double.faults.appends).toEqual([]);
    expect(double.faults.reads).toEqual([]);
    await store.close();
  });

  const foreign = (stream: string, type: string, contentType: string, metadata: string): void => {
    const event = { id: randomUUID(), type, contentType, data: Buffer.from('{"a":1}') };
    const expected = BigInt(double.log.stream(stream).length - 1);
    double.log.append(stream, expected, [{ ...event, metadata: Buffer.from(metadata) }]);
  };

  const sentences: Readonly<Record<string, AppendFault>> = {
    'stores once an append that never arrived and was asked again': 'lost',
    'stores once an append whose reply never came': 'reply-lost',
    'stores once an append that arrives again after its repetition': 'late',
    'stores once an append refused with UNAVAILABLE before it was stored': 'unavailable',
    'stores once an append refused with UNAVAILABLE after it was stored':
      'unavailable-after-commit',
    'follows the leader that another node names': 'not-leader',
  };
  it.each(Object.entries(sentences))('%s', async (_, fault) => {
    const stream = newStream();
    const events = envelopes(3);
    double.faults.appends.push(fault);
    const { revision } = await within(3_000, 'append', store.append(stream, 'no-stream', events));
    expect(revision).toBe(2n);
    await pause(fault === 'late' ? 700 : 0);
    const stored = await readAll(store, stream);
    expect(stored.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    // More than once, where the machine was too busy for a reply in time.
    expect([...new Set(notices.map(({ code }) => code))]).toEqual(['append-retried']);
  });

  it('gives up in bounded time when no reply ever comes, and knows the append afterwards', async () => {
    const stream = newStream();
    const events = envelopes(2);
    double.faults.appends.push(...Array.from({ length: 3 }, () => 'reply-lost' as const));
    const impatient = eventStoreDbEventStore({
      connectionString: double.connectionString,
      appendTimeoutMs: 100,
      patienceMs: 250,
    });
    const refused = within(1_500, 'append', impatient.append(stream, 'no-stream', events));
    await expect(refused).rejects.toBeInstanceOf(StoreUnavailable);
    await impatient.close();
    double.faults.appends.length = 0;
    expect((await store.append(stream, 'no-stream', events)).revision).toBe(1n);
    expect(await readAll(store, stream)).toHaveLength(2);
  });

  it('lets a failing append fail alone', async () => {
    const patient = eventStoreDbEventStore({
      connectionString: double.connectionString,
      appendTimeoutMs: 1_500,
    });
    const streams = Array.from({ length: 32 }, () => newStream());
    const faults = ['reply-lost', 'unavailable', 'unavailable-after-commit', 'lost'] as const;
    double.faults.appends.push(...faults);
    const appended = await Promise.all(
      streams.map((stream) => patient.append(stream, 'no-stream', envelopes(2))),
    );
    expect(appended.map(({ revision }) => revision)).toEqual(streams.map(() => 1n));
    for (const stream of streams) expect(await readAll(store, stream)).toHaveLength(2);
    // Nobody else had to be asked again.
    expect(double.faults.appendCalls).toBe(streams.length + faults.length);
    await patient.close();
  });

  it('recognises a repeat that the server took for a conflict', async () => {
    const stream = newStream();
    const events = envelopes(2);
    const first = await store.append(stream, 'no-stream', events);
    await store.append(stream, 1n, envelopes(2));
    double.faults.appends.push('repeat-forgotten');
    expect(await store.append(stream, 'no-stream', events)).toEqual(first);
  });

  it('takes a repeat in part for the conflict it is', async () => {
    const stream = newStream();
    const [one, two] = [envelope(), envelope()];
    await store.append(stream, 'no-stream', [one, two]);
    const partly = store.append(stream, 'no-stream', [one, envelope()]);
    await expect(partly).rejects.toEqual(new RevisionConflict(stream, 1n));
    const longer = store.append(stream, 'no-stream', [one, two, envelope()]);
    await expect(longer).rejects.toEqual(new RevisionConflict(stream, 1n));
  });

  it('understands a conflict told by a status', async () => {
    const stream = newStream();
    double.faults.appends.push('conflict-as-status');
    const early = store.append(stream, 4n, [envelope()]);
    await expect(early).rejects.toEqual(new RevisionConflict(stream, 'no-stream'));
    await store.append(stream, 'no-stream', envelopes(2));
    double.faults.appends.push('conflict-as-status');
    const late = store.append(stream, 0n, [envelope()]);
    await expect(late).rejects.toEqual(new RevisionConflict(stream, 1n));
    expect(notices).toEqual([]);
  });

  it('finds the position that an answer leaves out', async () => {
    const stream = newStream();
    double.faults.appends.push('no-position');
    const appended = await store.append(stream, 'no-stream', envelopes(2));
    expect(appended.position).toBe((await readAll(store, stream)).at(-1)?.position);
  });

  it('does not insist when permission is denied', async () => {
    double.faults.appends.push('access-denied');
    const refused = store.append(newStream(), 'no-stream', [envelope()]);
    await expect(refused).rejects.toMatchObject({ type: 'access-denied' });
    expect(double.faults.appendCalls).toBe(1);
  });

  it('does not insist on an append of more than 1 MiB', async () => {
    const event = envelope({ payload: new Uint8Array(1024 * 1024) });
    const refused = store.append(newStream(), 'no-stream', [event]);
    await expect(refused).rejects.toMatchObject({ type: 'maximum-append-size-exceeded' });
    expect(double.faults.appendCalls).toBe(1);
  });

  it('refuses to append nothing', async () => {
    await expect(store.append(newStream(), 'no-stream', [])).rejects.toBeInstanceOf(RangeError);
  });

  it('continues a read that breaks off, after the last event it had', async () => {
    const stream = newStream();
    await store.append(stream, 'no-stream', envelopes(100));
    double.faults.reads.push({ kind: 'unavailable', after: 37 }, { kind: 'unavailable', after: 0 });
    const events = await readAll(store, stream);
    expect(events.map(({ revision }) => revision)).toEqual(upTo(100));
  });

  it('asks again when a read, a head or the end stays silent', async () => {
    const stream = newStream();
    const { position } = await store.append(stream, 'no-stream', envelopes(2));
    double.faults.reads.push({ kind: 'silent' });
    expect(await readAll(store, stream)).toHaveLength(2);
    double.faults.reads.push({ kind: 'silent' });
    expect(await store.heads([stream])).toEqual(new Map([[stream, 1n]]));
    double.faults.reads.push({ kind: 'silent' });
    expect(await store.end()).toBe(position);
  });

  it('is not healthy when nothing is answered for a second', async () => {
    double.faults.reads.push({ kind: 'silent' });
    expect(await within(1_200, 'healthy', store.healthy())).toBe(false);
    expect(await store.healthy()).toBe(true);
  });

  it('goes on after a subscription that simply ends, without gap or double', async () => {
    const stream = newStream();
    const follower = follow(store, await store.end(), new Set([stream]));
    for (let written = 0; written < 30; written += 1) {
      await store.append(stream, written === 0 ? 'no-stream' : BigInt(written - 1), [envelope()]);
      if (written % 10 === 5) double.endSubscriptions();
    }
    const seen = await follower.reaches(30);
    await pause(50);
    await follower.stop();
    expect(seen.map(({ revision }) => revision)).toEqual(upTo(30));
    // Once for each end, unless one came before the subscription had begun again.
    const resumed = notices.filter(({ code }) => code === 'subscription-resumed').length;
    expect(resumed).toBeGreaterThanOrEqual(1);
    expect(resumed).toBeLessThanOrEqual(3);
  });

  it('does not search again, after a loss, what a checkpoint said holds nothing', async () => {
    const stream = newStream();
    const { position } = await store.append(stream, 'no-stream', [envelope()]);
    const follower = follow(store, 'start', new Set([stream]));
    await follower.reaches(1);
    for (let filler = 0; filler < 4_500; filler += 1) foreign('$stats', '$stats', 'json', '');
    await pause(200);
    await double.lose();
    await double.giveBack();
    await store.append(stream, 0n, [envelope()]);
    await follower.reaches(2);
    await follower.stop();
    expect(double.faults.subscribedAfter.at(-1)).toBeGreaterThan(BigInt(position));
  });

  it('passes over what others write into the same cluster', async () => {
    // A long way back through what others wrote may take a loaded machine some time.
    const patient = eventStoreDbEventStore({ connectionString: double.connectionString });
    const stream = newStream();
    const before = await patient.end();
    const follower = follow(patient, before, new Set([stream]));
    const json = 'application/json';
    const binary = 'application/octet-stream';
    const { position } = await patient.append(stream, 'no-stream', [envelope()]);
    foreign(`order-${randomUUID()}`, 'OrderPlaced', json, '{"$correlationId":"x"}');
    foreign(`order-${randomUUID()}`, 'OrderPlaced', json, 'not json');
    foreign('nohyphen', 'OrderPlaced', binary, JSON.stringify({ actor: 'x' }));
    foreign(`order-${randomUUID()}`, 'OrderPlaced', binary, '');
    foreign(`order-${randomUUID()}`, 'OrderPlaced', binary, '[1,2]');
    for (let filler = 0; filler < 300; filler += 1) foreign('$$$scavenges', '$metadata', json, '');
    expect(await patient.end()).toBe(position);
    const fresh = eventStoreDbEventStore({ connectionString: double.connectionString });
    expect(await fresh.end()).toBe(position);
    await fresh.close();
    await patient.append(stream, 0n, [envelope()]);
    const seen = await follower.reaches(2);
    await follower.stop();
    await patient.close();
    expect(seen.map(({ revision }) => revision)).toEqual(upTo(2));
  });

  it('passes over what others write into a stream of ours, and says so', async () => {
    const stream = newStream();
    await store.append(stream, 'no-stream', [envelope()]);
    foreign(stream, 'Note', 'application/json', '');
    await store.append(stream, 1n, [envelope()]);
    const events = await readAll(store, stream);
    expect(events.map(({ revision }) => revision)).toEqual([0n, 2n]);
    expect(notices).toEqual([{ code: 'foreign-event-skipped', stream }]);
  });

  it('yields to a slow reader in batches what has come in the meantime', async () => {
    const stream = newStream();
    await store.append(stream, 'no-stream', envelopes(400));
    const sizes: number[] = [];
    for await (const batch of store.read(stream, 0n)) {
      sizes.push(batch.length);
      await pause(30);
    }
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(400);
    expect(Math.max(...sizes)).toBeGreaterThan(10);
  });

  it('finds a cluster by gossip', async () => {
    const clustered = eventStoreDbEventStore({
      connectionString: double.clusterConnectionString,
    });
    const stream = newStream();
    expect((await clustered.append(stream, 'no-stream', [envelope()])).revision).toBe(0n);
    await clustered.close();
  });

  it('outlives the loss of a whole cluster amid many calls', async () => {
    const clustered = eventStoreDbEventStore({
      connectionString: double.clusterConnectionString,
      appendTimeoutMs: 500,
      patienceMs: 1_500,
    });
    const follower = follow(clustered, await clustered.end(), new Set());
    double.faults.delayMs = 100;
    const calls = Array.from({ length: 16 }, async (_, index) => {
      await pause(index * 20);
      return clustered.append(newStream(), 'no-stream', [envelope()]);
    });
    const outcomes = Promise.allSettled(calls);
    await pause(150);
    await double.lose();
    const lost = (await outcomes).filter(({ status }) => status === 'rejected');
    await pause(1_500);
    await double.giveBack();
    expect(lost.length).toBeGreaterThan(0);
    const stream = newStream();
    expect((await clustered.append(stream, 'no-stream', [envelope()])).revision).toBe(0n);
    await follower.stop();
    await clustered.close();
  });

  it('outlives calls that fail while the cluster cannot be found again', async () => {
    const clustered = eventStoreDbEventStore({
      connectionString: double.clusterConnectionString,
      appendTimeoutMs: 800,
      patienceMs: 600,
    });
    expect(await clustered.healthy()).toBe(true);
    double.faults.gossipFails = true;
    double.faults.appends.push('unavailable', 'unavailable-later');
    const appends = [newStream(), newStream()].map((stream) =>
      clustered.append(stream, 'no-stream', [envelope()]),
    );
    for (const { status } of await Promise.allSettled(appends)) expect(status).toBe('rejected');
    await pause(1_500);
    double.faults.gossipFails = false;
    expect(await clustered.healthy()).toBe(true);
    await clustered.close();
  });

  it('refuses in bounded time when the cluster cannot be found', async () => {
    const lost = eventStoreDbEventStore({
      connectionString: 'esdb://127.0.0.1:1,127.0.0.1:2?tls=false',
      appendTimeoutMs: 200,
      patienceMs: 400,
    });
    const refused = lost.append(newStream(), 'no-stream', [envelope()]);
    await expect(within(2_000, 'append', refused)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await within(1_500, 'healthy', lost.healthy())).toBe(false);
    await within(2_500, 'close', lost.close());
  });

  it('closes in bounded time while calls hang, and ends what is under way', async () => {
    double.faults.appends.push('lost');
    const hanging = Promise.allSettled([store.append(newStream(), 'no-stream', [envelope()])]);
    const seen: number[] = [];
    const following = (async () => {
      for await (const batch of store.subscribe('start', new AbortController().signal))
        seen.push(batch.length);
    })();
    await vi.waitFor(() => {
      expect(seen.length).toBeGreaterThan(0);
      expect(double.faults.appends).toEqual([]);
    }, 15_000);
    await within(2_500, 'close', store.close());
    await within(500, 'a subscription', following);
    const [append] = await within(500, 'an append', hanging);
    expect(append).toMatchObject({ status: 'rejected', reason: { name: 'StoreUnavailable' } });
    await expect(store.append(newStream(), 'no-stream', [envelope()])).rejects.toThrow('closed');
  });
});
