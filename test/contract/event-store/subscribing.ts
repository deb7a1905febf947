import { describe, expect, it } from 'vitest';
import type { EventStore, StreamId } from '../../../src/domain/kernel/event-store.ts';
import {
  envelope,
  envelopes,
  follow,
  newStream,
  pause,
  revisionsOf,
  upTo,
  within,
} from './samples.ts';

/** 32 writers, each on a stream of its own, appending one event at a time. */
const write = async (
  store: EventStore,
  streams: readonly StreamId[],
  each: number,
): Promise<void> => {
  const writer = async (stream: StreamId): Promise<void> => {
    for (let written = 0; written < each; written += 1)
      await store.append(stream, written === 0 ? 'no-stream' : BigInt(written - 1), [envelope()]);
  };
  await Promise.all(streams.map(writer));
};

const someStreams = (count: number): readonly StreamId[] =>
  Array.from({ length: count }, () => newStream());

export const subscribing = (store: () => EventStore): void => {
  describe('subscribe', () => {
    it('yields from the start of the log what is there and what comes', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', envelopes(3));
      const follower = follow(store(), 'start', new Set([stream]));
      await follower.reaches(3);
      await store().append(stream, 2n, envelopes(2));
      const seen = await follower.reaches(5);
      expect(seen.map(({ revision }) => revision)).toEqual(upTo(5));
      await follower.stop();
    }, 60_000);

    it('yields only what stands after the given position', async () => {
      const stream = newStream();
      const { position } = await store().append(stream, 'no-stream', envelopes(3));
      await store().append(stream, 2n, envelopes(2));
      const follower = follow(store(), position, new Set([stream]));
      const seen = await follower.reaches(2);
      expect(seen.map(({ revision }) => revision)).toEqual([3n, 4n]);
      await follower.stop();
    });

    it('yields after a position in the middle of an append', async () => {
      const stream = newStream();
      const before = await store().end();
      await store().append(stream, 'no-stream', envelopes(3));
      const first = follow(store(), before, new Set([stream]));
      const middle = (await first.reaches(3))[1];
      await first.stop();
      const follower = follow(store(), middle?.position ?? 'start', new Set([stream]));
      expect((await follower.reaches(1))[0]?.revision).toBe(2n);
      await follower.stop();
    });

    it('has no gap and no double while it catches up under 32 writers', async () => {
      const streams = someStreams(32);
      const before = await store().end();
      const writing = write(store(), streams, 30);
      await pause(30);
      const follower = follow(store(), before, new Set(streams));
      await writing;
      const seen = await follower.reaches(32 * 30);
      await pause(100);
      await follower.stop();
      for (const stream of streams) expect(revisionsOf(seen).get(stream)).toEqual(upTo(30));
    }, 60_000);

    it('has no gap and no double when its reader is slow', async () => {
      const streams = someStreams(32);
      const before = await store().end();
      const follower = follow(store(), before, new Set(streams), () => pause(5));
      await write(store(), streams, 20);
      const seen = await follower.reaches(32 * 20);
      await follower.stop();
      for (const stream of streams) expect(revisionsOf(seen).get(stream)).toEqual(upTo(20));
    }, 60_000);

    it('delivers in the order of positions compared as strings', async () => {
      const streams = someStreams(8);
      const before = await store().end();
      const follower = follow(store(), before, new Set(streams));
      await write(store(), streams, 15);
      const positions = (await follower.reaches(8 * 15)).map(({ position }) => position);
      await follower.stop();
      // The default order of sort() is that of `<` on strings.
      expect(positions).toEqual([...new Set(positions)].sort());
      expect(before === 'start' || positions.every((position) => position > before)).toBe(true);
    }, 60_000);

    it('shows two subscribers the same order', async () => {
      const streams = someStreams(8);
      const before = await store().end();
      const early = follow(store(), before, new Set(streams));
      await write(store(), streams, 15);
      const late = follow(store(), before, new Set(streams));
      const [one, other] = await Promise.all([early.reaches(8 * 15), late.reaches(8 * 15)]);
      await Promise.all([early.stop(), late.stop()]);
      expect(other.map(({ id }) => id)).toEqual(one.map(({ id }) => id));
      expect(other.map(({ position }) => position)).toEqual(one.map(({ position }) => position));
    }, 60_000);

    it('yields the same event that read yields', async () => {
      const stream = newStream();
      const before = await store().end();
      const live = follow(store(), before, new Set([stream]));
      await pause(50);
      await store().append(stream, 'no-stream', envelopes(2));
      const seen = await live.reaches(2);
      await live.stop();
      const stored = [];
      for await (const batch of store().read(stream, 0n)) stored.push(...batch);
      const shape = (events: typeof seen) =>
        events.map((event) => ({ ...event, payload: Buffer.from(event.payload).toString('hex') }));
      expect(shape(seen)).toEqual(shape(stored));
    });

    it('wakes a waiting reader within 250 ms of a lone append', async () => {
      const stream = newStream();
      const follower = follow(store(), await store().end(), new Set([stream]));
      await pause(300);
      for (let round = 0; round < 3; round += 1) {
        const expected = round === 0 ? 'no-stream' : BigInt(round - 1);
        await store().append(stream, expected, [envelope()]);
        expect(await follower.reaches(round + 1, 250)).toHaveLength(round + 1);
        await pause(50);
      }
      await follower.stop();
    });

    it('ends promptly when aborted: before it began, while it waits, and in the middle', async () => {
      const none = store().subscribe('start', AbortSignal.abort());
      const ended = async (): Promise<number> => {
        let batches = 0;
        for await (const batch of none) batches += batch.length;
        return batches;
      };
      expect(await within(1_000, 'a subscription aborted before', ended())).toBe(0);

      const waiting = follow(store(), await store().end(), new Set());
      await pause(100);
      await waiting.stop();

      const abort = new AbortController();
      const middle = async (): Promise<number> => {
        let after = 0;
        for await (const _ of store().subscribe('start', abort.signal)) {
          if (abort.signal.aborted) after += 1;
          abort.abort();
        }
        return after;
      };
      expect(await within(1_000, 'a subscription aborted amid', middle())).toBe(0);
    });

    it('can be left without aborting', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', [envelope()]);
      for (let round = 0; round < 20; round += 1)
        for await (const batch of store().subscribe('start', new AbortController().signal)) {
          expect(batch.length).toBeGreaterThan(0);
          break;
        }
      expect(await within(1_500, 'healthy', store().healthy())).toBe(true);
    });
  });
};
