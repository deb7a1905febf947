import type { HomeEntry } from '../../domain/home/home.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { granteeParts } from '../../domain/rights/grants.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import type { Principal } from '../services.ts';
import { asksForShares, sharesOf } from './invitations/sharees.ts';
import type { DavRequest, View } from './tables.ts';

/** A view with what properties need beside the rows of some collections, where a request asks for it. */
export const knowing = async (
  request: DavRequest,
  view: View,
  rows: readonly CollectionRow[],
): Promise<View> => {
  const known = await knowingGrantees(request, view, rows);
  return asksForShares(request.body) ? { ...known, shares: await sharesOf(request, rows) } : known;
};

/** A view with the people who have rights (RFC 3744 §5.5). */
const knowingGrantees = async (
  { services, body }: DavRequest,
  view: View,
  rows: readonly CollectionRow[],
): Promise<View> => {
  if (!Buffer.from(body).includes('acl')) return view;
  const accounts = new Set(
    rows.flatMap(({ grants }) =>
      [...grants.keys()].flatMap((grantee) => {
        const parts = granteeParts(grantee);
        return parts.kind === 'account' ? [parts.account] : [];
      }),
    ),
  );
  const people = await peopleWith(services, accounts);
  return people.size === 0
    ? view
    : { ...view, owners: new Map([...(view.owners ?? []), ...people]) };
};

/** The people whose collections one has subscribed to; who has gone is absent. */
export const ownersAmong = (
  services: DavRequest['services'],
  entries: readonly HomeEntry[],
  by: Principal,
): Promise<ReadonlyMap<AccountId, Principal>> =>
  peopleWith(services, new Set(entries.flatMap(({ owner }) => owner ?? [])), by);

const peopleWith = async (
  { sharing }: DavRequest['services'],
  accounts: ReadonlySet<AccountId>,
  by?: Principal,
): Promise<ReadonlyMap<AccountId, Principal>> => {
  const people = await Promise.all([...accounts].map((account) => sharing.personWith(account, by)));
  return new Map(
    people.flatMap((person) => (person === undefined ? [] : [[person.account, person]])),
  );
};
