import type { MemberRow } from '../../../projections/collection/rows.ts';
import { type Answer, empty } from '../answer.ts';
import { DavError } from '../errors.ts';
import { hrefs } from '../href.ts';
import { appliedHeaders, prefers } from '../preferences.ts';
import type { DavRequest } from '../tables.ts';
import { contentTypeOf } from './media.ts';
import { memberOf, type ObjectResource } from './member.ts';
import { octetsOf } from './octets.ts';
import { servedOctets } from './zones.ts';

/** What an object's representation is validated by (RFC 9110 §8.8). */
export const validatorsOf = ({ etag, modifiedAt }: Pick<MemberRow, 'etag' | 'modifiedAt'>) => ({
  etag: `"${etag}"`,
  // IMF-fixdate (RFC 9110 §5.6.7).
  'last-modified': new Date(modifiedAt).toUTCString(),
});

/**
 * The answer to a change, with the object as it is now in its body where the client prefers that
 * (RFC 8144 §3.1): then `Content-Location` says what is shown.
 */
export const withRepresentation = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
  answer: Answer,
): Promise<Answer> => {
  if (!prefers(request.headers, 'return=representation')) return answer;
  const member = await memberOf(request, collection, name);
  // Somebody else was quicker.
  if (member === undefined) return answer;
  const octets = await octetsOf(request.services.blobs, member.content);
  const body = servedOctets(octets, member, request.headers);
  return {
    status: answer.status === 204 ? 200 : answer.status,
    headers: {
      ...answer.headers,
      ...validatorsOf(member),
      ...appliedHeaders(request.headers, 'return=representation'),
      'content-type': contentTypeOf(member),
      'content-length': String(body.length),
      'content-location': hrefs.object(collection, name),
    },
    body,
  };
};

/**
 * A change whose precondition failed is answered with the object as it is, where the client prefers
 * that (RFC 8144 §3.2). @throws whatever the change throws otherwise.
 */
export const orCurrent = async (
  request: DavRequest,
  resource: ObjectResource,
  change: Promise<Answer>,
): Promise<Answer> => {
  try {
    return await change;
  } catch (error) {
    if (!(error instanceof DavError) || error.refusal.status !== 412) throw error;
    const current = await withRepresentation(request, resource, empty(412));
    if (current.body === undefined) throw error;
    return current;
  }
};
