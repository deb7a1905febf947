import { LRUCache } from 'lru-cache';
import type { AccountId, KeyId } from '../../domain/kernel/ids.ts';
import type { KeyVault, VaultKey } from '../../domain/kernel/ports.ts';

/** How many unwrapped keys one ring holds, and for how many milliseconds: the delay of an erasure. */
export const RING = { keys: 10_000, ttl: 60_000 } as const;

/** A vault's keys, remembered for a minute, so that the vault is not on the path of every event. */
export interface KeyRing {
  /** The owner's current key. Many who ask at once share one question. @throws what the vault throws. */
  of(owner: AccountId): Promise<VaultKey>;
  /** The secrets there are, with at most one question to the vault; destroyed and unknown keys are absent. */
  secrets(ids: Iterable<KeyId>): Promise<ReadonlyMap<KeyId, Uint8Array>>;
  /** Asks the vault for every key again from now on: one was destroyed. */
  forget(): void;
}

/** @param clock counts milliseconds and never goes back. */
export const keyRing = (vault: KeyVault, clock: { now(): number } = performance): KeyRing => {
  const bounds = { max: RING.keys, ttl: RING.ttl, ttlResolution: 0, perf: clock };
  const held = new LRUCache<KeyId, Uint8Array>(bounds);
  const current = new LRUCache<AccountId, VaultKey>({
    ...bounds,
    ignoreFetchAbort: true,
    fetchMethod: async (owner) => {
      const key = await vault.keyOf(owner);
      held.set(key.id, key.secret);
      return key;
    },
  });

  return {
    of: async (owner) => current.get(owner) ?? current.forceFetch(owner),
    async secrets(ids) {
      const found = new Map<KeyId, Uint8Array>();
      const missing = new Set<KeyId>();
      for (const id of ids) {
        const secret = held.get(id);
        if (secret === undefined) missing.add(id);
        else found.set(id, secret);
      }
      if (missing.size === 0) return found;
      for (const [id, secret] of await vault.secrets([...missing])) {
        held.set(id, secret);
        found.set(id, secret);
      }
      return found;
    },
    forget() {
      held.clear();
      current.clear();
    },
  };
};
