import type { AddressBookEvent } from '../../domain/addressbook/addressbook.ts';
import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import type { HomeEntry } from '../../domain/home/home.ts';
import type { EventStore, Recorded, Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { EventCodec } from '../../domain/kernel/ports.ts';
import { type CollectionKind, splitStream } from '../../domain/kernel/streams.ts';
import { granteeParts } from '../../domain/rights/grants.ts';
import { type Said, type Telling, toldBy } from '../../domain/rights/telling.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import type { CollectionRows } from '../../projections/collection/rows.ts';
import { pause } from '../../projections/runtime/faults.ts';
import { subscribingPath } from '../account-page/subscribing-path.ts';
import { hrefs } from '../dav/href.ts';
import type { Domains } from '../domains.ts';
import type { Services } from '../services.ts';
import { mailLanguageOf } from './languages.ts';
import { type Addresses, writeRightsNotice } from './notice.ts';
import { mailboxOf, mayCause, type NoticeParts, putNotice } from './putting.ts';
import type { Reaction } from './reacting.ts';
import type { RightsChange } from './rights-texts.ts';

interface RightsNoticesParts extends NoticeParts {
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec<CalendarEvent | AddressBookEvent>;
  readonly domains: Pick<Domains, 'of'>;
  readonly collections: Pick<CollectionRows, 'collections'>;
  readonly home: Services['home'];
}

const changes: ReadonlySet<string> = new Set(['RightsGranted', 'RightsRevoked']);
const kinds: readonly string[] = ['calendar', 'addressbook'] satisfies readonly CollectionKind[];

/** Changes that follow each other this closely are told in one message, in ms. */
const QUIET = 5000;

/** Mails people whose own rights in a collection change (SOGoACLsSendEMailNotifications). */
export const rightsNotices = (parts: RightsNoticesParts): Reaction => {
  const { policy, domains } = parts;
  const historyOf = histories(parts);

  const put = async (recorded: Recorded, said: Said, telling: Telling): Promise<void> => {
    const to = granteeParts(said.of);
    if (to.kind !== 'account' || to.account === recorded.actor) return;
    const found = await placeOf(parts, recorded.stream);
    if (found === undefined || found.owner.account === to.account) return;
    const domain = domains.of(found.owner);
    const row = policy.rightsNotices(domain) ? await parts.account(to.account) : undefined;
    const recipient = row && mailboxOf(row, policy.mailDomain(domains.of(row)));
    if (row === undefined || recipient === undefined || !mayCause(parts, recorded)) return;
    const configured = policy.from(domain);
    const from =
      configured === undefined
        ? mailboxOf(await actorOf(recorded, found.owner), policy.mailDomain(domain))
        : { address: configured, name: '' };
    const { entry, owner } = found;
    await putNotice(parts, {
      ...{ kind: 'rights-notice', because: recorded, account: to.account, domain },
      ...{ to: recipient, from: from ?? recipient },
      written: writeRightsNotice(mailLanguageOf(await parts.language(row)), {
        ...{ kind: entry.kind, change: changeOf(telling) },
        collection: entry.properties.displayName || entry.segment,
        owner: owner.displayName || owner.login,
        addresses: telling.after.length === 0 ? undefined : addressesOf(owner, entry),
      }),
    });
  };

  const actorOf = async ({ actor }: Recorded, owner: AccountRow): Promise<AccountRow> =>
    (actor === 'system' ? undefined : await parts.account(actor as AccountId)) ?? owner;

  const addressesOf = (owner: AccountRow, entry: HomeEntry): Addresses | undefined => {
    const { publicUrl } = policy;
    if (publicUrl === undefined) return undefined;
    return {
      subscribe: publicUrl + subscribingPath(entry.kind, owner.login, entry.segment),
      dav: publicUrl + hrefs.collection({ principal: owner, entry }),
    };
  };

  return {
    name: 'rights-notices',
    wanted: policy.rightsNoticesAnywhere,
    handles: ({ stream, type }) => changes.has(type) && kinds.includes(splitStream(stream)[0]),
    async react(recorded, held) {
      const age = Date.now() - Date.parse(recorded.occurredAt);
      if (age < QUIET) await pause(Math.min(QUIET, QUIET - age), held);
      if (held.aborted) return;
      const history = await historyOf(recorded);
      const said = history.find(({ revision }) => revision === recorded.revision);
      const telling = said && toldBy(history, recorded.revision, QUIET);
      if (said !== undefined && telling !== undefined) await put(recorded, said, telling);
    },
  };
};

const changeOf = ({ before, after }: Telling): RightsChange =>
  before.length === 0 ? 'given' : after.length === 0 ? 'taken' : 'changed';

/** A collection in the home of its owner; `undefined` where it is gone. */
const placeOf = async (
  { collections, home, account }: RightsNoticesParts,
  stream: StreamId,
): Promise<{ readonly owner: AccountRow; readonly entry: HomeEntry } | undefined> => {
  const row = (await collections.collections([stream])).get(stream);
  const owner = row && (await account(row.owner));
  if (owner === undefined) return undefined;
  const { entries } = await home(owner.account);
  const entry = entries.find(({ collection }) => collection === splitStream(stream)[1]);
  return entry && { owner, entry };
};

/** What was said of whom in a collection's stream; that of the last one asked about is read on from where it was. */
const histories = ({ store, codec }: Pick<RightsNoticesParts, 'store' | 'codec'>) => {
  let last: { readonly stream: StreamId; readonly said: Said[]; next: Revision } | undefined;

  return async ({ stream, revision }: Recorded): Promise<readonly Said[]> => {
    if (last?.stream !== stream) last = { stream, said: [], next: 0n };
    const known = last;
    try {
      for await (const batch of store.read(stream, known.next)) {
        const wanted = batch.filter(({ type }) => changes.has(type));
        const opened = await codec.open(wanted);
        for (const [index, event] of opened.entries()) {
          const at = wanted[index];
          if (at === undefined) continue;
          const said = { revision: at.revision, at: Date.parse(at.occurredAt) };
          if (event.type === 'RightsGranted')
            known.said.push({ ...said, of: event.to, roles: event.roles });
          else if (event.type === 'RightsRevoked')
            known.said.push({ ...said, of: event.from, roles: [] });
        }
        known.next = (batch.at(-1)?.revision ?? revision) + 1n;
      }
      return known.said;
    } catch (error) {
      last = undefined;
      throw error;
    }
  };
};
