import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { EasRequest } from './table.ts';

/** Why somebody who waited does so no more. */
export type Woken = 'changed' | 'late' | 'replaced' | 'ended';

/**
 * Milliseconds between the first change and the answer. A device that was told just now is in the middle of many
 * changes, and hears of more at a time.
 */
const TOGETHER = { first: 30, following: 500 } as const;
/** Milliseconds for which a device was told just now. */
const JUST_NOW = 3000;

/** When devices were told of changes last, those that were so just now. */
const toldAt = new Map<string, number>();

const noteTold = (name: string): void => {
  const now = performance.now();
  toldAt.delete(name);
  toldAt.set(name, now);
  // In the order of their times: what is first is oldest.
  for (const [other, at] of toldAt) {
    if (now - at < JUST_NOW) break;
    toldAt.delete(other);
  }
};

const pauseFor = (name: string): number => {
  const at = toldAt.get(name);
  const isFollowing = at !== undefined && performance.now() - at < JUST_NOW;
  return isFollowing ? TOGETHER.following : TOGETHER.first;
};

/** Who waits for a device; the newest request is the one that counts. */
const waiting = new Map<string, () => void>();

const deviceOf = ({ principal, device }: EasRequest): string => `${principal.account} ${device.id}`;

/** Ends what a device waits for, because it asks for something else. */
const endWaiting = (request: EasRequest): void => waiting.get(deviceOf(request))?.();

/** Wakes up whoever waits: many times, until it is closed. */
export interface Waiter {
  /** Waits until a stream changes, until `deadline`, or until nobody wants to know any more. */
  next(): Promise<Woken>;
  close(): void;
}

/**
 * Watches streams for a device from now on, for so many milliseconds at most: whoever looks at them afterwards misses
 * nothing. No thread, no transaction, and one timer.
 */
export const startWaiting = (
  request: EasRequest,
  streams: readonly StreamId[],
  patience: number,
): Waiter => {
  const name = deviceOf(request);
  endWaiting(request);
  let over: Exclude<Woken, 'changed'> | undefined;
  let isChanged = false;
  let wake = (): void => undefined;
  const finish = (why: Exclude<Woken, 'changed'>): void => {
    over ??= why;
    wake();
  };
  const replaced = (): void => finish('replaced');
  const ended = (): void => finish('ended');
  waiting.set(name, replaced);
  const { signal } = request;
  if (signal.aborted) over = 'ended';
  else signal.addEventListener('abort', ended, { once: true });
  const timer = setTimeout(() => finish('late'), patience);
  let soon: NodeJS.Timeout | undefined;
  const changed = (): void => {
    isChanged = true;
    soon ??= setTimeout(() => {
      soon = undefined;
      wake();
    }, pauseFor(name));
  };
  const stops = [...new Set(streams)].map((stream) => request.parts.watch(stream, changed));
  return {
    async next() {
      if (over === undefined && (!isChanged || soon !== undefined))
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      if (over !== undefined) return over;
      isChanged = false;
      noteTold(name);
      return 'changed';
    },
    close() {
      for (const stop of stops) stop();
      clearTimeout(timer);
      clearTimeout(soon);
      signal.removeEventListener('abort', ended);
      if (waiting.get(name) === replaced) waiting.delete(name);
    },
  };
};
