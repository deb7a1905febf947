import type { AddressBookEvent } from '../../domain/addressbook/addressbook.ts';
import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import type { HomeEvent } from '../../domain/home/home.ts';
import type { Checkpoints } from '../../domain/kernel/checkpoints.ts';
import {
  type EventStore,
  type Revision,
  StoreUnavailable,
  type StreamId,
} from '../../domain/kernel/event-store.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { EventCodec } from '../../domain/kernel/ports.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { ClaimedMail, MailOutcome, Outbox } from '../../domain/mail/outbox.ts';
import type { ReadArrivedMail } from '../../domain/scheduling/arrived.ts';
import type { OpenWatchedMailbox } from '../../domain/mail/watched-mailbox.ts';
import type { SendMail } from '../../domain/mail/transport.ts';
import type { AccountRow, AccountRows } from '../../projections/account/rows.ts';
import type { Domains } from '../domains.ts';
import type { Log } from '../log.ts';
import type { Meter } from '../metrics/meter.ts';
import type { Services } from '../services.ts';
import type { SharedCounts } from '../sign-in/shared-counts.ts';
import { type SubmissionLimits, submissionsWithin } from '../sign-in/submissions.ts';
import { folderNotices } from './folder-notices.ts';
import type { MailPolicy } from './policy.ts';
import { reacting } from './reacting.ts';
import { rightsNotices } from './rights-notices.ts';
import { workingOff } from './working-off.ts';

/** What mail stands on. */
export interface MailFoundation {
  readonly outbox: Outbox;
  readonly checkpoints: Checkpoints;
  readonly send: SendMail;
  readonly policy: MailPolicy;
  readonly limits: SubmissionLimits;
  readonly read: ReadArrivedMail;
  /** `TakingParts`. */
  readonly prover?: string;
  /** The mailbox that is watched for invitations and answers; absent: none. */
  readonly watched?: { readonly name: string; readonly open: OpenWatchedMailbox };
}

interface MailingParts {
  readonly foundation: MailFoundation;
  readonly store: EventStore;
  readonly codec: EventCodec<HomeEvent>;
  readonly collectionCodec: EventCodec<CalendarEvent | AddressBookEvent>;
  readonly services: Pick<Services, 'collections' | 'home'>;
  readonly domains: Pick<Domains, 'of'>;
  readonly counts: Pick<SharedCounts, 'count' | 'blocked'>;
  readonly accounts: Pick<AccountRows, 'byId'>;
  /** Whether the rows include a revision, waiting a moment for it. */
  seen(stream: StreamId, revision: Revision): Promise<boolean>;
  language(person: AccountRow): Promise<string>;
  /** Told of what was sent, or was given up. */
  settled?(mail: ClaimedMail, outcome: MailOutcome): Promise<void>;
  readonly node: string;
  readonly log: Log;
  readonly meter: Meter;
}

/** The mail of a server, going out. */
export interface Mailing {
  /** Sends now: something was put. */
  wake(): void;
  close(): Promise<void>;
}

/** Writes mail because of events, and sends what waits, until closed. */
export const startMailing = (parts: MailingParts): Mailing => {
  const { foundation, store, node, log, meter } = parts;
  const { outbox, checkpoints, send, policy, limits } = foundation;
  const sending = workingOff({
    ...{ outbox, send, node, log, meter },
    ...(parts.settled && { settled: parts.settled }),
  });
  const account = async (id: AccountId): Promise<AccountRow | undefined> => {
    const stream = streams.account(id);
    const head = (await store.heads([stream])).get(stream);
    if (typeof head === 'bigint' && !(await parts.seen(stream, head)))
      throw new StoreUnavailable('the rows of accounts are behind the log');
    return parts.accounts.byId(id);
  };
  const noticed = {
    ...{ outbox, policy, account, log, store },
    ...{ domains: parts.domains, language: parts.language },
    submissions: submissionsWithin(limits, parts.counts),
    wake: sending.wake,
  };
  const reactions = [
    folderNotices({ ...noticed, codec: parts.codec }),
    rightsNotices({ ...noticed, ...parts.services, codec: parts.collectionCodec }),
  ].map((reaction) => reacting({ store, checkpoints, node, reaction, log }));
  return {
    wake: sending.wake,
    async close() {
      await Promise.all(reactions.map((reaction) => reaction.close()));
      await sending.close();
    },
  };
};
