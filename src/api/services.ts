import type { AccountId, CollectionId, Instant } from '../domain/kernel/ids.ts';
import type {
  AddressBookCommand,
  AddressBookEvent,
  AddressBookRejection,
} from '../domain/addressbook/addressbook.ts';
import type {
  CalendarCommand,
  CalendarEvent,
  CalendarRejection,
} from '../domain/calendar/calendar.ts';
import type { Domains } from './domains.ts';
import type { OfDomain } from '../domain/account/visibility.ts';
import type {
  FilesCommand,
  FilesEvent,
  FilesRejection,
  FilesState,
} from '../domain/files/changes.ts';
import type { HomeCommand, HomeEvent, HomeRejection } from '../domain/home/home.ts';
import type { Revision, StreamId } from '../domain/kernel/event-store.ts';
import type { Handle } from '../domain/kernel/handle.ts';
import type { Locks } from '../domain/locks/locks.ts';
import type { CollectionKind } from '../domain/kernel/streams.ts';
import type { BlobStore } from '../domain/kernel/ports.ts';
import type {
  NotificationsCommand,
  NotificationsEvent,
  NotificationsState,
} from '../domain/notifications/notifications.ts';
import type {
  Preferences,
  PreferencesCommand,
  PreferencesEvent,
  PreferencesRejection,
} from '../domain/preferences/preferences.ts';
import type { Asker } from '../domain/rights/access.ts';
import type { Grantee } from '../domain/rights/grants.ts';
import type { CollectionRows } from '../projections/collection/rows.ts';
import type { HomeRow } from '../projections/home/rows.ts';
import type { Directories } from './books/directories.ts';
import type { Principal } from './principal.ts';
import type { BusyRules } from './scheduling/busy-rules.ts';
import type { SignInAttempt, SignInRefusal } from './sign-in/attempt.ts';
import type { Scheduling } from './scheduling/service.ts';
import type { Guard } from './sign-in/guard.ts';

/** Somebody with an account, as far as it decides what is usual for him. */
export type Resident = OfDomain & Pick<Principal, 'account'>;

export type { Principal } from './principal.ts';

/** Whom there is to share with, and who they are. */
export interface Sharing {
  /** What collections of others somebody saw when last he asked: never an answer, only a reason to read and see. */
  readonly shown: {
    was(account: AccountId, stream: StreamId): boolean;
    learn(account: AccountId, stream: StreamId, isShown: boolean): void;
  };
  /** Somebody as whoever wants something of a collection. */
  askerOf(principal: Principal): Promise<Asker>;
  /** Who goes by a canonical login and has an account; of domains that `by`, where given, may know of. */
  personCalled(login: string, by?: Principal): Promise<Principal | undefined>;
  personWith(account: AccountId, by?: Principal): Promise<Principal | undefined>;
  /** The same, and somebody whom a directory knows but who never came: he gets his account. */
  newcomerCalled(login: string, by: Principal): Promise<Principal | undefined>;
  /** A group as its directory names it; of domains that `by`, where given, may know of. */
  groupCalled(name: string, by?: Principal): Promise<Grantee | undefined>;
  /** People whose login, name or address has a text in it, some at most, without whoever asks. */
  search(text: string, by: Principal): Promise<readonly Found[]>;
  /** What a collection of somebody else is called when one subscribes to it. */
  subscriptionName(owner: Principal, folder: string, by: Principal): string;
}

/** Somebody who was looked for. */
export interface Found {
  readonly login: string;
  readonly displayName: string;
  readonly mail: string;
  readonly info: string;
}

/** How programs prove for whom they ask without a password; each is there while the configuration wants it. */
export interface OtherProofs {
  /** By a bearer token (RFC 6750). @throws ProviderUnavailable */
  readonly byToken?:
    | ((token: string, attempt: SignInAttempt) => Promise<Principal | SignInRefusal | undefined>)
    | undefined;
  /** By the word of a trusted proxy, which has proven the person itself (SOGoTrustProxyAuthentication). */
  readonly byProxy?: ((name: string) => Promise<Principal | undefined>) | undefined;
}

