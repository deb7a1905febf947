import { randomUUID } from 'node:crypto';
import type { BlobRef, KeyId } from '../../domain/kernel/ids.ts';
import type { BlobStore, KeyVault } from '../../domain/kernel/ports.ts';
import { checkSize } from './limit.ts';

/** Blobs that go with their process; for tests. Nothing is sealed, but a destroyed key hides its blobs. */
export const memoryBlobStore = ({ vault }: { readonly vault: KeyVault }): BlobStore => {
  const blobs = new Map<BlobRef, { readonly key: KeyId; readonly octets: Uint8Array }>();
  const getAll: BlobStore['getAll'] = async (refs) => {
    const asked = new Map(
      refs.flatMap((ref) => {
        const blob = blobs.get(ref);
        return blob === undefined ? [] : [[ref, blob] as const];
      }),
    );
    const secrets = await vault.secrets([...new Set([...asked.values()].map(({ key }) => key))]);
    return new Map(
      [...asked].flatMap(([ref, { key, octets }]) =>
        secrets.has(key) ? [[ref, octets.slice()] as const] : [],
      ),
    );
  };
  return {
    async put(owner, octets) {
      checkSize(octets);
      const { id } = await vault.keyOf(owner);
      const ref = randomUUID() as BlobRef;
      blobs.set(ref, { key: id, octets: octets.slice() });
      return ref;
    },
    get: async (ref) => (await getAll([ref])).get(ref),
    getAll,
    async remove(ref) {
      blobs.delete(ref);
    },
    // Nothing here outlives its process.
    keep: async () => {},
  };
};
