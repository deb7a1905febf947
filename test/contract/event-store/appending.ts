import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  type EventStore,
  RevisionConflict,
  StoreUnavailable,
} from '../../../src/domain/kernel/event-store.ts';
import {
  comparable,
  envelope,
  envelopes,
  newStream,
  plain,
  readAll,
  upTo,
  within,
} from './samples.ts';

const conflictAt = (actual: bigint | 'no-stream'): unknown =>
  expect.objectContaining({ name: 'RevisionConflict', actual });

export const appending = (store: () => EventStore, open: () => Promise<EventStore>): void => {
  describe('append', () => {
    it('gives the first event of a stream revision 0', async () => {
      const stream = newStream();
      const { revision } = await store().append(stream, 'no-stream', [envelope()]);
      expect(revision).toBe(0n);
    });

    it('answers the revision and the position of the last event', async () => {
      const stream = newStream();
      const appended = await store().append(stream, 'no-stream', envelopes(3));
      const last = (await readAll(store(), stream)).at(-1);
      expect(appended).toEqual({ revision: last?.revision, position: last?.position });
      expect(appended.revision).toBe(2n);
    });

    it('refuses an expected revision that is behind, with the actual one', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', envelopes(2));
      const refused = store().append(stream, 0n, [envelope()]);
      await expect(refused).rejects.toBeInstanceOf(RevisionConflict);
      await expect(refused).rejects.toEqual(expect.objectContaining({ stream, actual: 1n }));
      expect(await readAll(store(), stream)).toHaveLength(2);
    });

    it('refuses an expected revision that is ahead, with the actual one', async () => {
      const stream = newStream();
      await expect(store().append(stream, 4n, [envelope()])).rejects.toEqual(
        conflictAt('no-stream'),
      );
      await store().append(stream, 'no-stream', [envelope()]);
      await expect(store().append(stream, 4n, [envelope()])).rejects.toEqual(conflictAt(0n));
    });

    it('refuses no-stream when the stream exists', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', [envelope()]);
      await expect(store().append(stream, 'no-stream', [envelope()])).rejects.toEqual(
        conflictAt(0n),
      );
    });

    it('stores all events of an append or none', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', envelopes(5));
      await expect(store().append(stream, 2n, envelopes(5))).rejects.toEqual(conflictAt(4n));
      const stored = await readAll(store(), stream);
      expect(stored.map(({ revision }) => revision)).toEqual(upTo(5));
    });

    it('answers a repeated append with the first answer', async () => {
      const stream = newStream();
      const events = envelopes(2);
      const first = await store().append(stream, 'no-stream', events);
      expect(await store().append(stream, 'no-stream', events)).toEqual(first);
      const more = [envelope()];
      const second = await store().append(stream, 1n, more);
      expect(await store().append(stream, 1n, more)).toEqual(second);
      expect(await readAll(store(), stream)).toHaveLength(3);
    });

    it('answers a repeated append with the first answer after others followed', async () => {
      const stream = newStream();
      await store().append(stream, 'no-stream', [envelope()]);
      const events = envelopes(3);
      const first = await store().append(stream, 0n, events);
      await store().append(stream, 3n, envelopes(4));
      expect(await store().append(stream, 0n, events)).toEqual(first);
      expect(await readAll(store(), stream)).toHaveLength(8);
    });

    it('stores once what is appended twice at the same time', async () => {
      const stream = newStream();
      const events = envelopes(2);
      const twice = await Promise.all([
        store().append(stream, 'no-stream', events),
        store().append(stream, 'no-stream', events),
      ]);
      expect(twice[1]).toEqual(twice[0]);
      expect(await readAll(store(), stream)).toHaveLength(2);
    });

    it('refuses an append that repeats another only in part', async () => {
      const stream = newStream();
      const [first, second] = [envelope(), envelope()];
      await store().append(stream, 'no-stream', [first, second]);
      const longer = store().append(stream, 'no-stream', [first, second, envelope()]);
      await expect(longer).rejects.toEqual(conflictAt(1n));
      const other = store().append(stream, 'no-stream', [first, envelope()]);
      await expect(other).rejects.toEqual(conflictAt(1n));
      const turned = store().append(stream, 'no-stream', [second, first]);
      await expect(turned).rejects.toEqual(conflictAt(1n));
      expect(await readAll(store(), stream)).toHaveLength(2);
    });

    it('gives back every field of the envelope and every octet', async () => {
      const stream = newStream();
      const events = [
        envelope({ onBehalfOf: envelope().actor, schemaVersion: 7, type: 'AccountErased' }),
        envelope({ actor: 'system', via: '', correlationId: '', causationId: '', sealedWith: '' }),
        envelope({ via: 'caldav Kalender „Größe“ 日本 👩‍👩‍👧 \\ " \' {a,b} %s\t' }),
        envelope({ payload: new Uint8Array(0) }),
        envelope({ payload: Uint8Array.from({ length: 256 }, (_, octet) => octet) }),
        envelope({ payload: Buffer.from('{"json":"but not taken as such"}') }),
      ];
      await store().append(stream, 'no-stream', events);
      const stored = await readAll(store(), stream);
      expect(stored.map(plain)).toEqual(events.map(comparable));
      expect(stored.every((event) => event.stream === stream)).toBe(true);
    });

    it('keeps big payloads', async () => {
      const stream = newStream();
      const event = envelope({ payload: randomBytes(900 * 1024) });
      await store().append(stream, 'no-stream', [event]);
      expect((await readAll(store(), stream)).map(plain)).toEqual([comparable(event)]);
    });

    it('lets exactly one of many writers win each revision', async () => {
      const stream = newStream();
      for (const expected of ['no-stream', 0n, 1n, 2n] as const) {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 24 }, () => store().append(stream, expected, [envelope()])),
        );
        const actual = expected === 'no-stream' ? 0n : expected + 1n;
        const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(lost).toHaveLength(23);
        for (const { reason } of lost) expect(reason).toEqual(conflictAt(actual));
      }
      expect(await readAll(store(), stream)).toHaveLength(4);
    });

    it('keeps a conflict from touching appends made at the same time', async () => {
      const streams = Array.from({ length: 20 }, () => newStream());
      const outcomes = await Promise.allSettled(
        streams.map((stream, index) =>
          store().append(stream, index % 2 === 0 ? 'no-stream' : 9n, envelopes(2)),
        ),
      );
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(
        streams.map((_, index) => index % 2 === 0),
      );
    });
  });

  describe('close', () => {
    it('is followed by nothing but refusals', async () => {
      const closing = await open();
      expect(await closing.healthy()).toBe(true);
      await within(5_000, 'close', closing.close());
      expect(await closing.healthy()).toBe(false);
      await expect(closing.append(newStream(), 'no-stream', [envelope()])).rejects.toBeInstanceOf(
        StoreUnavailable,
      );
      await expect(closing.heads([newStream()])).rejects.toBeInstanceOf(StoreUnavailable);
    });
  });
};
