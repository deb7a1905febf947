import type { Precondition } from '../../../domain/collection/precondition.ts';
import { type Answer, empty } from '../answer.ts';
import { refuse } from '../errors.ts';
import { storeObject } from '../objects/change.ts';
import { objectAt, type ObjectResource, unveiledMember } from '../objects/member.ts';
import { contentOf, etagOf, orRemoved } from '../objects/octets.ts';
import { missingParent, withParent } from '../objects/parent.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import { orCurrent, withRepresentation } from '../objects/representation.ts';
import { respondFor } from '../objects/response.ts';
import { submissionOf, type Submitted } from '../objects/submission.ts';
import { isScheduledThere, storeScheduled } from '../scheduling/store.ts';
import type { DavRequest, Method } from '../tables.ts';

/**
 * Stores a calendar or address object: 201 when its name was free, else 204. Texts are kept and served
 * as they came, so the answer may carry a strong ETag (RFC 4791 §5.3.4, RFC 6352 §6.3.2.3); what came as
 * JSON is kept as text, and the answer to that may not.
 */
const handle = (request: DavRequest): Promise<Answer> => {
  const resource = objectAt(request);
  return orCurrent(request, resource, store(request, resource));
};

const store = async (request: DavRequest, resource: ObjectResource): Promise<Answer> => {
  const { collection } = resource;
  const when = preconditionOf(request);
  const submitted = submissionOf(request, collection.entry.kind);
  const response = await respondFor(request, resource, submitted);
  if (response !== undefined) return response;
  const scheduled = await storeScheduled(request, resource, submitted, when);
  if (scheduled !== undefined) return scheduled;
  return storePlain(request, resource, submitted, when).catch(async (error: unknown) => {
    if (!isScheduledThere(error)) throw error;
    const answer = await storeScheduled(request, resource, submitted, when, true);
    if (answer === undefined) throw error;
    return answer;
  });
};

const storePlain = async (
  request: DavRequest,
  resource: ObjectResource,
  { submission, octets }: Submitted,
  when: Precondition,
): Promise<Answer> => {
  const { collection } = resource;
  const { services, body } = request;
  const etag = etagOf(octets);
  const content = await contentOf(services.blobs, collection.owner.account, octets);
  const { created } = await orRemoved(
    services.blobs,
    content,
    withParent(storeObject(request, resource, { submission, etag, content }, when)),
    ({ recorded }) => recorded,
    async () => (await unveiledMember(request, collection, resource.name))?.content,
  );
  const answer = empty(created ? 201 : 204, octets === body ? { etag: `"${etag}"` } : {});
  return withRepresentation(request, resource, answer);
};

export const put: Method = {
  name: 'PUT',
  source: 'RFC 9110 §9.3.4, RFC 4791 §5.3.2, RFC 6352 §6.3.2',
  on: ['calendar-object', 'address-object'],
  body: 'resource',
  preferences: ['return=representation'],
  compliance: ['calendar-access', 'addressbook'],
  handle,
  elsewhere: async ({ resource }) => {
    if (resource.kind === 'nothing' && resource.orphan) throw missingParent();
    if (resource.kind === 'vacant')
      throw refuse(403, undefined, {
        reason: 'Objects can only be stored in calendars and address books.',
      });
    return undefined;
  },
};
