import { METHODS } from 'node:http';
import fc from 'fast-check';
import { corpusRequests, type GoodRequest, goodRequests, places } from './good-requests.ts';

/** A request as it goes out, sensible in parts. */
export interface WildRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Octets of each chunk of the body (RFC 9112 §7.1); absent: sent whole, with its length. */
  readonly chunks?: number;
}

const methods = [
  'OPTIONS',
  'GET',
  'HEAD',
  'PUT',
  'PUT',
  'POST',
  'DELETE',
  'PROPFIND',
  'PROPFIND',
  'PROPPATCH',
  'MKCALENDAR',
  'MKCOL',
  'COPY',
  'MOVE',
  'REPORT',
  'REPORT',
] as const;

/** What tends to go wrong when it stands where nobody expects it. */
const tokens = [
  '\0',
  '\r\n',
  '\n ',
  '"',
  '&#0;',
  '&amp;',
  '&x;',
  '<',
  '>',
  ']]>',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE a>',
  '<D:prop>',
  '</D:prop>',
  '<a xmlns="">',
  ' xmlns:D="urn:other"',
  ':',
  ';',
  ',',
  '%',
  '%2F',
  '%00',
  '..',
  '\ud83d\ude00',
  '\u202e',
  '\ufeff',
  '99999999999999999999',
  '-1',
  'BEGIN:VEVENT\r\n',
  'END:VCALENDAR\r\n',
  'RRULE:FREQ=SECONDLY\r\n',
  'RECURRENCE-ID:20260105T090000Z\r\n',
  'A'.repeat(5_000),
] as const;

interface Mutation {
  readonly kind: 'delete' | 'double' | 'insert' | 'flip' | 'cut';
  /** Where, as a share of the whole. */
  readonly at: number;
  readonly length: number;
  readonly token: Uint8Array;
}

const token = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...tokens).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
);

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('delete', 'double', 'insert', 'insert', 'flip', 'cut'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 60 }),
  token,
});

const mutated = (octets: Buffer, { kind, at, length, token: inserted }: Mutation): Buffer => {
  const from = Math.floor(at * octets.length);
  const [before, after] = [octets.subarray(0, from), octets.subarray(from)];
  switch (kind) {
    case 'delete':
      return Buffer.concat([before, after.subarray(length)]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, length), after]);
    case 'insert':
      return Buffer.concat([before, inserted, after]);
    case 'flip':
      return Buffer.concat([
        before,
        after.map((octet, index) => (index === 0 ? octet ^ 1 : octet)),
      ]);
    case 'cut':
      return before;
  }
};

const texts = [...goodRequests, ...corpusRequests].map(({ body }) => body).filter(Boolean);
const body = fc
  .tuple(fc.constantFrom(...texts), fc.array(mutation, { maxLength: 4 }))
  .map(([text, mutations]) => mutations.reduce(mutated, Buffer.from(text)));

/** Everything an HTTP client lets out: no blank, no control character, nothing above Latin 1. */
const sendable = (text: string): string => text.replaceAll(/[^\u0021-\u00ff]/g, '');

const encoded = (text: string): string =>
  [...Buffer.from(text)].map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');

const query = fc.oneof(
  { weight: 6, arbitrary: fc.constant('') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('?', '?add-member', '?add-member=%00', '??', '?#', '?a=b&c'),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }).map((text) => `?${encoded(text)}`) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 30 }).map((text) => `?${sendable(text)}`),
  },
);

/** A place as it is, with something in it encoded, or with octets changed; and a query, now and then. */
const path = fc
  .tuple(
    fc.constantFrom(...places),
    fc.array(mutation, { maxLength: 2 }),
    fc.constantFrom('as it is', 'encoded', 'changed'),
    fc.nat({ max: 40 }),
    query,
  )
  .map(([place, mutations, how, at, asked]) => {
    if (how === 'as it is') return `${place}${asked}`;
    const [head, tail] = [place.slice(1, at + 1), place.slice(at + 2)];
    if (how === 'encoded') return `/${head}${encoded(place.slice(at + 1, at + 2))}${tail}${asked}`;
    const octets = mutations.reduce(mutated, Buffer.from(place.slice(1)));
    return `/${sendable(octets.toString('latin1'))}${asked}`;
  });

