import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { versions, type Version } from '../../domain/activesync/version.ts';
import type { Answer } from '../dav/answer.ts';
import type { CommonStatus } from './errors.ts';
import { toldTo } from './status.ts';
import type { Command, EasAnswer } from './table.ts';
import { encodeWbxml } from './wbxml/encode.ts';

const WBXML_TYPE = 'application/vnd.ms-sync.wbxml';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Octets above which compressing is worth its while. */
const WORTHWHILE = 1024;

/** On every answer: whose it is, and what speaks (MS-ASHTTP 2.2.2). */
const usual = {
  'cache-control': 'private',
  'ms-server-activesync': versions.at(-1) ?? '',
  'x-content-type-options': 'nosniff',
};

const squeezed = promisify(gzip);

const withBody = async (octets: Uint8Array, type: string, compress: boolean): Promise<Answer> => {
  const headers = { ...usual, 'content-type': type };
  if (!compress || octets.length <= WORTHWHILE) return { status: 200, headers, body: octets };
  return {
    status: 200,
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: await squeezed(octets),
  };
};

/** What a command answered, on the wire; `traced` sees a document first. */
export const answered = async (
  answer: EasAnswer,
  compress: boolean,
  traced: (document: Buffer) => void,
): Promise<Answer> => {
  if (answer === 'nothing') return { status: 200, headers: usual };
  if ('octets' in answer) return withBody(answer.octets, answer.type, compress);
  const document = encodeWbxml(answer.element);
  traced(document);
  return withBody(document, WBXML_TYPE, compress);
};

/** An HTTP status of its own; the reason is for people who look at it. */
export const plainly = (
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Answer => ({
  status,
  headers: { ...usual, 'content-type': TEXT_TYPE, ...headers },
  body: `${reason}\n`,
});

/** Seconds after which a server that cannot answer now may be asked again. */
const LATER = '30';

/** A request that is refused as a whole, as its version is told. */
export const refused = (
  command: Command | undefined,
  version: Version | undefined,
  status: CommonStatus,
): Answer => {
  const told = toldTo(version, status);
  if ('http' in told || command === undefined) {
    const http = 'http' in told ? told.http : 400;
    const headers: Record<string, string> = http === 503 ? { 'retry-after': LATER } : {};
    const reason = http === 449 ? 'Retry after sending a PROVISION command' : status;
    return plainly(http, reason, headers);
  }
  const { root, status: tag } = command;
  const document = encodeWbxml({ tag: root, value: [{ tag, value: String(told.element) }] });
  return { status: 200, headers: { ...usual, 'content-type': WBXML_TYPE }, body: document };
};
