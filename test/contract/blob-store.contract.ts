import { randomBytes, randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { BLOB_LIMIT } from '../../src/adapters/blobs/limit.ts';
import type { AccountId, BlobRef } from '../../src/domain/kernel/ids.ts';
import type { BlobStore, KeyVault } from '../../src/domain/kernel/ports.ts';

interface Opened {
  readonly blobs: BlobStore;
  readonly vault: KeyVault;
}

const someone = (): AccountId => randomUUID() as AccountId;

/**
 * What every BlobStore promises (src/domain/kernel/ports.ts).
 * @param open answers a store on one and the same set of blobs and keys, as two nodes have it.
 */
export const blobStoreContract = (name: string, open: () => Promise<Opened>): void => {
  describe(`the blob store: ${name}`, () => {
    let here: Opened;
    let elsewhere: Opened;
    beforeAll(async () => {
      here = await open();
      elsewhere = await open();
    });

    it.each([0, 1, 65_537, BLOB_LIMIT])('gives back %i octets as they were put', async (length) => {
      const octets = randomBytes(length);
      const ref = await here.blobs.put(someone(), octets);
      expect(octets.equals((await here.blobs.get(ref)) ?? randomBytes(8))).toBe(true);
      expect(octets.equals((await elsewhere.blobs.get(ref)) ?? randomBytes(8))).toBe(true);
    });

    it('refuses more than 25 MiB and stores nothing', async () => {
      await expect(here.blobs.put(someone(), new Uint8Array(BLOB_LIMIT + 1))).rejects.toMatchObject(
        { code: 'blob-too-large' },
      );
    });

    it('keeps what was put, not what its array became later', async () => {
      const octets = Uint8Array.of(1, 2, 3);
      const ref = await here.blobs.put(someone(), octets);
      octets.fill(9);
      expect([...((await here.blobs.get(ref)) ?? [])]).toEqual([1, 2, 3]);
    });

    it('names equal octets differently, even of one owner', async () => {
      const owner = someone();
      const octets = Uint8Array.of(1, 2, 3);
      const refs = await Promise.all([1, 2].map(() => here.blobs.put(owner, octets)));
      expect(new Set(refs).size).toBe(2);
    });

    it('answers undefined for what never was', async () => {
      for (const ref of [randomUUID(), '', 'x'.repeat(500), "'; drop table blobs.blobs --"])
        expect(await here.blobs.get(ref as BlobRef)).toBeUndefined();
    });

    it('gives back several at once, each under its reference, and leaves out what is not there', async () => {
      const [owner, other] = [someone(), someone()];
      const one = await here.blobs.put(owner, Uint8Array.of(1));
      const two = await here.blobs.put(someone(), Uint8Array.of(2));
      const erased = await here.blobs.put(other, Uint8Array.of(3));
      await here.vault.destroy(other);
      const fresh = await open();
      const asked = [two, randomUUID() as BlobRef, erased, one, one];
      const found = await fresh.blobs.getAll(asked);
      expect(new Map([...found].map(([ref, octets]) => [ref, [...octets]]))).toEqual(
        new Map([
          [one, [1]],
          [two, [2]],
        ]),
      );
      expect(await fresh.blobs.getAll([])).toEqual(new Map());
    });

    it('removes what it is told to, and nothing else', async () => {
      const owner = someone();
      const [gone, kept] = [
        await here.blobs.put(owner, Uint8Array.of(1)),
        await here.blobs.put(owner, Uint8Array.of(2)),
      ];
      await here.blobs.remove(gone);
      await here.blobs.remove(gone);
      expect(await elsewhere.blobs.get(gone)).toBeUndefined();
      expect([...((await elsewhere.blobs.get(kept)) ?? [])]).toEqual([2]);
    });

    it('answers undefined once the key of its owner was destroyed, and takes no more of him', async () => {
      const [owner, other] = [someone(), someone()];
      const gone = await here.blobs.put(owner, Uint8Array.of(1));
      const kept = await here.blobs.put(other, Uint8Array.of(2));
      await here.vault.destroy(owner);
      // A node that never held the key: one that did may remember it for a minute.
      const fresh = await open();
      expect(await fresh.blobs.get(gone)).toBeUndefined();
      expect([...((await fresh.blobs.get(kept)) ?? [])]).toEqual([2]);
      await expect(fresh.blobs.put(owner, Uint8Array.of(3))).rejects.toMatchObject({
        code: 'key-destroyed',
      });
    });
  });
};
