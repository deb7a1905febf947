import type { CalendarEvent } from '../../domain/calendar/calendar.ts';
import { type ProcessEvent, schedulingProcess } from '../../domain/scheduling/process.ts';
import { consistentUidRows } from '../../projections/collection/reading.ts';
import {
  schedulingOver,
  type SchedulingNeeds,
  type WorkingScheduling,
} from '../scheduling/scheduling.ts';
import type { Ground } from './ground.ts';

/** Scheduling between the people of an installation. */
export const schedulingOn = (ground: Ground, services: SchedulingNeeds): WorkingScheduling => {
  const { foundation, store, codecFor, handle, reading } = ground;
  const { rows, log } = foundation;
  return schedulingOver({
    ...{ services, store, log },
    accounts: rows.accounts,
    uids: consistentUidRows({ ...reading, rows: rows.collections }),
    codec: codecFor<CalendarEvent>(),
    processCodec: codecFor<ProcessEvent>(),
    process: handle('scheduling', schedulingProcess, ({ deliveries }) => deliveries.size),
    provenance: ground.provenance('scheduling'),
  });
};
