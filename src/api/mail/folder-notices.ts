import { type HomeEntry, type HomeEvent, home, PERSONAL } from '../../domain/home/home.ts';
import type { EventStore, Recorded } from '../../domain/kernel/event-store.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { EventCodec } from '../../domain/kernel/ports.ts';
import { splitStream } from '../../domain/kernel/streams.ts';
import type { Domains } from '../domains.ts';
import { type FolderChange, folderTexts } from './folder-texts.ts';
import { mailLanguageOf } from './languages.ts';
import { writeNotice } from './notice.ts';
import { mailboxOf, mayCause, type NoticeParts, putNotice } from './putting.ts';
import type { Reaction } from './reacting.ts';

interface FolderNoticesParts extends NoticeParts {
  readonly store: Pick<EventStore, 'read'>;
  readonly codec: EventCodec<HomeEvent>;
  readonly domains: Pick<Domains, 'of'>;
}

const changes: ReadonlyMap<string, FolderChange> = new Map([
  ['CollectionAdded', 'added'],
  ['CollectionRemoved', 'removed'],
]);

/** Mails owners that a calendar or an address book of theirs was added or removed (SOGoFoldersSendEMailNotifications). */
export const folderNotices = (parts: FolderNoticesParts): Reaction => {
  const { store, codec, policy, domains } = parts;

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
      const to = mailboxOf(row, policy.mailDomain(domain));
      if (to === undefined || !mayCause(parts, recorded)) return;
      const configured = policy.from(domain);
      const language = mailLanguageOf(await parts.language(row));
      const texts = folderTexts[language];
      const name = entry.properties.displayName || entry.segment;
      await putNotice(parts, {
        ...{ kind: 'folder-notice', because: recorded, account, to, domain },
        from: configured === undefined ? to : { address: configured, name: '' },
        written: writeNotice(language, texts[entry.kind][change], texts.closing, name),
      });
    },
  };
};
