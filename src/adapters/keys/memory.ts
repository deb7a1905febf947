import type { AccountId, KeyId } from '../../domain/kernel/ids.ts';
import type { KeyVault, VaultKey } from '../../domain/kernel/ports.ts';
import { KeyDestroyed } from './key-destroyed.ts';
import { newKey } from './new-key.ts';

/** A vault that forgets everything with its process; for tests. */
export const memoryKeyVault = (): KeyVault => {
  const keys = new Map<AccountId, VaultKey | { readonly id: KeyId; readonly secret: null }>();
  const secretOf = new Map<KeyId, Uint8Array>();
  return {
    async keyOf(owner) {
      const held = keys.get(owner);
      if (held?.secret === null) throw new KeyDestroyed(owner);
      if (held !== undefined) return held;
      const made = newKey();
      keys.set(owner, made);
      secretOf.set(made.id, made.secret);
      return made;
    },
    idOf: async (owner) => keys.get(owner)?.id,
    async secrets(ids) {
      return new Map(
        ids.flatMap((id) => {
          const secret = secretOf.get(id);
          return secret === undefined ? [] : [[id, secret] as const];
        }),
      );
    },
    async destroy(owner) {
      const held = keys.get(owner);
      if (held !== undefined) secretOf.delete(held.id);
      keys.set(owner, { id: (held ?? newKey()).id, secret: null });
    },
  };
};