const anyValue = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('*', '""', '"x"', 'W/"x"', '"a", "b"', ',', '0', '1') },
  { weight: 3, arbitrary: fc.constantFrom('infinity', 'Infinity, noroot', 'T', 'F', 'http://x/') },
  {
    weight: 1,
    arbitrary: fc.string({ unit: 'binary', maxLength: 50 }).map((text) => sendable(text)),
  },
);
/** Text after some changes, as the value of a header: a blank may stand in it, a line's end may not. */
const changed = (text: string) =>
  fc.array(mutation, { maxLength: 2 }).map((mutations) =>
    mutations
      .reduce(mutated, Buffer.from(text))
      .toString('latin1')
      .replaceAll(/[^\u0020-\u007e]/g, ''),
  );
const address = fc
  .oneof(
    path,
    path.map((where) => `http://127.0.0.1${where}`),
    anyValue,
  )
  // DEL may stand in a request line, and not in a header.
  .map((text) => text.replaceAll('\u007f', ''));
const condition = fc.oneof(
  anyValue,
  changed('(["x"] Not ["y"]) (<urn:uuid:1> [W/"z"])'),
  changed('<http://127.0.0.1/SOGo/dav/ada/Calendar/personal/one.ics> (["x"]) (Not <DAV:no-lock>)'),
);
const type = fc.constantFrom(
  'application/xml',
  'text/xml; charset=utf-8',
  'text/xml; charset="utf-16"',
  'text/calendar; charset=utf-8',
  'text/calendar; component=vevent; method=REQUEST',
  'text/vcard',
  'multipart/form-data; boundary=x',
  'application/json',
  ';',
  '',
);
const headers = fc.record(
  {
    depth: fc.oneof(fc.constantFrom('0', '1', 'infinity'), anyValue),
    'content-type': type,
    'if-match': anyValue,
    'if-none-match': anyValue,
    'if-modified-since': fc.oneof(anyValue, fc.constant('Thu, 01 Jan 1970 00:00:00 GMT')),
    if: condition,
    destination: address,
    overwrite: fc.oneof(fc.constantFrom('T', 'F'), anyValue),
    accept: fc.oneof(fc.constantFrom('*/*', 'text/vcard; version=4.0', 'text/html;q=0'), anyValue),
    range: fc.constantFrom('bytes=0-1', 'bytes=-1', 'x'),
    'content-range': fc.constant('bytes 0-1/5'),
    'content-encoding': fc.constantFrom('gzip', 'identity', 'x'),
    prefer: fc.constantFrom('return=minimal', 'return=representation', 'respond-async', ',,'),
    brief: fc.constant('t'),
    'x-http-method-override': fc.constant('DELETE'),
    'x-forwarded-proto': anyValue,
    'user-agent': anyValue,
    origin: anyValue,
    'accept-encoding': anyValue,
  },
  { requiredKeys: [] },
);

const framing = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ chunks: fc.constantFrom(1_000, 37) }) },
);

const nearly = ({ method, path: where, headers: given, body: text }: GoodRequest) =>
  fc
    .tuple(fc.array(mutation, { maxLength: 2 }), fc.constantFrom('0', '1', 'infinity'), framing)
    .map(([mutations, depth, framed]) => ({
      method,
      path: where,
      headers: 'depth' in given ? { ...given, depth } : given,
      body: text === '' ? Buffer.alloc(0) : mutations.reduce(mutated, Buffer.from(text)),
      ...framed,
    }));

/** A good request, its body a little changed. */
const nearlyGood: fc.Arbitrary<WildRequest> = fc.constantFrom(...goodRequests).chain(nearly);
const nearlyCorpus: fc.Arbitrary<WildRequest> = fc.constantFrom(...corpusRequests).chain(nearly);

/** A good request with one of its headers changed, or with some it has no use for. */
const strangelyAsked: fc.Arbitrary<WildRequest> = fc
  .tuple(fc.constantFrom(...goodRequests), headers)
  .chain(([good, more]) => nearly({ ...good, headers: { ...good.headers, ...more } }));

const wild: fc.Arbitrary<WildRequest> = fc
  .record({
    method: fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...methods) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(...METHODS.filter((method) => method !== 'CONNECT')),
      },
    ),
    path,
    headers,
    body,
    framed: framing,
  })
  .map(({ framed, ...request }) => ({ ...request, ...framed }));

/** Requests of which some are good, many nearly so, and the rest nonsense. */
export const wildRequest: fc.Arbitrary<WildRequest> = fc.oneof(
  nearlyGood,
  nearlyCorpus,
  strangelyAsked,
  wild,
);
