import type { AccountId, CollectionId, Instant } from '../kernel/ids.ts';
import type { FeedTrouble, Validators } from './fetching.ts';

/** How a web calendar stands: what is known of its feed. Losing it costs a download, nothing else. */
export interface FeedState {
  readonly collection: CollectionId;
  readonly account: AccountId;
  /** The address `validators` came from; absent before the first download. */
  readonly url?: string;
  readonly validators: Validators;
  /** Failures since the last success. */
  readonly failures: number;
  readonly trouble?: FeedTrouble;
  /** Status that the server answered with, where that was the trouble. */
  readonly status?: number;
  /** Entries of the feed, and those of them that are no calendar objects. */
  readonly entries: number;
  readonly unreadable: number;
  /** Seconds between looks that the feed asked for, when it last said anything. */
  readonly wanted?: number;
  readonly checkedAt?: Instant;
  readonly dueAt: Instant;
}

/** What a look at a feed came to. */
export interface FeedOutcome {
  readonly url: string;
  /** Absent: as they were. */
  readonly validators?: Validators;
  readonly failures: number;
  readonly trouble?: FeedTrouble;
  readonly status?: number;
  /** Absent: as they were. */
  readonly entries?: number;
  readonly unreadable?: number;
  /** What the feed asks for; `null`: nothing. Absent: as it was. */
  readonly wanted?: number | null;
  /** Seconds until the next look. */
  readonly next: number;
}

/** When which feed is to be looked at, on all nodes together. Every method may throw `StoreUnavailable`. */
export interface FeedSchedule {
  /** Begins to look after web calendars that are not known yet; those known stay as they are. */
  add(calendars: readonly Pick<FeedState, 'account' | 'collection'>[]): Promise<void>;
  /** Takes due ones, which nobody else is given for as long as `LEASE`, in seconds. */
  claim(limit: number): Promise<readonly FeedState[]>;
  /** Takes one, due or not; `undefined` while somebody else has it, or when it is not known. */
  claimOne(collection: CollectionId): Promise<FeedState | undefined>;
  /** Gives one back. */
  done(collection: CollectionId, outcome: FeedOutcome): Promise<void>;
  of(account: AccountId): Promise<readonly FeedState[]>;
  remove(collection: CollectionId): Promise<void>;
  forget(account: AccountId): Promise<void>;
}

/** Seconds after which a feed is given to somebody else: more than a download and its changes take. */
export const LEASE = 300;

const MINUTE = 60;
const DAY = 86_400;
/** Between looks at a feed, in seconds: the feed may ask for other intervals within the bounds. */
const INTERVAL = { least: 15 * MINUTE, usual: 60 * MINUTE, most: DAY } as const;

/** Until the next look after a success, in seconds. */
export const afterSuccess = (wanted: number | undefined): number =>
  Math.min(INTERVAL.most, Math.max(INTERVAL.least, wanted ?? INTERVAL.usual));

/** What no waiting mends: somebody has to change the address, or give a password. */
const lasting: ReadonlySet<FeedTrouble> = new Set([
  'bad-url',
  'refused-address',
  'needs-credentials',
]);

/** Until the next look after so many failures, in seconds: twice as long each time, as long as the server asks at least. */
export const afterFailure = (failures: number, trouble: FeedTrouble, asked = 0): number =>
  lasting.has(trouble)
    ? INTERVAL.most
    : Math.min(INTERVAL.most, Math.max(5 * MINUTE * 2 ** Math.min(failures - 1, 20), asked));
