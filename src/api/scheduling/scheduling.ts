import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import type { EventStore } from '../../domain/kernel/event-store.ts';
import type { ClaimedMail, MailOutcome } from '../../domain/mail/outbox.ts';
import type { Handle } from '../../domain/kernel/handle.ts';
import type { EventCodec, Provenance } from '../../domain/kernel/ports.ts';
import type {
  ProcessCommand,
  ProcessEvent,
  ProcessRejection,
} from '../../domain/scheduling/process.ts';
import type { AccountsByMail } from '../../projections/account/rows.ts';
import type { UidRows } from '../../projections/collection/rows.ts';
import type { Log } from '../log.ts';
import { heeding } from '../mail-in/heeding.ts';
import type { TakingParts } from '../mail-in/taking.ts';
import type { Reaction } from '../mail/reacting.ts';
import type { Services } from '../services.ts';
import { type Cause, delivering } from './delivering.ts';
import { bookingsOver } from './bookings.ts';
import { invitedGroups } from './groups.ts';
import { schedulingObjects } from './objects.ts';
import { ownAnswering } from './own-answering.ts';
import { schedulingPeople } from './people.ts';
import { planning } from './planning.ts';
import { schedulingProcessOver } from './process.ts';
import { refusing } from './refusing.ts';
import { settlingMails } from './settling.ts';
import { type MailOut, sendingMessages } from './sending.ts';
import type { Scheduling } from './service.ts';
import { schedulingWatch } from './watching.ts';

export type SchedulingNeeds = Pick<
  Services,
  | 'calendars'
  | 'blobs'
  | 'collections'
  | 'home'
  | 'homesOf'
  | 'sharing'
  | 'directories'
  | 'domains'
  | 'dialect'
  | 'preferencesOfAll'
>;

export interface SchedulingParts {
  readonly services: SchedulingNeeds;
  readonly accounts: AccountsByMail;
  readonly uids: UidRows;
  readonly store: EventStore;
  readonly codec: EventCodec<CalendarEvent>;
  readonly processCodec: EventCodec<ProcessEvent>;
  readonly process: Handle<ProcessCommand, ProcessEvent, ProcessRejection>;
  /** The envelope of what scheduling does by itself. */
  provenance(via: 'scheduling' | 'imip'): Provenance;
  readonly log: Log;
  readonly mailOut?: MailOut;
  /** Called before each step that can fail; for tests. */
  step?(name: string): Promise<void>;
  /** See `schedulingWatch`. */
  readonly age?: number;
}

/** Scheduling, and what it does by itself. */
export interface WorkingScheduling extends Scheduling {
  /** Does what a message that came by mail says. */
  readonly heed: TakingParts['heed'];
  /** Notes in the sender's object what became of a mail about it (SCHEDULE-STATUS). */
  mailSettled(mail: ClaimedMail, outcome: MailOutcome): Promise<void>;
  /** Leaves nothing undone. */
  readonly reaction: Reaction;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** Scheduling as protocols meet it (RFC 6638), and the reaction that leaves nothing undone. */
export const schedulingOver = (parts: SchedulingParts): WorkingScheduling => {
  const { services, uids, store, codec, provenance, log } = parts;
  const { calendars, blobs, collections, sharing, directories, domains, home, homesOf } = services;
  const step = parts.step === undefined ? {} : { step: parts.step };
  const through =
    (via: 'scheduling' | 'imip') =>
    ({ event, correlationId }: Cause): Provenance => ({
      ...provenance(via),
      correlationId,
      causationId: event,
    });
  const by = through('scheduling');
  const objects = schedulingObjects({ blobs, home, homesOf, uids, store, codec });
  const people = schedulingPeople({ sharing, directories, domains, accounts: parts.accounts });
  const dialect = () => services.dialect;
  const { preferencesOfAll } = services;
  const book = bookingsOver({ collections, blobs });
  const ownAnswers = ownAnswering({ book, collections, people, sharing, preferencesOfAll });
  const placing = { objects, calendars, blobs, ownAnswers, ...step };
  const deliver = delivering({ ...placing, by });
  const send = sendingMessages({
    ...{ people, deliver },
    ...(parts.mailOut === undefined ? {} : { mailOut: parts.mailOut }),
  });
  const process = schedulingProcessOver({
    ...{ store, calendars, blobs, objects, people, send, by, ...step },
    ...{ codec: parts.processCodec, handle: parts.process },
  });
  const watch = schedulingWatch({
    ...{ store, codec, collections, objects, people, process, log },
    personWith: sharing.personWith,
    ...(parts.age === undefined ? {} : { age: parts.age }),
  });
  return {
    people,
    plan: planning({
      ...{ people, objects, dialect },
      groups: invitedGroups({ accounts: parts.accounts, directories }),
      refusal: refusing({ people, objects, ownAnswers, book }),
    }),
    mailSettled: settlingMails({ personWith: sharing.personWith, settle: process.settle, log }),
    changed: watch.changed,
    reaction: watch.reaction,
    heed: heeding({ objects, deliver: delivering({ ...placing, by: through('imip') }), process }),
    close: watch.close,
  };
};
