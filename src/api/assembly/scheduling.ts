import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import { type ProcessEvent, schedulingProcess } from '../../domain/scheduling/process.ts';
import { consistentUidRows } from '../../projections/collection/reading.ts';
import {
  schedulingOver,
  type SchedulingNeeds,
  type WorkingScheduling,
} from '../scheduling/scheduling.ts';
import { invitationMail } from '../scheduling/mailing.ts';
import { submissionsWithin } from '../sign-in/submissions.ts';
import type { Ground } from './ground.ts';
import type { People } from './people.ts';

/** Scheduling that does its work, and says so when it wrote mail. */
export interface AssembledScheduling extends WorkingScheduling {
  onMail(wake: () => void): void;
}

/** Scheduling between the people of an installation, and by mail with everybody else. */
export const schedulingOn = (
  ground: Ground,
  { access, domains, preferencesOf }: People,
  services: SchedulingNeeds,
): AssembledScheduling => {
  const { foundation, store, codecFor, handle, reading } = ground;
  const { rows, log, mail } = foundation;
  let wake = (): void => undefined;
  const scheduling = schedulingOver({
    ...{ services, store, log },
    accounts: rows.accounts,
    uids: consistentUidRows({ ...reading, rows: rows.collections }),
    codec: codecFor<CalendarEvent>(),
    processCodec: codecFor<ProcessEvent>(),
    process: handle('scheduling', schedulingProcess, ({ deliveries }) => deliveries.size),
    provenance: (via) => ground.provenance(via)(),
    mailOut: invitationMail({
      ...{ outbox: mail.outbox, policy: mail.policy, domains, preferencesOf, log },
      submissions: submissionsWithin(mail.limits, access.counts),
      wake: () => wake(),
    }),
  });
  return {
    ...scheduling,
    onMail(listener) {
      wake = listener;
    },
  };
};
