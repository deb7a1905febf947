import type { HomeEntry } from '../../../domain/home/home.ts';
import type { StreamId } from '../../../domain/kernel/event-store.ts';
import type { AccountId } from '../../../domain/kernel/ids.ts';
import { splitStream } from '../../../domain/kernel/streams.ts';
import type { NotificationsState } from '../../../domain/notifications/notifications.ts';
import { accessTo } from '../../../domain/rights/access.ts';
import { type Delegation, delegationOf } from '../../../domain/rights/delegation.ts';
import { granteeParts } from '../../../domain/rights/grants.ts';
import type { CollectionRow } from '../../../projections/collection/rows.ts';
import type { HomeRow } from '../../../projections/home/rows.ts';
import { hrefs } from '../href.ts';
import type { DavRequest } from '../tables.ts';
import type { Sharee, Shares } from './shown.ts';

const asksFor = (body: Uint8Array, name: string): boolean => Buffer.from(body).includes(name);

/** Whether a request may ask for what `sharesOf` finds out. */
export const asksForShares = (body: Uint8Array): boolean =>
  asksFor(body, 'invite') || asksFor(body, 'shared-url');

/** Who has which calendars, found out once for all of them: asks for the home of everybody they are shared with. */
export const sharesOf = async (
  { services, principal, body }: DavRequest,
  rows: readonly CollectionRow[],
): Promise<ReadonlyMap<StreamId, Shares>> => {
  const homes = new Map<AccountId, HomeRow>();
  const entryOf = async (account: AccountId, id: string): Promise<HomeEntry | undefined> => {
    const home = homes.get(account) ?? (await services.homeHint(account));
    homes.set(account, home);
    return home.entries.find(({ collection }) => collection === id);
  };
  const notes = new Map<AccountId, NotificationsState>();
  const declinedOf = async (owner: AccountId, id: string): Promise<readonly AccountId[]> => {
    const state = notes.get(owner) ?? (await services.notificationsOf(owner));
    notes.set(owner, state);
    return [...state.replies.values()].flatMap(({ reply }) =>
      reply.collection === id && reply.answer === 'declined' ? [reply.from] : [],
    );
  };

  const hostOf = async (account: AccountId, id: string): Promise<string | undefined> => {
    const owner = await services.sharing.personWith(account);
    const entry = owner && (await entryOf(account, id));
    return owner && entry && hrefs.collection({ principal: owner, entry });
  };
  const wantsHost = asksFor(body, 'shared-url');
  const wantsInvites = asksFor(body, 'invite');

  const found = new Map<StreamId, Shares>();
  for (const row of rows) {
    if (row.kind !== 'calendar') continue;
    const id = splitStream(row.stream)[1];
    const host = wantsHost ? await hostOf(row.owner, id) : undefined;
    const sharees: Sharee[] = [];
    if (wantsInvites && accessTo(principal.asker, row)?.isOwner === true) {
      const declined = await declinedOf(row.owner, id);
      for (const [account, may] of offeredTo(row, declined)) {
        const person = await services.sharing.personWith(account);
        if (person === undefined) continue;
        const has = (await entryOf(account, id)) !== undefined;
        const state = has ? 'accepted' : declined.includes(account) ? 'declined' : 'noresponse';
        sharees.push({ person, state, may });
      }
    }
    found.set(row.stream, { sharees, ...(host === undefined ? {} : { host }) });
  }
  return found;
};

/** Who was given roles by name, and who said no and has none now. */
const offeredTo = (
  { grants }: CollectionRow,
  declined: readonly AccountId[],
): ReadonlyMap<AccountId, Delegation> => {
  const found = new Map<AccountId, Delegation>(declined.map((account) => [account, 'read']));
  for (const [grantee, roles] of grants) {
    const parts = granteeParts(grantee);
    const may = delegationOf(roles);
    if (parts.kind === 'account' && may !== undefined) found.set(parts.account, may);
  }
  return found;
};
