import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountId, CollectionId } from '../../domain/kernel/ids.ts';
import type { FeedOutcome, FeedSchedule, FeedState } from '../../domain/web-calendar/schedule.ts';

interface LookingAfterParts {
  readonly schedule: FeedSchedule;
  refresh(state: FeedState, signal: AbortSignal): Promise<FeedOutcome | undefined>;
  /** All web calendars there are, as far as the tables have them. */
  all(): Promise<readonly { readonly account: AccountId; readonly collection: CollectionId }[]>;
  /** Told when a look could not be finished; it is taken up again after its lease. */
  report(trouble: unknown): void;
  /** Between looks at the schedule, in ms. */
  readonly every?: number;
}

const TOGETHER = 4;
/** Looks at the schedule between looks for calendars it does not have. */
const RECONCILE = 20;

/** Looks at feeds when they are due, some at a time, until it is closed. Several nodes share the work. */
export interface LookingAfter {
  close(): Promise<void>;
}

export const lookingAfter = ({
  schedule,
  refresh,
  all,
  report,
  every = 30_000,
}: LookingAfterParts): LookingAfter => {
  const stop = new AbortController();
  const { signal } = stop;

  const workOff = async (): Promise<void> => {
    for (;;) {
      const due = signal.aborted ? [] : await schedule.claim(TOGETHER);
      if (due.length === 0) return;
      await Promise.all(due.map((state) => refresh(state, signal).catch(report)));
    }
  };

  const run = async (): Promise<void> => {
    for (let round = 0; !signal.aborted; round += 1) {
      try {
        if (round % RECONCILE === 0) await schedule.add(await all());
        await workOff();
      } catch (trouble) {
        report(trouble);
      }
      await sleep(every, undefined, { signal, ref: false }).catch(() => undefined);
    }
  };

  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
};
