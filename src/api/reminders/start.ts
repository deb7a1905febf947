import type { Checkpoints } from '../../domain/kernel/checkpoints.ts';
import type { EventStore } from '../../domain/kernel/event-store.ts';
import { working } from '../jobs/working.ts';
import { reacting } from '../mail/reacting.ts';
import type { Meter } from '../metrics/meter.ts';
import type { RemindersParts } from './parts.ts';
import { remindersReaction, remindersWorker } from './reminders.ts';

interface StartParts extends RemindersParts {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  readonly node: string;
  readonly meter: Meter;
}

/** Keeps the index of reminders, and mails those that are due, until closed. */
export const startReminders = (parts: StartParts): { close(): Promise<void> } => {
  const { store, checkpoints, node, jobs, log, meter } = parts;
  const reaction = reacting({ store, checkpoints, node, reaction: remindersReaction(parts), log });
  const work = working({ jobs, workers: [remindersWorker(parts)], node, log, meter });
  return {
    async close() {
      await reaction.close();
      await work.close();
    },
  };
};
