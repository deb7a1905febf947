import { RevisionConflict } from '../../domain/kernel/event-store.ts';

/** What a fault means to a client: `503` may be asked again soon, `500` is ours to mend. */
export interface Fault {
  readonly status: 500 | 503;
  /** Stable; listed in docs/operations/errors.md. */
  readonly code: string;
}

/** Faults that pass by themselves, by the code they carry. */
const passing: ReadonlySet<string> = new Set([
  'bodies-crowded',
  'identity-provider-unavailable',
  'passwords-crowded',
  'read-model-unavailable',
  'store-unavailable',
  'user-source-unavailable',
]);

/** A database or network that is not there: Node's codes, PostgreSQL's classes 08, 53 and 57P (shutting down). */
const lost =
  /^(?:ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|08...|53...|57P..)$/;

/** Seconds after which a client may try again. */
export const RETRY_AFTER = '5';

/** Whatever was thrown and is not an answer of its own. */
export const faultOf = (error: unknown): Fault => {
  if (error instanceof RevisionConflict) return { status: 503, code: 'append-contended' };
  const code = codeOf(error);
  if (code === undefined) return { status: 500, code: 'internal' };
  if (passing.has(code)) return { status: 503, code };
  if (lost.test(code)) return { status: 503, code: 'database-unavailable' };
  return { status: 500, code: /^[a-z]+(?:-[a-z]+)*$/.test(code) ? code : 'internal' };
};

const codeOf = (error: unknown): string | undefined => {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
};

/** What the HTTP library found wrong with the request itself. */
export const clientStatus = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
};