/** What every protocol stands on; put together in `main.ts`. */
export interface Services {
  readonly calendars: Handle<CalendarCommand, CalendarEvent, CalendarRejection>;
  readonly addressBooks: Handle<AddressBookCommand, AddressBookEvent, AddressBookRejection>;
  readonly homes: Handle<HomeCommand, HomeEvent, HomeRejection>;
  readonly files: Handle<FilesCommand, FilesEvent, FilesRejection>;
  /** Never behind the log's head as it was when the question came (docs/adr/0005). */
  readonly collections: CollectionRows;
  /** The account's home, given its personal collections on first use; never behind its head. */
  home(account: AccountId): Promise<HomeRow>;
  /** The same, perhaps a moment old: for finding a collection, whose own stream says whether it lives. */
  homeHint(account: AccountId): Promise<HomeRow>;
  /** The account's files; never behind the log. Their folders change in place, see `fileTrees`. */
  filesOf(account: AccountId): Promise<FilesState>;
  /** What somebody chose, over what is usual in his domain. */
  preferencesOf(person: Resident): Promise<Preferences>;
  /** Homes and preferences of several, never behind the log. Nobody gets personal collections by being asked about. */
  homesOf(accounts: readonly AccountId[]): Promise<ReadonlyMap<AccountId, HomeRow>>;
  preferencesOfAll(people: readonly Resident[]): Promise<ReadonlyMap<AccountId, Preferences>>;
  readonly changePreferences: Handle<PreferencesCommand, PreferencesEvent, PreferencesRejection>;
  /** What somebody is told about sharing; never behind the log. */
  notificationsOf(account: AccountId): Promise<NotificationsState>;
  readonly notify: Handle<NotificationsCommand, NotificationsEvent, never>;
  readonly sharing: Sharing;
  readonly scheduling: Scheduling;
  readonly directories: Directories;
  readonly blobs: BlobStore;
  readonly locks: Locks;
  /** Waits until this node's readers see the revision, at most a second; never fails. */
  seen(stream: StreamId, revision: Revision): Promise<void>;
  /** `undefined` for an unknown login and for a wrong password alike, in about the same time. */
  authenticate(
    login: string,
    password: string,
    attempt: SignInAttempt,
  ): Promise<Principal | SignInRefusal | undefined>;
  /** Ways to prove oneself without a password; absent: none. */
  readonly others?: OtherProofs;
  /** Bounds what one user, and one address, may ask for in a time. */
  readonly guard: Pick<Guard, 'tooMany' | 'tooManyFrom'>;
  now(): Instant;
  newCollectionId(): CollectionId;
  readonly limits: Limits;
  readonly dialect: Dialect;
  /** Kinds of collections that nobody is served over DAV; absent: none. */
  readonly unserved?: readonly CollectionKind[];
  /** Kinds of collections that are not handed out as one file; absent: none. */
  readonly unexported?: readonly CollectionKind[];
  /** Whether what is given to `anonymous` is served to who does not sign in; absent: no. */
  publicAccess?(): boolean;
  readonly domains: Domains;
  /** Days before and after today that somebody's `freebusy.ifb` tells of. */
  freeBusyDays(principal: Principal): readonly [before: number, after: number];
  /** What is configured of somebody's free and busy time. */
  busyRules(principal: Principal): BusyRules;
}

/**
 * Whose word counts where SOGo and an RFC differ and no answer suits both (docs/protocols/sogo-dialect.md).
 * Whatever SOGo does that no RFC forbids is done in either.
 */
export type Dialect = 'rfc' | 'sogo';

/** Bounds on what clients may send. */
export interface Limits {
  /** Octets of one file, calendar or address object (CALDAV:max-resource-size, CARDDAV:max-resource-size). */
  readonly resource: number;
  /** Octets of one XML request body. */
  readonly xml: number;
  /** hrefs of one multiget. */
  readonly hrefs: number;
  /** Steps that working out recurrence may take in one report; as many as `newAllowance` gives when absent. */
  readonly steps?: number;
}
