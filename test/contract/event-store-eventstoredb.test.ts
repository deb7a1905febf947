import { afterAll, describe } from 'vitest';
import { eventStoreDbEventStore } from '../../src/adapters/eventstoredb/event-store.ts';
import { startEventStoreDbDouble } from '../support/eventstoredb-double/server.ts';
import { eventStoreContract } from './event-store.contract.ts';

const real = process.env['EVENTSTORE_URL'];

/** Said once at the start of the run, so that nobody takes the double's word for the server's. */
process.stdout.write(
  real === undefined
    ? 'EventStoreDB contract: runs on the in-process double only; set EVENTSTORE_URL for a real server\n'
    : 'EventStoreDB contract: runs on the in-process double and on the real server of EVENTSTORE_URL\n',
);

describe('in-process double', async () => {
  const double = await startEventStoreDbDouble();
  afterAll(double.stop);
  const open = async () =>
    eventStoreDbEventStore({ connectionString: double.connectionString, patienceMs: 2_000 });
  eventStoreContract('EventStoreDB, on the in-process double', open, { fault: double });
});

if (real !== undefined) {
  eventStoreContract(
    'EventStoreDB, on the real server of EVENTSTORE_URL',
    async () => eventStoreDbEventStore({ connectionString: real }),
    { fault: { lacks: 'this test cannot stop and start the server of EVENTSTORE_URL' } },
  );
}
