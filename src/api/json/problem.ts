import type { FastifyReply } from 'fastify';

/** A problem (RFC 9457) made to be thrown or sent. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  /** Ends the type `urn:x-daybook:problem:…`; programs decide by it. */
  readonly kind: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(
    status: number,
    kind: string,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail);
    this.status = status;
    this.kind = kind;
    this.headers = headers;
  }
}

/** RFC 6585 §4. */
export const tooMany = (seconds: number): Problem =>
  new Problem(429, 'too-many-requests', 'Too many requests.', { 'retry-after': String(seconds) });

/** `WrongCode` as `wrong-code`. */
export const kindOf = (name: string): string =>
  name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase();

export const sendProblem = (
  reply: FastifyReply,
  { status, kind, message, headers }: Problem,
): FastifyReply =>
  reply
    .code(status)
    .headers(headers)
    .type('application/problem+json')
    .send(JSON.stringify({ type: `urn:x-daybook:problem:${kind}`, status, detail: message }));
