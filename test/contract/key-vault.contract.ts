import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AccountId, KeyId } from '../../src/domain/kernel/ids.ts';
import type { KeyVault } from '../../src/domain/kernel/ports.ts';

const someone = (): AccountId => randomUUID() as AccountId;

/**
 * What every KeyVault promises (src/domain/kernel/ports.ts).
 * @param open answers a vault on one and the same set of keys, as two nodes have it.
 */
export const keyVaultContract = (name: string, open: () => Promise<KeyVault>): void => {
  describe(`the key vault: ${name}`, () => {
    let vault: KeyVault;
    let elsewhere: KeyVault;
    beforeAll(async () => {
      vault = await open();
      elsewhere = await open();
    });

    it('makes a key of 32 octets on first use, and gives the same one ever after', async () => {
      const owner = someone();
      const key = await vault.keyOf(owner);
      expect(key.secret).toHaveLength(32);
      expect(key.id).not.toBe('');
      for (const node of [vault, elsewhere]) {
        const again = await node.keyOf(owner);
        expect(again.id).toBe(key.id);
        expect([...again.secret]).toEqual([...key.secret]);
      }
    });

    it('gives different owners different keys', async () => {
      const [one, two] = [await vault.keyOf(someone()), await vault.keyOf(someone())];
      expect(one.id).not.toBe(two.id);
      expect([...one.secret]).not.toEqual([...two.secret]);
    });

    it('makes one key however many ask first at once, on whatever node', async () => {
      const owner = someone();
      const keys = await Promise.all(
        Array.from({ length: 24 }, (_, index) => (index % 2 ? vault : elsewhere).keyOf(owner)),
      );
      expect(new Set(keys.map(({ id }) => id)).size).toBe(1);
      expect(new Set(keys.map(({ secret }) => String([...secret]))).size).toBe(1);
    });

    it('gives the secrets of several keys, and leaves out what it does not have', async () => {
      const [one, two] = [await vault.keyOf(someone()), await vault.keyOf(someone())];
      const unknown = randomUUID() as KeyId;
      const secrets = await elsewhere.secrets([one.id, unknown, two.id, one.id, '' as KeyId]);
      expect([...secrets.keys()].sort()).toEqual([one.id, two.id].sort());
      for (const { id, secret } of [one, two])
        expect([...(secrets.get(id) ?? [])]).toEqual([...secret]);
      expect(await vault.secrets([])).toEqual(new Map());
    });

    it('destroys a key for good: its secret is gone, and its owner never gets another', async () => {
      const owner = someone();
      const other = await vault.keyOf(someone());
      const { id } = await vault.keyOf(owner);
      await vault.destroy(owner);
      for (const node of [vault, elsewhere]) {
        expect([...(await node.secrets([id, other.id])).keys()]).toEqual([other.id]);
        await expect(node.keyOf(owner)).rejects.toMatchObject({ code: 'key-destroyed' });
      }
      expect((await vault.secrets([id])).size).toBe(0);
    });

    it('names the key of an owner without making one, also once it is destroyed', async () => {
      const owner = someone();
      expect(await vault.idOf(owner)).toBeUndefined();
      const { id } = await vault.keyOf(owner);
      expect(await elsewhere.idOf(owner)).toBe(id);
      await vault.destroy(owner);
      expect(await elsewhere.idOf(owner)).toBe(id);
    });

    it('destroys twice as once, and even before there was a key', async () => {
      const owner = someone();
      await vault.destroy(owner);
      await elsewhere.destroy(owner);
      await expect(vault.keyOf(owner)).rejects.toMatchObject({ code: 'key-destroyed' });
    });

    it('never answers a key that was destroyed while it was being asked for', async () => {
      for (let round = 0; round < 5; round += 1) {
        const owner = someone();
        const [asked] = await Promise.all([
          vault.keyOf(owner).catch(() => undefined),
          elsewhere.destroy(owner),
        ]);
        await expect(vault.keyOf(owner)).rejects.toMatchObject({ code: 'key-destroyed' });
        if (asked !== undefined) expect((await vault.secrets([asked.id])).size).toBe(0);
      }
    });
  });
};
