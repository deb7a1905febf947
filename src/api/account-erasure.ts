import { canonicalLogin } from '../domain/account/login.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import { type AccountId, isUuid, type KeyId } from '../domain/kernel/ids.ts';
import type { KeyVault } from '../domain/kernel/ports.ts';
import { splitStream, streams } from '../domain/kernel/streams.ts';
import { AccountRefusal, type Accounts, type AccountsParts } from './accounts.ts';
import { SERVER } from './server-ids.ts';

/** What is kept of accounts beside the log, and lets go of it. */
export interface Erasing {
  /** Drops what this process remembers: keys and folded streams, of everybody. */
  forget(): void;
  /** Removes all rows and blobs of an account whose key is destroyed. Can be repeated. */
  purge(account: AccountId): Promise<void>;
}

interface ErasingParts {
  readonly remembering: readonly { forget(): void }[];
  readonly rows: Pick<Erasing, 'purge'>;
  readonly blobs: { purge(key: KeyId): Promise<void> };
  readonly vault: Pick<KeyVault, 'idOf'>;
}

/** All that has to be told of an erasure, as one. */
export const erasingOver = ({ remembering, rows, blobs, vault }: ErasingParts): Erasing => ({
  forget() {
    for (const one of remembering) one.forget();
  },
  async purge(account) {
    await rows.purge(account);
    const key = await vault.idOf(account);
    if (key !== undefined) await blobs.purge(key);
  },
});

export interface ErasureParts extends AccountsParts {
  readonly store: EventStore;
  readonly vault: Pick<KeyVault, 'destroy'>;
  readonly erasing: Erasing;
  /** Forgets when and from where an account signed in. */
  forgetUses(account: AccountId): Promise<void>;
}

/**
 * Erases accounts: closes one, destroys its key, says so in its stream, which every node hears, and removes
 * what was made of its events. Every step can be repeated, by the account's id once the login is gone.
 */
export const erasure = (parts: ErasureParts): Pick<Accounts, 'erase' | 'erasable'> => {
  const { opening, accounts, rows, signOut, shown, provenance } = parts;
  const { store, vault, erasing, forgetUses } = parts;

  return {
    async erasable(named) {
      const row = await rows.byLogin(canonicalLogin(named));
      if (row !== undefined) return { account: row.account, login: row.login };
      const account = named as AccountId;
      const stream = streams.account(account);
      const head = isUuid(named) ? (await store.heads([stream])).get(stream) : undefined;
      if (typeof head !== 'bigint') throw new AccountRefusal(`there is no account '${named}'`);
      const login = (await rows.byId(account))?.login;
      return { account, ...(login === undefined ? {} : { login }) };
    },
    async erase({ account, login }) {
      const stream = streams.account(account);
      const by = provenance();
      // Refused where it was removed or erased before, which is as well.
      await accounts({ stream, owner: account, command: { type: 'RemoveAccount' }, by });
      if (login !== undefined) await opening.release(login, account, by);
      await signOut(account);
      await shown(account);
      await vault.destroy(account);
      await accounts({ stream, owner: SERVER, command: { type: 'EraseAccount' }, by });
      erasing.forget();
      await shown(account);
      await erasing.purge(account);
      await forgetUses(account);
    },
  };
};

/**
 * The store, for whoever follows the log: before an event that says that an account was erased is handed
 * on, `told` is called, once for each account.
 */
export const hearingErasures = (
  store: EventStore,
  told: (account: AccountId) => void,
): EventStore => {
  const heard = new Set<string>();
  return {
    ...store,
    async *subscribe(after, signal) {
      for await (const batch of store.subscribe(after, signal)) {
        for (const { type, stream } of batch)
          if (type === 'AccountErased' && !heard.has(stream)) {
            heard.add(stream);
            told(splitStream(stream)[1] as AccountId);
          }
        yield batch;
      }
    },
  };
};
