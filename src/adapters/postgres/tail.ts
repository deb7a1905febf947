import type { Recorded } from '../../domain/kernel/event-store.ts';

/** What is kept in memory for one subscriber that is busy; beyond that it reads the table. */
const HELD = { events: 2_000, octets: 4 * 1024 * 1024 } as const;

/** One subscriber's place at the end of the log. Positions are numbers as the table has them. */
export interface Standing {
  /** All up to here was given to the subscriber. */
  readonly at: bigint;
  /** Events that came straight from our own appends, following `at`; moves `at` behind them. */
  take(): readonly Recorded[];
  /** Whether the log goes on behind `at`, as far as this node knows. */
  behind(): boolean;
  /** Nothing is handed over until `moved`: the subscriber reads the table. */
  reading(): void;
  moved(to: bigint): void;
  /** Resolves when something was handed over, or the log is known to go on, or the signal aborts. */
  change(signal: AbortSignal): Promise<void>;
  leave(): void;
}

/** What this node knows about the end of the log, and who stands there. */
export interface Tail {
  stand(at: bigint): Standing;
  /** Whether anybody listens at all. */
  watched(): boolean;
  /** The log is known to reach this position: wakes whoever stands before it. */
  reaches(end: bigint): void;
  /**
   * Our own batch was committed at `first` to `last`. Subscribers standing right before it get it from
   * memory, without a query; `events` is only asked when there is one.
   */
  committed(first: bigint, last: bigint, events: () => readonly Recorded[]): void;
}

interface Place {
  /** Behind the last event handed over; undefined while the subscriber reads the table. */
  reach: bigint | undefined;
  held: Recorded[];
  /** Of their payloads. */
  octets: number;
  wake: () => void;
}

const isFull = ({ held, octets }: Place): boolean =>
  held.length >= HELD.events || octets >= HELD.octets;

const idle = (): void => undefined;

export const logTail = (): Tail => {
  const places = new Set<Place>();
  let known = 0n;

  const reaches = (end: bigint): void => {
    if (end <= known) return;
    known = end;
    for (const place of places) place.wake();
  };

  return {
    watched: () => places.size > 0,
    reaches,
    committed: (first, last, events) => {
      let batch: readonly Recorded[] | undefined;
      for (const place of places) {
        if (place.reach !== first - 1n || isFull(place)) continue;
        batch ??= events();
        place.held.push(...batch);
        for (const { payload } of batch) place.octets += payload.length;
        place.reach = last;
      }
      reaches(last);
    },
    stand: (start) => {
      const place: Place = { reach: start, held: [], octets: 0, wake: idle };
      let at = start;
      places.add(place);
      return {
        get at() {
          return at;
        },
        take: () => {
          const events = place.held;
          place.held = [];
          place.octets = 0;
          at = place.reach ?? at;
          return events;
        },
        behind: () => known > at,
        reading: () => {
          place.reach = undefined;
        },
        moved: (to) => {
          at = to;
          place.reach = to;
        },
        change: (signal) =>
          new Promise((resolve) => {
            const wake = (): void => {
              place.wake = idle;
              signal.removeEventListener('abort', wake);
              resolve();
            };
            place.wake = wake;
            signal.addEventListener('abort', wake);
            if (signal.aborted || place.held.length > 0 || known > at) wake();
          }),
        leave: () => {
          places.delete(place);
        },
      };
    },
  };
};
