import type { Busy, BusyType } from '../icalendar/free-busy.ts';
import type { TimeRange } from '../icalendar/time-range.ts';

/** Each digit stands for so many ms (MS-ASCMD 2.2.3.101). */
export const SLOT = 30 * 60_000;

const digits = {
  'BUSY-TENTATIVE': 1,
  BUSY: 2,
  'BUSY-UNAVAILABLE': 3,
} as const satisfies Record<BusyType, number>;

/** How much a kind of time counts where several meet in one slot: busy beats tentative, away beats both. */
const FREE = 0;

/**
 * Times as digits, one for each half hour that has begun in a range: 0 free, 1 tentative, 2 busy, 3 out of office. The grid
 * begins where the range does; the highest digit that touches a slot counts (MS-ASCMD 2.2.3.101).
 */
export const mergedFreeBusy = (times: readonly Busy[], { from, to }: TimeRange): string => {
  const slots = new Uint8Array(Math.max(0, Math.ceil((to - from) / SLOT))).fill(FREE);
  for (const { start, end, type } of times) {
    const first = Math.max(0, Math.floor((start - from) / SLOT));
    const last = Math.min(slots.length, Math.ceil((end - from) / SLOT));
    for (let slot = first; slot < last; slot += 1)
      slots[slot] = Math.max(slots[slot] ?? FREE, digits[type]);
  }
  return slots.join('');
};
