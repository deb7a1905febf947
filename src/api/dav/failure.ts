import { BodyTooLarge } from '../http/body.ts';
import { clientStatus, faultOf, RETRY_AFTER } from '../http/faults.ts';
import { DavError, type Refusal } from './errors.ts';
import { FILES, homeSegments } from './href.ts';
import { caldav, carddav } from './xml/names.ts';

/** How something thrown is answered, and what the log is told when it was a fault of ours. */
export interface Failure {
  readonly refusal: Refusal;
  readonly fault?: {
    readonly code: string;
    readonly error: string;
    readonly at: readonly string[];
  };
}

/** The request as far as a failure's answer depends on it. */
interface Failed {
  readonly id: string;
  readonly url: string;
  /** Which bound its body had. */
  readonly body: 'xml' | 'resource';
}

/** A refusal as it stands, a client's mistake as its status, and of a fault nothing but the request's id. */
export const failureOf = (error: unknown, request: Failed): Failure => {
  if (error instanceof DavError) return { refusal: error.refusal };
  if (error instanceof BodyTooLarge) return { refusal: tooLarge(request) };
  const status = clientStatus(error);
  if (status !== undefined) return { refusal: { status } };
  const { status: faulty, code } = faultOf(error);
  return {
    refusal: {
      status: faulty,
      reason: `request ${request.id}`,
      ...(faulty === 503 ? { headers: { 'retry-after': RETRY_AFTER } } : {}),
    },
    fault: { code, ...described(error) },
  };
};

/** RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1 `max-resource-size` for objects. */
const tooLarge = ({ url, body }: Failed): Refusal => {
  if (body === 'xml') return { status: 413 };
  if (url.includes(`/${FILES}/`)) return { status: 413 };
  const contacts = url.includes(`/${homeSegments.addressbook}/`);
  return {
    status: 413,
    element: contacts ? carddav('max-resource-size') : caldav('max-resource-size'),
  };
};

/** Name and places, without the message, which may hold what people wrote. */
const described = (error: unknown): { readonly error: string; readonly at: readonly string[] } => {
  if (!(error instanceof Error)) return { error: typeof error, at: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { error: error.name, at: frames.slice(0, 8).map((line) => line.trim()) };
};
