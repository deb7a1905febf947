import { EventStoreDBClient } from '@eventstore/db-client';
import { pause } from './faults.ts';

const CLOSE_MS = 2_000;

/**
 * A client that connects at its first call. `esdb://…` names one node, several hosts or
 * `esdb+discover://…` a cluster.
 * @throws Error when the connection string cannot be read.
 */
export const openClient = (connectionString: string): EventStoreDBClient => {
  const client = EventStoreDBClient.connectionString(connectionString);
  // 6.2.1 awaits this nowhere, and it rejects when a call fails while the cluster is being looked for
  // in vain: an unhandled rejection, which ends the process.
  const handleError = client['handleError'];
  client['handleError'] = (failed, error) => handleError(failed, error).catch(() => undefined);
  return client;
};

/** Ends the client's streams and its connection, in bounded time: `dispose` can wait for ever. */
export const closeClient = async (client: EventStoreDBClient): Promise<void> => {
  const close = async (): Promise<void> => {
    await client.dispose();
    (await client['getChannel']()).close();
  };
  const late = new AbortController();
  const closed = close().catch(() => undefined);
  await Promise.race([closed, pause(CLOSE_MS, late.signal)]);
  late.abort();
};
