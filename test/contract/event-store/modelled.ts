import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Envelope,
  type EventStore,
  type Expected,
  RevisionConflict,
  type StreamId,
} from '../../../src/domain/kernel/event-store.ts';
import { envelopes, newStream, readAll } from './samples.ts';

interface Attempt {
  readonly stream: number;
  /** How far the expected revision is off the truth; 0 is right. */
  readonly off: number;
  readonly count: number;
  /** Send an earlier attempt again instead: which, counted back. */
  readonly again: number | undefined;
}

interface Sent {
  readonly stream: StreamId;
  readonly expected: Expected;
  readonly events: readonly Envelope[];
}

const attempt: fc.Arbitrary<Attempt> = fc.record({
  stream: fc.nat({ max: 2 }),
  off: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: -2, max: 2 })),
  count: fc.integer({ min: 1, max: 3 }),
  again: fc.option(fc.nat({ max: 5 }), { nil: undefined, freq: 3 }),
});

/** What the log should be: the ids of each stream, in order. */
const model = () => {
  const streams = new Map<StreamId, readonly string[]>();
  const of = (stream: StreamId): readonly string[] => streams.get(stream) ?? [];
  const head = (stream: StreamId): Expected =>
    of(stream).length === 0 ? 'no-stream' : BigInt(of(stream).length - 1);
  /** The revision to be answered, or the conflict's actual one. */
  const append = ({
    stream,
    expected,
    events,
  }: Sent): { revision: bigint } | { actual: Expected } => {
    const at = expected === 'no-stream' ? 0 : Number(expected) + 1;
    const ids = events.map(({ id }) => id);
    const stored = of(stream);
    const revision = BigInt(at + ids.length - 1);
    if (at === stored.length) {
      streams.set(stream, [...stored, ...ids]);
      return { revision };
    }
    const repeated = ids.every((id, index) => stored[at + index] === id);
    return repeated ? { revision } : { actual: head(stream) };
  };
  return { of, head, append };
};

export const modelled = (store: () => EventStore): void => {
  describe('any sequence of appends', () => {
    it('does what a list of ids per stream would do', async () => {
      const property = fc.asyncProperty(
        fc.array(attempt, { minLength: 1, maxLength: 12 }),
        async (attempts) => {
          const names = [newStream(), newStream(), newStream()] as const;
          const expected = model();
          const sent: Sent[] = [];
          for (const { stream: index, off, count, again } of attempts) {
            const stream = names[index] ?? names[0];
            const head = expected.head(stream);
            const aimed = (head === 'no-stream' ? -1n : head) + BigInt(off);
            const next = again === undefined ? undefined : sent.at(-1 - again);
            const send = next ?? {
              stream,
              expected: aimed < 0n ? 'no-stream' : aimed,
              events: envelopes(count),
            };
            sent.push(send);
            const answer = await store()
              .append(send.stream, send.expected, send.events)
              .then(({ revision }) => ({ revision }))
              .catch((error: unknown) => {
                if (error instanceof RevisionConflict) return { actual: error.actual };
                throw error;
              });
            expect(answer).toEqual(expected.append(send));
          }
          for (const stream of names) {
            const events = await readAll(store(), stream);
            expect(events.map(({ id }) => id)).toEqual(expected.of(stream));
          }
        },
      );
      await fc.assert(property, { numRuns: 30 });
    }, 60_000);
  });
};
