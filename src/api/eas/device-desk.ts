import { LRUCache } from 'lru-cache';
import type {
  AccountCommand,
  AccountEvent,
  AccountRejection,
  AccountState,
} from '../../domain/account/account.ts';
import { type Devices, isDeviceRejection } from '../../domain/account/devices.ts';
import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { DeviceDesk } from './parts.ts';

interface DeskParts {
  /** An account as it is. */
  current(stream: StreamId): Promise<AccountState>;
  readonly accounts: Handle<AccountCommand, AccountEvent, AccountRejection>;
  /** Calls back with each revision of a stream that this node hears of, until the answer is called. */
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  /** How long what was read is trusted where nothing is heard, in ms. */
  readonly trust?: number;
}

interface Remembered {
  devices: Devices | undefined;
  at: number;
  readonly deafen: () => void;
}

const REMEMBERED = 20_000;

/**
 * Devices of accounts, folded from their streams and remembered until this node hears that something happened to the
 * account, here or elsewhere: a request of a waiting phone should not cost a question about what never changes.
 */
export const deviceDesk = ({ current, accounts, watch, trust = 10_000 }: DeskParts): DeviceDesk => {
  const remembered = new LRUCache<AccountId, Remembered>({
    max: REMEMBERED,
    dispose: ({ deafen }) => deafen(),
  });
  const forget = (account: AccountId): void => void remembered.delete(account);

  return {
    async of(account) {
      const known = remembered.get(account);
      if (known?.devices !== undefined && performance.now() - known.at < trust)
        return known.devices;
      // Listens before it reads, so that nothing falls between: what is heard takes the entry away.
      const entry: Remembered = {
        devices: undefined,
        at: performance.now(),
        deafen: watch(streams.account(account), () => {
          if (remembered.get(account) === entry) forget(account);
        }),
      };
      remembered.set(account, entry);
      const { devices } = await current(streams.account(account));
      if (remembered.get(account) === entry) entry.devices = devices;
      return devices;
    },
    async tell(account, command, by) {
      const outcome = await accounts({
        ...{ stream: streams.account(account), owner: account },
        ...{ command, by },
      });
      forget(account);
      if ('accepted' in outcome) return undefined;
      // Only a closed account refuses anything else, and its devices with it.
      return isDeviceRejection(outcome.rejected) ? outcome.rejected : { kind: 'DeviceNotFound' };
    },
  };
};
