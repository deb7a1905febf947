import type { QueryArrayConfig } from 'pg';
import type {
  Envelope,
  Expected,
  Recorded,
  Revision,
  StreamId,
} from '../../domain/kernel/event-store.ts';
import { byteaArray, int4Array, int8Array, textArray, uuidArray } from './binary-array.ts';
import { positionOf } from './rows.ts';
import { CHANNEL } from './schema.ts';

export interface Append {
  readonly stream: StreamId;
  readonly expected: Expected;
  readonly events: readonly Envelope[];
}

/** What became of one append of a batch; `at` is the number of its last event in the log. */
export type Answer =
  | { readonly kind: 'stored' | 'repeated'; readonly revision: Revision; readonly at: bigint }
  | { readonly kind: 'conflict'; readonly actual: Expected };

/**
 * The call of `log.append` (schema.ts) for a batch, every parameter in binary.
 * @param origin marks what the other nodes are told; '': they are not.
 */
export const appendStatement = (
  origin: string,
  batch: readonly Append[],
): QueryArrayConfig<unknown[]> => {
  const streams = [...new Set(batch.map(({ stream }) => stream))];
  const places = new Map(streams.map((stream, index) => [stream, index + 1]));
  const events = batch.flatMap((append) => append.events);
  const texts = (column: (event: Envelope) => string): Buffer => textArray(events.map(column));
  return {
    name: 'log-append',
    text: 'select * from log.append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16)',
    rowMode: 'array',
    values: [
      origin,
      textArray(streams),
      int4Array(batch.map(({ stream }) => places.get(stream) ?? 0)),
      int8Array(batch.map(({ expected }) => (expected === 'no-stream' ? -1n : expected))),
      int4Array(batch.map((append) => append.events.length)),
      uuidArray(events.map(({ id }) => id)),
      texts(({ type }) => type),
      int4Array(events.map(({ schemaVersion }) => schemaVersion)),
      texts(({ occurredAt }) => occurredAt),
      texts(({ actor }) => actor),
      texts(({ onBehalfOf }) => onBehalfOf),
      texts(({ via }) => via),
      texts(({ correlationId }) => correlationId),
      texts(({ causationId }) => causationId),
      texts(({ sealedWith }) => sealedWith),
      byteaArray(events.map(({ payload }) => payload)),
    ],
  };
};

/** Tells the other nodes apart from any batch. */
export const tellStatement = (end: bigint, origin: string) => ({
  text: 'select pg_notify($1, $2)',
  values: [CHANNEL, `${end} ${origin}`],
});

/** @param row `answer, revision, at` as the server wrote them. */
export const answerOf = (row: readonly unknown[]): Answer => {
  const [kind, revision, at] = row;
  const number = BigInt(String(revision));
  if (kind === 'conflict') return { kind, actual: number < 0n ? 'no-stream' : number };
  if (kind !== 'stored' && kind !== 'repeated') throw new Error(`log.append answered ${kind}`);
  return { kind, revision: number, at: BigInt(String(at)) };
};

/** The events that a batch added to the log, as reading would give them, in log order. */
export const recordedBy = (
  batch: readonly Append[],
  answers: readonly Answer[],
): readonly Recorded[] =>
  batch.flatMap(({ stream, events }, index) => {
    const answer = answers[index];
    if (answer?.kind !== 'stored') return [];
    return events.map((event, place) => {
      const behind = BigInt(events.length - 1 - place);
      const { revision, at } = answer;
      return { ...event, stream, revision: revision - behind, position: positionOf(at - behind) };
    });
  });
