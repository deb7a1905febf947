import type { Precondition } from '../../../domain/collection/precondition.ts';
import { removeObject } from '../objects/change.ts';
import { objectText } from '../objects/data.ts';
import { type ObjectResource, unveiledMember } from '../objects/member.ts';
import { octetsOf } from '../objects/octets.ts';
import type { DavRequest } from '../tables.ts';
import { mustMatchTag } from './tag.ts';

/**
 * Deletes an object; those who take part in it are told before this answers (RFC 6638 §3.2.1.3, §3.2.2.4).
 * @throws DavError 412, and what deleting throws
 */
export const removeScheduled = async (
  request: DavRequest,
  resource: ObjectResource,
  when: Precondition,
): Promise<void> => {
  const { services, headers } = request;
  const { collection, name } = resource;
  const { stream, owner, entry } = collection;
  if (entry.kind !== 'calendar') {
    await removeObject(request, resource, when);
    return;
  }
  const member = await unveiledMember(request, collection, name);
  mustMatchTag(request, member);
  const text = member && objectText({ octets: await octetsOf(services.blobs, member.content) });
  if (member === undefined || text === undefined || !/^(?:ATTENDEE|ORGANIZER)/im.test(text)) {
    await removeObject(request, resource, when);
    return;
  }
  const isSilent = /^\s*f\s*$/i.test(String(headers['schedule-reply'] ?? ''));
  const scheduled = { uid: member.uid, ...(isSilent ? { silent: true as const } : {}) };
  const revision = await removeObject(request, resource, when, scheduled);
  if (revision !== 'no-stream')
    await services.scheduling.changed({ stream, revision, owner, before: { text } });
};
