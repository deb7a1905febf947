import { StoreUnavailable } from '../../domain/kernel/event-store.ts';
import { ReadModelUnavailable } from './writing.ts';

/** What the runtime says of itself; never anything that is in an event. */
export type ProjectionReport =
  | {
      readonly code: 'stream-parked';
      readonly projection: string;
      readonly stream: string;
      readonly revision: bigint;
      readonly message: string;
    }
  | { readonly code: 'projection-waiting'; readonly projection: string; readonly cause: string }
  | { readonly code: 'leases-lost'; readonly projection: string; readonly count: number }
  | { readonly code: 'projection-rebuilt'; readonly projection: string; readonly events: number }
  | { readonly code: 'subscription-restarted'; readonly cause: string };

export type Report = (report: ProjectionReport) => void;

/** SQLSTATE classes and socket errors that pass by themselves: the network, the server, its resources. */
const passingCode = /^(08|40|53|55|57|58)[0-9A-Z]{3}$|^E[A-Z]{4,}$|-unavailable$/;
/** The same from drivers that give such errors no code. */
const passingMessage =
  /^(Connection terminated|Client has encountered|timeout exceeded|Cannot use a pool)/i;
/** The codec's faults, and SQLSTATE classes that say that the data cannot be stored, now or ever. */
const guiltyCode = /^event-|^(22|23|54)[0-9A-Z]{3}$/;

/** Whether asking again later may help, so that the event is not to blame. */
export const isPassing = (error: unknown): boolean =>
  error instanceof ReadModelUnavailable ||
  error instanceof StoreUnavailable ||
  passingCode.test(codeOf(error) ?? '') ||
  (error instanceof Error && passingMessage.test(error.message));

/** Tries before an event is blamed for an error that says neither that it passes nor that it does not. */
const DOUBTS = 8;

/** Whether it is time to look for the event at fault. */
export const isGuilty = (error: unknown, attempt: number): boolean =>
  !isPassing(error) &&
  (attempt >= DOUBTS ||
    guiltyCode.test(codeOf(error) ?? '') ||
    error instanceof TypeError ||
    error instanceof RangeError);

/** The error's own code where it has one. */
const codeOf = (error: unknown): string | undefined => {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
};

/** What an error is called. Messages may quote the data they are about; names and codes do not. */
export const nameOf = (error: unknown): string =>
  codeOf(error) ?? (error instanceof Error ? error.name : 'Error');

/** Milliseconds to wait before the given retry, from 1. */
export const backoff = (attempt: number): number => Math.min(2000, 10 * 2 ** attempt);

/** Resolves after so many milliseconds, or when the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
