import { describe, expect, it } from 'vitest';
import {
  type EventStore,
  StoreUnavailable,
  type StreamId,
} from '../../../src/domain/kernel/event-store.ts';
import {
  appendInsisting,
  envelope,
  envelopes,
  follow,
  newStream,
  pause,
  readAll,
  revisionsOf,
  upTo,
  within,
} from './samples.ts';

/** Takes the server away as a crash would (no goodbye), and brings it back with what it had stored. */
export interface Fault {
  lose(): Promise<void>;
  giveBack(): Promise<void>;
}

/** Takes the server away while something is done, and gives it back whatever comes of it. */
const without = async <T>(fault: Fault, act: () => Promise<T>): Promise<T> => {
  await fault.lose();
  try {
    return await act();
  } finally {
    await fault.giveBack();
  }
};

/** Nothing may take longer than this to be answered or refused, in milliseconds. */
const BOUND = 15_000;

const sentences = {
  refuses: 'answers or refuses every call within bounded time while the server is away',
  once: 'stores an append once that is repeated with the same ids after an unknown outcome',
  continues: 'continues a subscription without gap or double when the server is lost and returns',
  health: 'tells that the server is away, and that it is back',
  aborts: 'ends a subscription promptly that is aborted while the server is away',
} as const;

export const losing = (
  store: () => EventStore,
  fault: Fault | { readonly lacks: string },
): void => {
  describe('loss and return of the server', () => {
    if ('lacks' in fault) {
      for (const sentence of Object.values(sentences)) {
        // oxlint-disable-next-line vitest/expect-expect -- nothing to expect: declared, not run
        it(sentence, ({ skip }) => skip(`does not apply: ${fault.lacks}`));
      }
      return;
    }

    it(sentences.refuses, async () => {
      const known = newStream();
      await store().append(known, 'no-stream', [envelope()]);
      await without(fault, async () => {
        const calls: readonly Promise<unknown>[] = [
          ...Array.from({ length: 8 }, () =>
            store().append(newStream(), 'no-stream', envelopes(2)),
          ),
          readAll(store(), known),
          store().heads([known]),
          store().end(),
        ];
        const outcomes = await within(BOUND, 'calls to a lost server', Promise.allSettled(calls));
        const reason: unknown = expect.any(StoreUnavailable);
        for (const outcome of outcomes) expect(outcome).toEqual({ status: 'rejected', reason });
      });
      const after = appendInsisting(store(), known, 0n, [envelope()]);
      expect(await within(BOUND, 'an append after the return', after)).toBe(1n);
    }, 60_000);

    it(sentences.once, async () => {
      const streams = Array.from({ length: 16 }, () => newStream());
      const sent = streams.map((stream) => ({ stream, events: envelopes(2) }));
      const first = Promise.allSettled(
        sent.map(({ stream, events }) => store().append(stream, 'no-stream', events)),
      );
      const outcomes = await without(fault, () => within(BOUND, 'appends amid a loss', first));
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StoreUnavailable);
      for (const { stream, events } of sent) {
        expect(await appendInsisting(store(), stream, 'no-stream', events)).toBe(1n);
        const stored = await readAll(store(), stream);
        expect(stored.map(({ id }) => id)).toEqual(events.map(({ id }) => id));
      }
    }, 60_000);

    it(sentences.continues, async () => {
      const streams = Array.from({ length: 8 }, () => newStream());
      const follower = follow(store(), await store().end(), new Set(streams));
      const until = { stopped: false };
      const write = async (stream: StreamId): Promise<number> => {
        let written = 0;
        for (; !until.stopped; written += 1)
          await appendInsisting(
            store(),
            stream,
            written === 0 ? 'no-stream' : BigInt(written - 1),
            [envelope()],
          );
        return written;
      };
      const writing = Promise.all(streams.map(write));
      for (let round = 0; round < 2; round += 1) {
        await pause(150);
        await fault.lose();
        await pause(200);
        await fault.giveBack();
      }
      await pause(300);
      until.stopped = true;
      const written = await within(30_000, 'writers', writing);
      const total = written.reduce((sum, count) => sum + count, 0);
      await follower.reaches(total);
      await pause(100);
      await follower.stop();
      const revisions = revisionsOf(follower.seen);
      expect(streams.map((stream) => revisions.get(stream) ?? [])).toEqual(written.map(upTo));
      expect(follower.seen).toHaveLength(total);
    }, 90_000);

    it(sentences.health, async () => {
      const away = await without(fault, () => within(2_000, 'healthy', store().healthy()));
      expect(away).toBe(false);
      const until = Date.now() + BOUND;
      while (!(await store().healthy()) && Date.now() < until) await pause(50);
      expect(await store().healthy()).toBe(true);
    }, 60_000);

    it(sentences.aborts, async () => {
      const follower = follow(store(), await store().end(), new Set());
      await pause(50);
      await without(fault, async () => {
        await pause(50);
        await follower.stop();
      });
      expect(follower.seen).toEqual([]);
    }, 60_000);
  });
};
