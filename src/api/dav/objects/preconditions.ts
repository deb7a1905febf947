import type { IncomingHttpHeaders } from 'node:http';
import type { Precondition } from '../../../domain/collection/precondition.ts';
import type { ETag, Instant } from '../../../domain/kernel/ids.ts';
import { badRequest } from '../errors.ts';
import type { DavRequest } from '../tables.ts';

/**
 * If-Match and If-None-Match (RFC 9110 §13.1.1, §13.1.2), and what `If` says of the requested object.
 * If-Match compares strongly, so weak tags of its list match nothing and are left out; If-None-Match
 * compares weakly.
 *
 * @throws DavError 400 for a header that is neither `*` nor a list of quoted entity tags.
 */
export const preconditionOf = ({
  headers,
  ifLists,
}: Pick<DavRequest, 'headers' | 'ifLists'>): Precondition => {
  const ifMatch = tagsOf('If-Match', headers['if-match']);
  const ifNoneMatch = tagsOf('If-None-Match', headers['if-none-match']);
  return {
    ...(ifMatch && { ifMatch: ifMatch === '*' ? ifMatch : ifMatch.filter(isStrong).map(tagOf) }),
    ...(ifNoneMatch && { ifNoneMatch: ifNoneMatch === '*' ? ifNoneMatch : ifNoneMatch.map(tagOf) }),
    ...(ifLists && { anyOf: ifLists }),
  };
};

/**
 * Whether what was last changed at `modifiedAt` is as old as If-Modified-Since says, so that 304 is
 * the answer (RFC 9110 §13.1.3). Ignored beside If-None-Match, and when it is no date.
 */
export const unmodifiedSince = (headers: IncomingHttpHeaders, modifiedAt: Instant): boolean => {
  const since = headers['if-modified-since'];
  if (since === undefined || headers['if-none-match'] !== undefined) return false;
  // HTTP dates have no fractions of seconds.
  return Math.floor(Date.parse(modifiedAt) / 1000) <= Date.parse(since) / 1000;
};

interface WrittenTag {
  readonly weak: boolean;
  readonly tag: ETag;
}

const isStrong = ({ weak }: WrittenTag): boolean => !weak;
const tagOf = ({ tag }: WrittenTag): ETag => tag;

const tagsOf = (
  name: string,
  value: string | undefined,
): '*' | readonly WrittenTag[] | undefined => {
  if (value === undefined) return undefined;
  if (value.trim() === '*') return '*';
  const tags: WrittenTag[] = [];
  const entry = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)")?[ \t]*(?:,|$)/y;
  while (entry.lastIndex < value.length) {
    const match = entry.exec(value);
    if (match === null) break;
    // RFC 9110 §5.6.1.2: empty elements of a list count for nothing.
    if (match[2] !== undefined) tags.push({ weak: match[1] !== undefined, tag: match[2] as ETag });
    if (entry.lastIndex === value.length) {
      if (tags.length > 0) return tags;
      break;
    }
  }
  throw badRequest(`${name} must be * or a list of quoted entity tags.`);
};
