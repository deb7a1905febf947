import { setImmediate as tick } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Position, Recorded } from '../../src/domain/kernel/event-store.ts';
import { feedFrom } from '../../src/projections/runtime/feed.ts';
import { calendarStream } from './fixture.ts';

const MIB = 1024 * 1024;
const OCTETS = 60_000;
const stream = calendarStream();

const event = (number: number): Recorded => ({
  id: String(number),
  type: 'CalendarObjectStored',
  schemaVersion: 1,
  occurredAt: '2026-01-01T00:00:00Z',
  actor: 'system',
  onBehalfOf: '',
  via: 'test',
  correlationId: '',
  causationId: '',
  sealedWith: '',
  payload: new Uint8Array(OCTETS),
  stream,
  revision: BigInt(number),
  position: String(number).padStart(20, '0') as Position,
});

/** A log that has so many events, and how many were asked of it. */
const longLog = (count: number) => {
  let asked = 0;
  return {
    asked: () => asked,
    async *subscribe(): AsyncGenerator<readonly Recorded[]> {
      while (asked < count) {
        const batch = Array.from({ length: 10 }, (_, index) => event(asked + index));
        asked += batch.length;
        yield batch;
      }
      await new Promise(() => undefined);
    },
  };
};

const settled = async (): Promise<void> => {
  for (let times = 0; times < 500; times += 1) await tick();
};

describe('the feed of a projector that is slow', () => {
  test('holds a bounded number of octets, however large the events', async () => {
    const log = longLog(2000);
    const feed = feedFrom(log, () => undefined);
    feed.start('');
    await settled();
    expect(log.asked() * OCTETS).toBeLessThan(10 * MIB);
    feed.close();
  });

  test('reads on as soon as there is room, and leaves nothing out', async () => {
    const log = longLog(600);
    const feed = feedFrom(log, () => undefined);
    feed.start('');
    const seen: bigint[] = [];
    while (seen.length < 600) {
      await feed.arrival(1000);
      const taken = feed.take();
      expect(taken.length * OCTETS).toBeLessThan(5 * MIB);
      seen.push(...taken.map(({ revision }) => revision));
    }
    expect(seen).toEqual(Array.from({ length: 600 }, (_, index) => BigInt(index)));
    feed.close();
  });
});
