import { afterAll, beforeAll, describe } from 'vitest';
import type { EventStore } from '../../src/domain/kernel/event-store.ts';
import { appending } from './event-store/appending.ts';
import { type Fault, losing } from './event-store/losing.ts';
import { modelled } from './event-store/modelled.ts';
import { reading } from './event-store/reading.ts';
import { subscribing } from './event-store/subscribing.ts';

/** What an adapter cannot be asked, and why; printed with every test it leaves out. */
export interface Lacking {
  readonly lacks: string;
}

export interface ContractHooks {
  /** Takes the server away and gives it back; or the reason why that cannot happen to this adapter. */
  readonly fault: Fault | Lacking;
}

/**
 * What every adapter of the EventStore port promises. The log may hold events of others, before and
 * during the run: the suite uses streams of its own and looks at nothing else.
 * @param open opens a store onto the log under test; called twice, the suite closes what it opened.
 */
export const eventStoreContract = (
  name: string,
  open: () => Promise<EventStore>,
  hooks: ContractHooks,
): void => {
  describe(`EventStore contract: ${name}`, () => {
    let opened: EventStore | undefined;
    beforeAll(async () => {
      opened = await open();
    }, 60_000);
    afterAll(async () => {
      await opened?.close();
    }, 60_000);
    const store = (): EventStore => {
      if (opened === undefined) throw new Error('the store did not open');
      return opened;
    };
    appending(store, open);
    reading(store);
    modelled(store);
    subscribing(store);
    losing(store, hooks.fault);
  });
};
