import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import type { Jobs } from '../../domain/kernel/jobs.ts';
import type { EventCodec } from '../../domain/kernel/ports.ts';
import type { Outbox } from '../../domain/mail/outbox.ts';
import type { AccountRows } from '../../projections/account/rows.ts';
import type { Domains } from '../domains.ts';
import type { Log } from '../log.ts';
import type { MailPolicy } from '../mail/policy.ts';
import type { Services } from '../services.ts';
import type { Submissions } from '../sign-in/submissions.ts';

/** What reminders stand on. */
export interface RemindersParts {
  readonly services: Pick<Services, 'collections' | 'blobs' | 'homesOf' | 'preferencesOfAll'>;
  readonly accounts: Pick<AccountRows, 'byId'>;
  readonly codec: EventCodec<CalendarEvent>;
  readonly jobs: Jobs;
  readonly outbox: Pick<Outbox, 'put'>;
  readonly policy: Pick<MailPolicy, 'reminders' | 'remindersAnywhere' | 'mailDomain' | 'from'>;
  readonly domains: Pick<Domains, 'of'>;
  readonly submissions: Submissions;
  /** Told when a message was put. */
  wake(): void;
  now(): number;
  readonly log: Log;
}
