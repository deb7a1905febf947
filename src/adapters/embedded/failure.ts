/**
 * - `no-postgres`: no usable programs, or none of the major version that made the data
 * - `no-user`: this process is root and there is no user to step down to
 * - `unreachable`: the server's user, or this one, may not enter or write the data directory
 * - `foreign-data`: the data belongs to another user, or is no PostgreSQL data
 * - `start-failed`: the programs ran and gave up, or took longer than allowed
 */
export type EmbeddedFailureReason =
  | 'no-postgres'
  | 'no-user'
  | 'unreachable'
  | 'foreign-data'
  | 'start-failed';

/** Why the embedded store cannot be opened. The message tells an administrator what to do. */
export class EmbeddedFailure extends Error {
  override readonly name = 'EmbeddedFailure';
  readonly code = 'embedded-store-unusable';
  readonly reason: EmbeddedFailureReason;

  constructor(reason: EmbeddedFailureReason, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}

/** Whether the system answered with this code: `ENOENT`, `EEXIST`, … */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
