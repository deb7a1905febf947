import type { HomeEntry } from '../../../domain/home/home.ts';
import type { AccountId, CollectionId } from '../../../domain/kernel/ids.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { type Delegation, delegationOf, more } from '../../../domain/rights/delegation.ts';
import { accountGrantee, granteeParts } from '../../../domain/rights/grants.ts';
import type { CollectionRow } from '../../../projections/collection/rows.ts';
import type { Principal } from '../../services.ts';
import type { DavRequest } from '../tables.ts';

/** Of whom somebody is a delegate: whose calendars he has subscribed to and was given roles in by name. */
export const delegatorsOf = async (
  { services, principal }: DavRequest,
  account: AccountId,
): Promise<ReadonlyMap<Principal, Delegation>> => {
  const { entries } = await services.home(account);
  const rows = await calendarRows(
    services,
    entries.filter(({ owner }) => owner !== undefined && owner !== account),
  );
  const found = new Map<AccountId, Delegation>();
  for (const { owner, grants } of rows.values()) {
    const given = more(found.get(owner), delegationOf(grants.get(accountGrantee(account)) ?? []));
    if (given !== undefined) found.set(owner, given);
  }
  const named = new Map<Principal, Delegation>();
  for (const [owner, given] of found) {
    const person = await services.sharing.personWith(owner, principal);
    if (person !== undefined) named.set(person, given);
  }
  return named;
};

/** The delegates of an owner. Asks for the home of everybody who was given roles by name. */
export const delegatesOf = async (
  { services }: DavRequest,
  owner: AccountId,
): Promise<ReadonlyMap<AccountId, Delegation>> => {
  const rows = await ownCalendars(services, owner);
  const given = new Map<AccountId, Map<CollectionId, Delegation>>();
  for (const [{ collection }, { grants }] of rows)
    for (const [grantee, roles] of grants) {
      const parts = granteeParts(grantee);
      const delegation = delegationOf(roles);
      if (parts.kind !== 'account' || delegation === undefined) continue;
      const theirs = given.get(parts.account) ?? new Map<CollectionId, Delegation>();
      given.set(parts.account, theirs.set(collection, delegation));
    }
  const found = new Map<AccountId, Delegation>();
  for (const [account, theirs] of given) {
    // Who has gone has no home to be asked for.
    if ((await services.sharing.personWith(account)) === undefined) continue;
    const { entries } = await services.home(account);
    const delegation = entries.reduce<Delegation | undefined>(
      (all, { collection }) => more(all, theirs.get(collection)),
      undefined,
    );
    if (delegation !== undefined) found.set(account, delegation);
  }
  return found;
};

/** The calendars somebody owns that live. */
export const ownCalendars = async (
  services: DavRequest['services'],
  owner: AccountId,
): Promise<ReadonlyMap<HomeEntry, CollectionRow>> => {
  const { entries } = await services.home(owner);
  return calendarRows(
    services,
    entries.filter((entry) => entry.owner === undefined),
  );
};

const calendarRows = async (
  { collections }: DavRequest['services'],
  entries: readonly HomeEntry[],
): Promise<ReadonlyMap<HomeEntry, CollectionRow>> => {
  const calendars = entries.filter(({ kind }) => kind === 'calendar');
  const rows = await collections.collections(
    calendars.map(({ collection }) => streams.calendar(collection)),
  );
  return new Map(
    calendars.flatMap((entry): [HomeEntry, CollectionRow][] => {
      const row = rows.get(streams.calendar(entry.collection));
      return row?.status === 'live' ? [[entry, row]] : [];
    }),
  );
};
