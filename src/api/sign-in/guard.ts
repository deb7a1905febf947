import { isIPv6 } from 'node:net';
import { LRUCache } from 'lru-cache';
import type { Limit } from '../../domain/account/counters.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { Log } from '../log.ts';
import type { SignInAttempt } from './attempt.ts';
import type { SharedCounts } from './shared-counts.ts';

/** The guide's limits, which count for a user; an address may do ten times as much. */
export interface SignInLimits {
  readonly failures: Limit;
  readonly requests: Limit;
}

interface GuardParts {
  readonly counts: SharedCounts;
  readonly limits: SignInLimits;
  readonly log: Log;
}

/** Keeps guessers and runaway programs from all the rest. All nodes count together. */
export interface Guard {
  /** Seconds for which nobody is let in here who was not before; `undefined`: go ahead. */
  blocked(login: string, attempt: SignInAttempt): number | undefined;
  /**
   * Counts a wrong password. `question` stands for login and password: the same asked again, by a program
   * that does not know of a new password, is no guess, and counts once.
   */
  failed(login: string, question: string, attempt: SignInAttempt): void;
  /** The same for codes of the second factor. */
  codeBlocked(account: AccountId): number | undefined;
  codeFailed(account: AccountId, attempt: SignInAttempt): void;
  /** Counts a request; seconds for which no more are answered, if there were too many. */
  tooMany(account: AccountId): number | undefined;
  /** The same before it is known who asks. */
  tooManyFrom(address: string | undefined): number | undefined;
}

/** How much more an address may do than a user, behind which there may be a whole office. */
const SHARED = 10;
/** How much more may go wrong for one user from all addresses together: else anybody could lock him out. */
const EVERYWHERE = 10;
const QUESTIONS = 20_000;

/** What one customer has: an address, or in IPv6 the first 64 bits of one (RFC 6177). */
const networkOf = (address: string): string => {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address.replace('::ffff:', '');
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const first = head.split(':').filter(Boolean);
  const last = tail === undefined ? [] : tail.split(':').filter(Boolean);
  const zeros = Array<string>(Math.max(8 - first.length - last.length, 0)).fill('0');
  const groups = tail === undefined ? first : [...first, ...zeros, ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};

const times = (limit: Limit, factor: number): Limit => ({ ...limit, count: limit.count * factor });

/** Guards sign-ins and requests by the limits in force; a limit of 0 is none. */
export const guarding = ({ counts, limits, log }: GuardParts): Guard => {
  const counted = new LRUCache<string, true>({
    max: QUESTIONS,
  });

  const keysOf = (login: string, { address }: SignInAttempt) => {
    const network = address === undefined ? '' : networkOf(address);
    return {
      pair: `failed ${login}\0${network}`,
      user: `failed by anybody ${login}`,
      address: network === '' ? undefined : `failed from ${network}`,
    };
  };

  const longest = (keys: readonly (string | undefined)[]): number | undefined => {
    const found = keys.flatMap((key) => (key === undefined ? [] : (counts.blocked(key) ?? [])));
    return found.length === 0 ? undefined : Math.max(...found);
  };

  const failed = (login: string, attempt: SignInAttempt): void => {
    const { pair, user, address } = keysOf(login, attempt);
    counts.count(pair, limits.failures);
    counts.count(user, times(limits.failures, EVERYWHERE));
    if (address !== undefined) counts.count(address, times(limits.failures, SHARED));
  };

  const line = ({ address, protocol }: SignInAttempt) => ({
    protocol,
    ...(address === undefined ? {} : { address }),
  });

  return {
    blocked(login, attempt) {
      const { pair, user, address } = keysOf(login, attempt);
      return longest([pair, user, address]);
    },
    failed(login, question, attempt) {
      if (counted.has(question)) return;
      counted.set(question, true, { ttl: Math.max(limits.failures.interval, 1) * 1000 });
      log('sign-in-failed', line(attempt));
      failed(login, attempt);
    },
    codeBlocked: (account) => longest([`code ${account}`]),
    codeFailed(account, attempt) {
      log('sign-in-failed', { ...line(attempt), account });
      counts.count(`code ${account}`, limits.failures);
    },
    tooMany(account) {
      const key = `requests ${account}`;
      counts.count(key, limits.requests);
      return counts.blocked(key);
    },
    tooManyFrom(address) {
      if (address === undefined) return undefined;
      const key = `requests from ${networkOf(address)}`;
      counts.count(key, times(limits.requests, SHARED));
      return counts.blocked(key);
    },
  };
};
