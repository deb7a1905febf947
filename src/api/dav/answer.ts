import type { Refusal } from './errors.ts';
import { dav, type Name } from './xml/names.ts';
import { document, element, frame, type Markup, nothing, textElement } from './xml/write.ts';

/** What goes back, independent of the HTTP library. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Pieces of any size; the server gathers them into chunks and destroys the connection when one fails. */
  readonly body?: string | Uint8Array | AsyncIterable<string>;
}

const XML_TYPE = 'application/xml; charset=utf-8';

/** No body. */
export const empty = (status: number, headers: Readonly<Record<string, string>> = {}): Answer => ({
  status,
  headers,
});

/** A whole XML document. */
export const xml = (
  status: number,
  body: Markup,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({ status, headers: { 'content-type': XML_TYPE, ...headers }, body });

/**
 * 207 (RFC 4918 §13) from `DAV:response` elements as they come; whatever else belongs into
 * `DAV:multistatus` (a `DAV:sync-token`) can be yielded as well.
 */
export const multistatus = (
  responses: AsyncIterable<Markup> | Iterable<Markup>,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status: 207,
  headers: { 'content-type': XML_TYPE, ...headers },
  body: framed(dav('multistatus'), responses),
});

async function* framed(
  root: Name,
  content: AsyncIterable<Markup> | Iterable<Markup>,
): AsyncGenerator<Markup> {
  const [head, tail] = frame(root);
  yield head;
  yield* content;
  yield tail;
}

/** `DAV:error` (RFC 4918 §16). A reason stands in an element of our own, which clients ignore (§17). */
export const refusalAnswer = (refusal: Refusal): Answer => {
  const { status, element: condition, content, headers, reason } = refusal;
  return xml(
    status,
    document(
      dav('error'),
      condition === undefined ? nothing : element(condition, content ?? nothing),
      reason === undefined ? nothing : textElement(REASON, reason),
    ),
    headers,
  );
};

const REASON: Name = '{urn:x-daybook:dav}reason';
