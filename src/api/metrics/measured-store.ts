import { type EventStore, RevisionConflict } from '../../domain/kernel/event-store.ts';
import type { Meter } from './meter.ts';

/** The same store; what its appends take, hold and come to is measured. */
export const measuredStore = (store: EventStore, meter: Meter): EventStore => ({
  ...store,
  async append(stream, expected, events) {
    const start = performance.now();
    try {
      const appended = await store.append(stream, expected, events);
      meter.observe('daybook_append_seconds', (performance.now() - start) / 1000);
      meter.observe('daybook_append_events', events.length);
      return appended;
    } catch (error) {
      const conflict = error instanceof RevisionConflict;
      meter.count(conflict ? 'daybook_append_conflicts_total' : 'daybook_append_failures_total');
      throw error;
    }
  },
});
