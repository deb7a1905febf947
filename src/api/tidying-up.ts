import type { AccountId } from '../domain/kernel/ids.ts';

interface TidyingParts {
  tidy(account: AccountId): Promise<void>;
  /** Told when it could not be done; it is tried again. */
  report(trouble: unknown): void;
  /** How long is waited before, in ms. */
  readonly after?: number;
}

/**
 * Removes once more what is left of an erased account, a moment after a node has heard of it: what the node
 * was about to write just then (rows of a change under way, the last use of a password) has been written.
 */
export interface TidyingUp {
  later(account: AccountId): void;
  /** Does at once what is still to be done. */
  close(): Promise<void>;
}

export const tidyingUp = ({ tidy, report, after = 5000 }: TidyingParts): TidyingUp => {
  const due = new Map<AccountId, NodeJS.Timeout>();

  const now = async (account: AccountId): Promise<boolean> => {
    clearTimeout(due.get(account));
    due.delete(account);
    try {
      await tidy(account);
      return true;
    } catch (trouble) {
      report(trouble);
      return false;
    }
  };
  const later = (account: AccountId): void => {
    const timer = setTimeout(() => {
      void now(account).then((done) => done || later(account));
    }, after);
    due.set(account, timer.unref());
  };

  return {
    later,
    async close() {
      await Promise.all([...due.keys()].map(now));
    },
  };
};
