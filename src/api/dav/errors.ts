import type { Name } from './xml/names.ts';
import type { Markup } from './xml/write.ts';

/** How one refusal is said on the wire: a status and, where an RFC names one, a condition element. */
export interface Condition {
  readonly status: number;
  /** Precondition or postcondition (RFC 4918 §16), to stand inside `DAV:error`. */
  readonly element?: Name;
}

export interface Refusal extends Condition {
  /** Content of the condition element: `<D:href>…</D:href>`. */
  readonly content?: Markup;
  readonly headers?: Readonly<Record<string, string>>;
  /** What a person debugging a client should read; goes into the body. Never holds others' data. */
  readonly reason?: string;
}

/** A request that cannot be done as asked. Whatever else is thrown is a fault (`http/faults.ts`). */
export class DavError extends Error {
  override readonly name = 'DavError';
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.reason ?? `${refusal.status} ${refusal.element ?? ''}`.trimEnd());
    this.refusal = refusal;
  }
}

/** Made to be thrown: `throw refuse(403, dav('valid-sync-token'))`. */
export const refuse = (
  status: number,
  element?: Name,
  more: Omit<Refusal, 'status' | 'element'> = {},
): DavError => new DavError({ status, ...(element === undefined ? {} : { element }), ...more });

/** A request that is malformed. */
export const badRequest = (reason: string): DavError => refuse(400, undefined, { reason });

export const notFound = (): DavError => refuse(404);
