import { LRUCache } from 'lru-cache';
import type { Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import { streams } from '../domain/kernel/streams.ts';
import type { AccountRow, AccountRows } from '../projections/account/rows.ts';
import { ReadModelUnavailable } from '../projections/runtime/writing.ts';

export interface TrustedAccountsParts {
  readonly accounts: Pick<AccountRows, 'byLogin'>;
  /** Calls back with each revision of a stream that this node hears of, until the answer is called. */
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  /** Whether the rows include the revision, waiting a moment for it. */
  seen(stream: StreamId, revision: Revision): Promise<boolean>;
  /** How long a row is trusted without asking again, in ms. */
  readonly rowTrust: number;
}

/** Accounts by canonical login. */
export interface TrustedAccounts {
  /** As they were a moment ago; `undefined` when nobody asked for so long, or something happened since. */
  trusted(login: string): AccountRow | undefined;
  /** As they are. @throws ReadModelUnavailable when the rows do not catch up with what happened */
  fresh(login: string): Promise<AccountRow | undefined>;
}

/** What this node has heard of an account. */
interface Listening {
  /** Newest revision heard of that the rows may not include yet. */
  heard: Revision | undefined;
  row: AccountRow | undefined;
  at: number;
  readonly account: AccountId;
  readonly deafen: () => void;
}

const REMEMBERED = 20_000;

/**
 * Rows of accounts, trusted for a moment and dropped as soon as the log says that something happened to
 * them, here or on another node: who revoked a password is obeyed at once.
 */
export const trustedAccounts = (parts: TrustedAccountsParts): TrustedAccounts => {
  const { accounts, watch, seen, rowTrust } = parts;
  const remembered = new LRUCache<string, Listening>({
    max: REMEMBERED,
    dispose: ({ deafen }) => deafen(),
  });

  const listenTo = (account: AccountId): Listening => {
    const entry: Listening = {
      heard: undefined,
      row: undefined,
      at: 0,
      account,
      deafen: watch(streams.account(account), (revision) => {
        entry.heard = revision;
        entry.row = undefined;
      }),
    };
    return entry;
  };

  /** Waits until the rows include what was heard. */
  const caughtUp = async (entry: Listening): Promise<void> => {
    const { heard, account } = entry;
    if (heard === undefined) return;
    if (!(await seen(streams.account(account), heard)))
      throw new ReadModelUnavailable('the rows of an account are behind');
    if (entry.heard === heard) entry.heard = undefined;
  };

  return {
    trusted(login) {
      const entry = remembered.get(login);
      return entry !== undefined && performance.now() - entry.at < rowTrust ? entry.row : undefined;
    },
    async fresh(login) {
      const before = remembered.get(login);
      if (before !== undefined) await caughtUp(before);
      const row = await accounts.byLogin(login);
      if (row === undefined) {
        remembered.delete(login);
        return undefined;
      }
      const entry = remembered.get(login);
      if (entry?.account !== row.account) {
        // Nobody listened while it was read: the next to ask reads it again.
        remembered.set(login, listenTo(row.account));
        return row;
      }
      if (entry === before && entry.heard === undefined) {
        entry.row = row;
        entry.at = performance.now();
      }
      return row;
    },
  };
};
