import { LRUCache } from 'lru-cache';
import type { AppPasswordId } from '../../domain/account/app-passwords.ts';
import type { LastUse, SignInState } from '../../domain/account/sign-in-state.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { SignInAttempt } from './attempt.ts';

interface LastUsesParts {
  readonly state: Pick<SignInState, 'used'>;
  now(): Instant;
  /** Told when the database does not answer; the next use is noted again. */
  report(trouble: unknown): void;
  /** How long uses are gathered before they are written, in ms. */
  readonly gather?: number;
}

/** Notes uses of app passwords: each at most every quarter of an hour, many in one write. */
export interface LastUses {
  used(id: AppPasswordId, account: AccountId, attempt: SignInAttempt): void;
  close(): Promise<void>;
}

const REMEMBERED = 50_000;
const QUARTER = 900_000;

export const lastUses = ({ state, now, report, gather = 2000 }: LastUsesParts): LastUses => {
  const noted = new LRUCache<AppPasswordId, true>({ max: REMEMBERED, ttl: QUARTER });
  let gathered = new Map<AppPasswordId, LastUse & { readonly account: AccountId }>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const uses = gathered;
    gathered = new Map();
    timer = undefined;
    if (uses.size === 0) return;
    try {
      await state.used(uses);
    } catch (error) {
      for (const id of uses.keys()) noted.delete(id);
      report(error);
    }
  };

  return {
    used(id, account, { client, address = '' }) {
      if (noted.has(id)) return;
      noted.set(id, true);
      gathered.set(id, { account, at: now(), client, address });
      timer ??= setTimeout(() => {
        writing = write();
      }, gather).unref();
    },
    async close() {
      clearTimeout(timer);
      await writing;
      await write();
    },
  };
};
