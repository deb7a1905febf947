/** Why an action cannot be done (RFC 7808 §5 and §10.3: `urn:ietf:params:tzdist:error:…`). */
export type Trouble =
  | 'invalid-action'
  | 'invalid-pattern'
  | 'invalid-format'
  | 'invalid-start'
  | 'invalid-end'
  | 'invalid-changedsince'
  | 'tzid-not-found';

const statuses: Readonly<Partial<Record<Trouble, number>>> = {
  'invalid-action': 404,
  'tzid-not-found': 404,
  'invalid-format': 406,
};

/** A problem (RFC 7807) of this service, made to be thrown. */
export class ZoneProblem extends Error {
  override readonly name = 'ZoneProblem';
  readonly status: number;
  readonly trouble: Trouble;
  constructor(trouble: Trouble, detail: string) {
    super(detail);
    this.trouble = trouble;
    this.status = statuses[trouble] ?? 400;
  }
}

/** The document that tells of it, as `application/problem+json`. */
export const problemDocument = ({ status, trouble, message }: ZoneProblem): string =>
  JSON.stringify({
    type: `urn:ietf:params:tzdist:error:${trouble}`,
    title: message,
    status,
  });
