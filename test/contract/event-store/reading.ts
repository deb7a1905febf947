import { beforeAll, describe, expect, it } from 'vitest';
import type { EventStore, StreamId } from '../../../src/domain/kernel/event-store.ts';
import { envelope, envelopes, newStream, readAll, upTo, within } from './samples.ts';

const LONG = 2_500;

export const reading = (store: () => EventStore): void => {
  describe('read', () => {
    const long = newStream();
    const ids: string[] = [];
    beforeAll(async () => {
      for (let written = 0; written < LONG; written += 250) {
        const events = envelopes(250);
        await store().append(long, written === 0 ? 'no-stream' : BigInt(written - 1), events);
        ids.push(...events.map(({ id }) => id));
      }
    }, 60_000);

    it('yields a long stream whole and in order', async () => {
      const events = await readAll(store(), long);
      expect(events.map(({ revision }) => revision)).toEqual(upTo(LONG));
      expect(events.map(({ id }) => id)).toEqual(ids);
    });

    it.each([1, 999, 1_000, 1_001, 2_000, 2_499])(
      'starts at revision %i when asked',
      async (from) => {
        const events = await readAll(store(), long, BigInt(from));
        expect(events.map(({ revision }) => revision)).toEqual(upTo(LONG).slice(from));
        expect(events[0]?.id).toBe(ids[from]);
      },
    );

    it('yields nothing beyond the end', async () => {
      expect(await readAll(store(), long, BigInt(LONG))).toEqual([]);
      expect(await readAll(store(), long, 10n ** 15n)).toEqual([]);
    });

    it('yields nothing for a stream that does not exist', async () => {
      expect(await readAll(store(), newStream())).toEqual([]);
    });

    it('yields no empty batch', async () => {
      for await (const batch of store().read(long, 0n)) expect(batch.length).toBeGreaterThan(0);
    });

    it('keeps streams apart whose names begin alike', async () => {
      const stream = newStream();
      const longer: StreamId = `${stream}0`;
      await store().append(stream, 'no-stream', envelopes(2));
      await store().append(longer, 'no-stream', envelopes(3));
      expect(await readAll(store(), stream)).toHaveLength(2);
      expect(await readAll(store(), longer)).toHaveLength(3);
    });

    it('loses nothing to readers that walk away', async () => {
      for (let reader = 0; reader < 40; reader += 1)
        for await (const batch of store().read(long, 0n)) {
          expect(batch[0]?.revision).toBe(0n);
          break;
        }
      await within(5_000, 'a read after abandoned ones', readAll(store(), long, 2_400n));
    });

    it('serves many readers at once', async () => {
      const reads = Array.from({ length: 24 }, () => readAll(store(), long, 2_000n));
      for (const events of await within(20_000, 'reads', Promise.all(reads)))
        expect(events).toHaveLength(500);
    });
  });

  describe('heads', () => {
    it('answers many streams at once, missing ones as no-stream', async () => {
      const streams = Array.from({ length: 60 }, () => newStream());
      const there = streams.filter((_, index) => index % 3 !== 0);
      await Promise.all(
        there.map((stream, index) =>
          store().append(stream, 'no-stream', envelopes((index % 4) + 1)),
        ),
      );
      const heads = await store().heads(streams);
      expect(heads.size).toBe(streams.length);
      for (const stream of streams) {
        const index = there.indexOf(stream);
        expect(heads.get(stream)).toBe(index < 0 ? 'no-stream' : BigInt(index % 4));
      }
    });

    it('answers a stream asked twice, and nothing when asked nothing', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', [envelope()]);
      expect(await store().heads([stream, stream])).toEqual(new Map([[stream, 0n]]));
      expect(await store().heads([])).toEqual(new Map());
    });

    it('shows an append as soon as it is answered', async () => {
      const stream = newStream();
      for (let expected: bigint | 'no-stream' = 'no-stream', round = 0; round < 10; round += 1) {
        expected = (await store().append(stream, expected, [envelope()])).revision;
        expect((await store().heads([stream])).get(stream)).toBe(expected);
        expect((await readAll(store(), stream)).at(-1)?.revision).toBe(expected);
      }
    });
  });

  describe('end', () => {
    it('is the position of the newest event', async () => {
      const { position } = await store().append(newStream(), 'no-stream', envelopes(2));
      const end = await store().end();
      expect(end >= position).toBe(true);
      const later = await store().append(newStream(), 'no-stream', [envelope()]);
      expect(later.position > end).toBe(true);
    });
  });

  describe('healthy', () => {
    it('says yes within a second while the store answers', async () => {
      expect(await within(1_500, 'healthy', store().healthy())).toBe(true);
    });
  });
};
