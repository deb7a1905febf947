import { setMaxListeners } from 'node:events';
import {
  type EventStore,
  type Position,
  StoreUnavailable,
} from '../../domain/kernel/event-store.ts';
import { append } from './append.ts';
import { closeClient, openClient } from './client.ts';
import type { StoreNotice } from './faults.ts';
import { answers, type ReadParts, readEnd, readHeads, readStream } from './reads.ts';
import { subscribeFrom } from './subscription.ts';

interface EventStoreDbParts {
  /** `esdb://host:2113?tls=false`, `esdb+discover://…`; docs/operations/eventstoredb.md. */
  readonly connectionString: string;
  /** Told when the adapter copes with a fault. */
  readonly log?: (notice: StoreNotice) => void;
  /** How long one append (or read) may go unanswered before it is asked again, ms. */
  readonly appendTimeoutMs?: number;
  /** How long a call is retried altogether before StoreUnavailable, ms. */
  readonly patienceMs?: number;
}

const HEALTHY_MS = 1_000;

/**
 * The event log in EventStoreDB or KurrentDB, 22.6 or newer. Read calls ask the leader.
 * Opens no connection before the first call.
 * @throws Error when the connection string cannot be read.
 */
export const eventStoreDbEventStore = ({
  connectionString,
  log = () => undefined,
  appendTimeoutMs = 4_000,
  patienceMs = 8_000,
}: EventStoreDbParts): EventStore => {
  const client = openClient(connectionString);
  const closing = new AbortController();
  // One listener for every call under way.
  setMaxListeners(0, closing.signal);
  const parts: ReadParts = {
    client,
    log,
    patience: { attemptMs: appendTimeoutMs, totalMs: patienceMs, closed: closing.signal },
  };
  /** Newest position of ours met so far: where `end` may stop looking. */
  let newest: Position | 'start' = 'start';
  const met = (position: Position | 'start'): void => {
    if (position !== 'start' && (newest === 'start' || position > newest)) newest = position;
  };
  return {
    append: async (stream, expected, events) => {
      const appended = await append(parts, { stream, expected, events });
      met(appended.position);
      return appended;
    },
    read: (stream, from) => readStream(parts, stream, from),
    heads: (streams) => readHeads(parts, streams),
    end: async () => {
      met(await readEnd(parts, newest));
      return newest;
    },
    subscribe: async function* (after, signal) {
      if (closing.signal.aborted) throw new StoreUnavailable('closed');
      for await (const batch of subscribeFrom(parts, after, signal)) {
        const last = batch.at(-1);
        if (last !== undefined) met(last.position);
        yield batch;
      }
    },
    healthy: () => answers(parts, HEALTHY_MS),
    close: async () => {
      if (closing.signal.aborted) return;
      closing.abort();
      await closeClient(client);
    },
  };
};
