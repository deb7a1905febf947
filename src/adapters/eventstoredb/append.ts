import { type Appended, type Expected, RevisionConflict } from '../../domain/kernel/event-store.ts';
import { type AppendReply, type AppendRequest, appendCall } from './append-call.ts';
import { messageOf, persistently } from './faults.ts';
import { positionOf } from './recorded.ts';
import { type ReadParts, readSlice } from './reads.ts';

/** How much longer than the call's own deadline its end is awaited, ms. */
const GRACE_MS = 250;

const firstRevision = (expected: Expected): bigint =>
  expected === 'no-stream' ? 0n : expected + 1n;

/** The answer to an append, found in the log; `undefined` unless all its events stand in their place. */
const findAppended = async (
  parts: ReadParts,
  { stream, expected, events }: AppendRequest,
): Promise<Appended | undefined> => {
  const slice = await readSlice(parts, stream, firstRevision(expected), events.length);
  const found = slice.map(({ event }) => event);
  if (found.length < events.length) return undefined;
  if (!events.every(({ id }, index) => found[index]?.id === id)) return undefined;
  const last = found.at(-1);
  const position = positionOf(last?.position);
  return last === undefined || position === undefined
    ? undefined
    : { revision: last.revision, position };
};

/**
 * Appends, asking again with the same ids at the same expected revision while the outcome is unknown:
 * EventStoreDB then answers what is already there instead of storing it twice.
 *
 * @throws RevisionConflict, StoreUnavailable, or the client's error when the server refuses for good
 *   (no permission, more than its largest append).
 */
export const append = async (parts: ReadParts, request: AppendRequest): Promise<Appended> => {
  const { client, patience, log } = parts;
  const { stream, expected, events } = request;
  if (events.length === 0) throw new RangeError(`nothing to append to ${stream}`);
  const reply: AppendReply = await persistently(
    (signal) => appendCall(client, request, patience.attemptMs, signal),
    { ...patience, attemptMs: patience.attemptMs + GRACE_MS },
    (error) => log({ code: 'append-retried', stream, error: messageOf(error) }),
  );
  if ('revision' in reply && reply.position !== undefined) {
    return { revision: reply.revision, position: reply.position };
  }
  const actual = 'actual' in reply ? reply.actual : reply.revision;
  const last = firstRevision(expected) + BigInt(events.length) - 1n;
  // A server may refuse a repeat it cannot recognise any more, and confirm one without its position.
  const mayBeThere = actual !== 'no-stream' && actual >= last;
  const appended = mayBeThere ? await findAppended(parts, request) : undefined;
  if (appended === undefined) throw new RevisionConflict(stream, actual);
  return appended;
};
