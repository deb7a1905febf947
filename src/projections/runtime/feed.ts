import type { EventStore, Position, Recorded } from '../../domain/kernel/event-store.ts';
import { backoff, nameOf, pause, type Report } from './faults.ts';
import type { Place } from './writing.ts';

/** What one batch may hold: enough to make its round trip cheap, little enough to keep in memory. */
const LIMIT = { events: 1000, octets: 4 * 1024 * 1024 } as const;
/** What may wait before the subscription is no longer read; about one batch of the store's more may come. */
const BACKLOG = { events: 4000, octets: 8 * 1024 * 1024 } as const;

/** One subscription to the log, from which whatever came meanwhile is taken together. */
export interface Feed {
  /** Starts after a place, or starts again from there; what waited is forgotten. */
  start(after: Place): void;
  /** Up to 1000 events that wait, oldest first; possibly none. */
  take(): readonly Recorded[];
  /** How many events wait, the oldest of them, and whether the subscription stands. */
  pending(): {
    readonly events: number;
    readonly oldest: Recorded | undefined;
    readonly subscribed: boolean;
  };
  /** Resolves when events wait, or after so many milliseconds, or when closed. */
  arrival(ms: number): Promise<void>;
  /** Ends the subscription. */
  close(): void;
}

export const feedFrom = (store: Pick<EventStore, 'subscribe'>, report: Report): Feed => {
  let waiting: Recorded[] = [];
  /** Of the payloads that wait. */
  let octets = 0;
  let abort = new AbortController();
  let arrived = (): void => undefined;
  let taken = (): void => undefined;
  let closed = false;
  let subscribed = false;

  const follow = async (after: Place, signal: AbortSignal): Promise<void> => {
    let place: Place = after;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        subscribed = true;
        for await (const batch of store.subscribe(place === '' ? 'start' : place, signal)) {
          if (signal.aborted) return;
          for (const event of batch) waiting.push(event);
          octets += octetsOf(batch);
          place = batch.at(-1)?.position ?? place;
          attempt = 0;
          arrived();
          while ((waiting.length > BACKLOG.events || octets > BACKLOG.octets) && !signal.aborted)
            await new Promise<void>((resolve) => {
              taken = resolve;
            });
        }
        if (!signal.aborted) report({ code: 'subscription-restarted', cause: 'ended' });
      } catch (error) {
        if (!signal.aborted) report({ code: 'subscription-restarted', cause: nameOf(error) });
      }
      subscribed = false;
      await pause(backoff(attempt), signal);
    }
  };

  const stop = (): void => {
    abort.abort();
    waiting = [];
    octets = 0;
    taken();
    arrived();
  };

  return {
    start(after) {
      stop();
      // A turn that was under way when everything closed may still ask.
      if (closed) return;
      abort = new AbortController();
      void follow(after, abort.signal);
    },
    take() {
      const count = together(waiting);
      const batch = count === waiting.length ? waiting : waiting.slice(0, count);
      waiting = count === waiting.length ? [] : waiting.slice(count);
      octets -= octetsOf(batch);
      taken();
      return batch;
    },
    pending: () => ({ events: waiting.length, oldest: waiting[0], subscribed }),
    arrival(ms) {
      if (waiting.length > 0 || closed) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        arrived = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    },
    close() {
      closed = true;
      stop();
    },
  };
};

const octetsOf = (events: readonly Recorded[]): number =>
  events.reduce((total, { payload }) => total + payload.length, 0);

/** How many from the head make one batch: at least one where there is one. */
const together = (events: readonly Recorded[]): number => {
  let octets = 0;
  for (const [count, { payload }] of events.entries()) {
    octets += payload.length;
    if (count === LIMIT.events || (count > 0 && octets > LIMIT.octets)) return count;
  }
  return events.length;
};

/** `''` for an empty log. */
export const placeOf = (position: Position | 'start'): Place =>
  position === 'start' ? '' : position;
