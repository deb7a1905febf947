import { createHash } from 'node:crypto';
import { type HomeEntry, type HomeEvent, home, PERSONAL } from '../../domain/home/home.ts';
import type { EventStore, Recorded } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { EventCodec } from '../../domain/kernel/ports.ts';
import { splitStream } from '../../domain/kernel/streams.ts';
import { isMailAddress } from '../../domain/mail/address.ts';
import type { MailKey, Outbox } from '../../domain/mail/outbox.ts';
import type { Mailbox } from '../../domain/mail/transport.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import type { Domains } from '../domains.ts';
import type { Log } from '../log.ts';
import type { Submissions } from '../sign-in/submissions.ts';
import { type FolderChange, folderTexts } from './folder-texts.ts';
import { mailLanguageOf } from './languages.ts';
import { writeNotice } from './notice.ts';
import type { Reaction } from './reacting.ts';
import type { MailPolicy } from './policy.ts';

interface FolderNoticesParts {
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec<HomeEvent>;
  readonly policy: MailPolicy;
  readonly domains: Pick<Domains, 'of'>;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly submissions: Submissions;
  /** The account as it is now, once the tables have all of it; `undefined` when there is none (any more). */
  account(account: AccountId): Promise<AccountRow | undefined>;
  language(person: AccountRow): Promise<string>;
  /** Told when something was put. */
  wake(): void;
  readonly log: Log;
}

const changes: ReadonlyMap<string, FolderChange> = new Map([
  ['CollectionAdded', 'added'],
  ['CollectionRemoved', 'removed'],
]);

/** The same for the same event, on any node and after any restart. */
const keyOf = (event: Recorded): MailKey =>
  createHash('sha256').update(`folder-notice\n${event.id}`).digest('hex').slice(0, 40) as MailKey;

/** Where an account's mail goes: his address, else his login at the domain for those without one; `undefined`: nowhere. */
const addressOf = ({ login, mail }: AccountRow, mailDomain: string): string | undefined =>
  [mail, login, `${login}@${mailDomain}`].find(isMailAddress);

/** Mails owners that a calendar or an address book of theirs was added or removed (SOGoFoldersSendEMailNotifications). */
export const folderNotices = (parts: FolderNoticesParts): Reaction => {
  const { store, codec, policy, domains, outbox, submissions, log } = parts;

  /** The collection as it was when it was added, or last before it was removed. */
  const entryAt = async (recorded: Recorded): Promise<HomeEntry | undefined> => {
    let state = home.initial();
    for await (const batch of store.read(recorded.stream, 0n)) {
      const opened = await codec.open(batch);
      for (const [index, event] of opened.entries()) {
        if (event.type === 'Erased') continue;
        if (batch[index]?.revision !== recorded.revision) {
          state = home.evolve(state, event);
          continue;
        }
        if (event.type === 'CollectionRemoved') return state.entries.get(event.collection);
        if (event.type !== 'CollectionAdded') return undefined;
        return home.evolve(state, event).entries.get(event.collection);
      }
    }
    return undefined;
  };

  const mayCause = ({ actor, id }: Recorded): boolean => {
    if (actor === 'system') return true;
    const refusal = submissions.submit(actor as AccountId, 1);
    if (refusal !== undefined) log('mail-held-back', { account: actor, event: id });
    return refusal === undefined;
  };

  return {
    name: 'folder-notices',
    wanted: policy.folderNoticesAnywhere,
    handles: ({ stream, type }) => changes.has(type) && splitStream(stream)[0] === 'home',
    async react(recorded) {
      const change = changes.get(recorded.type);
      const account = splitStream(recorded.stream)[1] as AccountId;
      const row = change === undefined ? undefined : await parts.account(account);
      if (change === undefined || row === undefined) return;
      const domain = domains.of(row);
      if (!policy.folderNotices(domain)) return;
      const entry = await entryAt(recorded);
      // Who subscribes to somebody else's collection, or no longer does, has made and removed none.
      if (entry === undefined || entry.segment === PERSONAL || entry.owner !== undefined) return;
      const address = addressOf(row, policy.mailDomain(domain));
      if (address === undefined || !mayCause(recorded)) return;
      const to: Mailbox = { address, name: row.displayName };
      const configured = policy.from(domain);
      const from: Mailbox = configured === undefined ? to : { address: configured, name: '' };
      const language = mailLanguageOf(await parts.language(row));
      const texts = folderTexts[language];
      const name = entry.properties.displayName || entry.segment;
      const key = keyOf(recorded);
      const putting = await outbox.put({
        ...{ key, account },
        mail: {
          ...{ from, to },
          ...writeNotice(language, texts[entry.kind][change], texts.closing, name),
          date: recorded.occurredAt as Instant,
          messageId: `${key}@${from.address.slice(from.address.lastIndexOf('@') + 1)}`,
          ...(domain !== undefined && { domain }),
        },
      });
      if (putting === 'put') parts.wake();
      if (putting === 'full' || putting === 'too-large')
        log('mail-held-back', { account, event: recorded.id });
    },
  };
};
