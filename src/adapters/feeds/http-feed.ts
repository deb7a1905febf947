import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type {
  FeedAnswer,
  FeedRequest,
  FeedTrouble,
  FetchFeed,
  Validators,
} from '../../domain/web-calendar/fetching.ts';
import { AddressRefused, addressesOf, reachable } from './addresses.ts';

interface HttpFeedParts {
  /** Private networks that may be asked all the same; may be other ones a moment later. */
  readonly networks: readonly string[];
  /** Who asks: `Daybook/1.0`. */
  readonly agent: string;
  /** Octets of a feed, unpacked. */
  readonly size?: number;
  /** How long all of it may take, in ms. */
  readonly time?: number;
}

const REDIRECTS = 5;
const MIB = 1024 * 1024;

/** What ends a request: which trouble it is, and what the server said. */
class Stopped extends Error {
  override readonly name = 'Stopped';
  readonly answer: FeedAnswer & { readonly kind: 'trouble' };
  constructor(trouble: FeedTrouble, said: { status?: number; after?: number } = {}) {
    super(trouble);
    this.answer = { kind: 'trouble', trouble, ...said };
  }
}

const pinned =
  (addresses: readonly LookupAddress[]): LookupFunction =>
  (_, options, told) => {
    const [first] = addresses;
    if (options.all) told(null, [...addresses]);
    else told(null, first?.address ?? '', first?.family);
  };

/** Fetches feeds over HTTP and HTTPS (RFC 9110), one redirect at a time, each judged like the first address. */
export const httpFeed = (parts: HttpFeedParts): FetchFeed => {
  const { agent, size = 20 * MIB, time = 60_000 } = parts;
  let { networks } = parts;
  let isReachable = reachable(networks);
  const mayAsk = (address: string): boolean => {
    if (networks !== parts.networks) {
      networks = parts.networks;
      isReachable = reachable(networks);
    }
    return isReachable(address);
  };

  const answerOf = async (
    url: URL,
    { validators, credentials }: FeedRequest,
    signal: AbortSignal,
  ): Promise<IncomingMessage> => {
    const addresses = await addressesOf(url.hostname, mayAsk);
    signal.throwIfAborted();
    return new Promise((resolve, reject) => {
      const { username, password } = credentials ?? {};
      const secure = url.protocol === 'https:';
      const asked = (secure ? httpsRequest : httpRequest)(url, {
        signal,
        // Never a connection that was made for another judgement.
        agent: false,
        lookup: pinned(addresses),
        headers: {
          'user-agent': agent,
          accept: 'text/calendar, application/calendar+xml;q=0, */*;q=0.1',
          'accept-encoding': 'gzip, deflate, br',
          ...(validators.etag !== undefined && { 'if-none-match': validators.etag }),
          ...(validators.lastModified !== undefined && {
            'if-modified-since': validators.lastModified,
          }),
        },
        ...(username !== undefined && { auth: `${username}:${password}` }),
        maxHeaderSize: 32 * 1024,
      });
      asked.on('error', reject);
      asked.on('response', resolve);
      asked.end();
    });
  };

  /** Follows redirects. Credentials stay with the origin they were given for (RFC 9110 §15.4). */
  const followed = async (request: FeedRequest, signal: AbortSignal): Promise<IncomingMessage> => {
    let url = parsed(request.url);
    const { origin } = url;
    for (let hops = 0; hops <= REDIRECTS; hops += 1) {
      const { credentials, ...open } = request;
      const isHome = url.origin === origin && credentials !== undefined;
      const answer = await answerOf(url, isHome ? { ...open, credentials } : open, signal);
      const { statusCode = 0, headers } = answer;
      if (![301, 302, 303, 307, 308].includes(statusCode)) return answer;
      answer.destroy();
      if (headers.location === undefined) throw new Stopped('http-error', { status: statusCode });
      url = parsed(headers.location, url);
    }
    throw new Stopped('too-many-redirects');
  };

  return async (request, signal) => {
    const whole = AbortSignal.any([signal, AbortSignal.timeout(time)]);
    try {
      const answer = await followed(request, whole);
      const { statusCode = 0, headers } = answer;
      if (statusCode === 304) {
        answer.destroy();
        return { kind: 'unchanged' };
      }
      if (statusCode !== 200) {
        answer.destroy();
        throw refusalOf(statusCode, headers['retry-after']);
      }
      const text = await textOf(answer, size, whole);
      return { kind: 'text', text, validators: validatorsOf(answer) };
    } catch (error) {
      return troubleOf(error, whole);
    }
  };
};

const parsed = (address: string, base?: URL): URL => {
  if (!URL.canParse(address, base?.href)) throw new Stopped('bad-url');
  const url = new URL(address, base);
  if (url.protocol === 'webcal:') return parsed(url.href.replace(/^webcal:/, 'https:'));
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Stopped('bad-url');
  if (url.username !== '' || url.password !== '') throw new Stopped('bad-url');
  return url;
};

const refusalOf = (status: number, retryAfter: string | undefined): Stopped => {
  const seconds = /^\d{1,6}$/.test(retryAfter ?? '') ? { after: Number(retryAfter) } : {};
  const trouble = status === 401 || status === 403 ? 'needs-credentials' : 'http-error';
  return new Stopped(trouble, { status, ...seconds });
};

const validatorsOf = ({ headers }: IncomingMessage): Validators => ({
  ...(headers.etag !== undefined && headers.etag.length <= 500 && { etag: headers.etag }),
  ...(headers['last-modified'] !== undefined &&
    headers['last-modified'].length <= 100 && { lastModified: headers['last-modified'] }),
});

/** The body, unpacked, as long as it stays within its bound. @throws Stopped, and what unpacking throws */
const textOf = async (
  answer: IncomingMessage,
  size: number,
  signal: AbortSignal,
): Promise<string> => {
  const body = unpacked(answer);
  const pieces: Buffer[] = [];
  let octets = 0;
  const give = (): void => void body.destroy(new Error('given up'));
  signal.addEventListener('abort', give, { once: true });
  try {
    for await (const piece of body as AsyncIterable<Buffer>) {
      octets += piece.length;
      if (octets > size) throw new Stopped('too-large');
      pieces.push(piece);
    }
  } finally {
    signal.removeEventListener('abort', give);
    answer.destroy();
  }
  const all = Buffer.concat(pieces);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(all);
  } catch {
    // Old programs write what they have; a byte is a letter then.
    return new TextDecoder('windows-1252').decode(all);
  }
};

const unpacked = (
  answer: IncomingMessage,
): NodeJS.ReadableStream & { destroy(e?: Error): unknown } => {
  const unpack = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[(answer.headers['content-encoding'] ?? '').toLowerCase()];
  if (unpack === undefined) return answer;
  // What a piece unpacks to is bounded by the reader's own bound, because it is read piece by piece.
  const stream = unpack({ finishFlush: constants.Z_SYNC_FLUSH });
  answer.on('error', (error) => stream.destroy(error));
  return answer.pipe(stream);
};

const certificate = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED)/;

const troubleOf = (error: unknown, signal: AbortSignal): FeedAnswer => {
  if (error instanceof Stopped) return error.answer;
  if (error instanceof AddressRefused) return { kind: 'trouble', trouble: 'refused-address' };
  if (signal.aborted) return { kind: 'trouble', trouble: 'timeout' };
  const { code } = (error ?? {}) as { code?: unknown };
  const isCertificate = typeof code === 'string' && certificate.test(code);
  return { kind: 'trouble', trouble: isCertificate ? 'bad-certificate' : 'unreachable' };
};
