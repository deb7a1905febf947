import { memoryEventStore } from '../../src/adapters/memory/event-store.ts';
import { eventStoreContract } from './event-store.contract.ts';

eventStoreContract('memory', async () => memoryEventStore(), {
  fault: { lacks: 'a store in memory has no server to lose' },
});
