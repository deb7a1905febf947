import { setTimeout as sleep } from 'node:timers/promises';
import { convertToCommandError, ErrorType, isCommandError } from '@eventstore/db-client';
import { StoreUnavailable } from '../../domain/kernel/event-store.ts';

/** What the adapter tells while it copes. `error` is the client's message; never a payload or a name. */
export interface StoreNotice {
  readonly code:
    | 'append-retried'
    | 'read-retried'
    | 'subscription-resumed'
    | 'foreign-event-skipped';
  readonly stream?: string;
  readonly error?: string;
}

/** Asking again changes nothing. Everything else is taken for a passing fault with an unknown outcome. */
const LASTING: ReadonlySet<string> = new Set([
  ErrorType.ACCESS_DENIED,
  ErrorType.STREAM_DELETED,
  ErrorType.INVALID_ARGUMENT,
  ErrorType.INVALID_TRANSACTION,
  ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED,
  ErrorType.MISSING_REQUIRED_METADATA_PROPERTY,
  ErrorType.UNSUPPORTED,
]);

const asError = (error: unknown): Error =>
  error instanceof Error ? convertToCommandError(error) : new Error(String(error));

const typeOf = (error: Error): string => (isCommandError(error) ? error.type : '');

export const lasting = (error: unknown): boolean => LASTING.has(typeOf(asError(error)));

export const streamNotFound = (error: unknown): boolean =>
  typeOf(asError(error)) === ErrorType.STREAM_NOT_FOUND;

export const messageOf = (error: unknown): string => asError(error).message;

export interface Patience {
  /** Longest wait for one answer, ms. */
  readonly attemptMs: number;
  /** Longest wait for all attempts together, ms; the last attempt may run over by one `attemptMs`. */
  readonly totalMs: number;
  /** Aborted when the store is closed. */
  readonly closed: AbortSignal;
}

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** Before the given retry (from 1): doubling, and a little at random so that nodes do not stay in step. */
export const pauseBefore = (retry: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** (retry - 1), LONGEST_PAUSE_MS) * (0.75 + Math.random() / 2);

/** Resolves early, and without an error, when the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  sleep(ms, undefined, { signal }).catch(() => undefined);

/** A controller that also aborts when another signal does, until released. */
export const abortedWith = (
  signal: AbortSignal,
): { readonly controller: AbortController; release(): void } => {
  // Not AbortSignal.any: Node 20 keeps what it makes for as long as the long-lived signal lives.
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  return { controller, release: () => signal.removeEventListener('abort', abort) };
};

/**
 * Runs one attempt and stops waiting for it after `attemptMs`, or when the store closes: the client
 * itself can wait for ever (a cluster that is not found, a reply that never comes).
 *
 * @throws what the attempt throws, or StoreUnavailable.
 */
const withinTime = async <T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  patience: Patience,
): Promise<T> => {
  const { controller, release } = abortedWith(patience.closed);
  const { signal } = controller;
  const timer = setTimeout(() => controller.abort(), patience.attemptMs);
  try {
    return await new Promise<T>((resolve, reject) => {
      const giveUp = (): void =>
        reject(new StoreUnavailable(patience.closed.aborted ? 'closed' : 'no answer in time'));
      if (signal.aborted) return giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      attempt(signal).then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    release();
  }
};

/**
 * Attempts until one succeeds, a lasting fault shows, or patience ends.
 *
 * @param onRetry told of every failure that is followed by another attempt.
 * @throws StoreUnavailable with the last failure as its cause, or the lasting fault itself when no
 *   earlier attempt may have taken effect.
 */
export const persistently = async <T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  patience: Patience,
  onRetry: (error: unknown) => void,
): Promise<T> => {
  const start = performance.now();
  for (let retry = 1; ; retry += 1) {
    try {
      return await withinTime(attempt, patience);
    } catch (error) {
      const first = retry === 1;
      if (first && lasting(error)) throw error;
      const wait = pauseBefore(retry);
      const over = performance.now() - start + wait > patience.totalMs;
      if (over || patience.closed.aborted || lasting(error)) {
        throw new StoreUnavailable(`EventStoreDB: ${messageOf(error)}`, { cause: error });
      }
      onRetry(error);
      await pause(wait, patience.closed);
    }
  }
};
