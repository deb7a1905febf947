import { holds, type Precondition } from '../../../domain/collection/precondition.ts';
import { type Answer, empty } from '../answer.ts';
import { calendarConditions } from '../conditions.ts';
import { DavError, refuse } from '../errors.ts';
import { storeObject } from '../objects/change.ts';
import { objectText } from '../objects/data.ts';
import { mediaOf } from '../objects/media.ts';
import { type ObjectResource, unveiledMember } from '../objects/member.ts';
import { contentOf, etagOf, octetsOf, orRemoved } from '../objects/octets.ts';
import { withParent } from '../objects/parent.ts';
import { withRepresentation } from '../objects/representation.ts';
import type { Submitted } from '../objects/submission.ts';
import type { DavRequest } from '../tables.ts';
import { planRefusal } from './refusals.ts';
import { mustMatchTag, scheduleTagHeader } from './tag.ts';

/** Whether storing was refused because others take part in what is there. */
export const isScheduledThere = (error: unknown): boolean =>
  error instanceof DavError && error.refusal === calendarConditions.OthersTakePart;

/** How often a plan is made anew because the object was changed meanwhile. */
const ATTEMPTS = 5;

/**
 * A PUT of something that others take part in (RFC 6638 §3.2): what is stored may differ from what was sent, and
 * those others are told before this answers. `undefined` when nobody else does; then nothing was stored.
 *
 * @param isThere whether others are known to take part in what is there
 * @throws DavError 412, the preconditions of RFC 6638 §3.2.4, and what storing throws
 */
export const storeScheduled = async (
  request: DavRequest,
  resource: ObjectResource,
  { submission, octets }: Submitted,
  when: Precondition,
  isThere = false,
): Promise<Answer | undefined> => {
  if (submission.kind !== 'calendar') return undefined;
  const sent = objectText({ octets });
  const isAsked = request.headers['if-schedule-tag-match'] !== undefined;
  if (!isThere && !isAsked && !/^(?:ATTENDEE|ORGANIZER)/im.test(sent)) return undefined;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await storedOnce(request, resource, { submission, octets }, sent, when);
    } catch (error) {
      const isConflict = error instanceof DavError && error.refusal.status === 412;
      if (!isConflict || error instanceof Demanded || attempt >= ATTEMPTS) throw error;
    }
  }
};

/** What the client itself demanded does not hold: no use in trying again. */
class Demanded extends DavError {}

const storedOnce = async (
  request: DavRequest,
  resource: ObjectResource,
  { submission, octets: asSent }: Submitted,
  sent: string,
  when: Precondition,
): Promise<Answer | undefined> => {
  if (submission.kind !== 'calendar') return undefined;
  const { services, headers, id, by } = request;
  const { collection, name } = resource;
  const { owner, stream } = collection;
  const member = await unveiledMember(request, collection, name);
  if (!holds(when, member?.etag)) throw new Demanded(refuse(412).refusal);
  mustMatchTag(request, member);
  const before =
    member === undefined
      ? undefined
      : objectText({ octets: await octetsOf(services.blobs, member.content) });
  const { facts } = submission;
  const plan = await services.scheduling.plan({
    ...{ owner, actor: request.principal, stream, name, uid: facts.uid, before, after: sent },
    ...{ sawLatest: headers['if-match'] !== undefined, cause: id, at: by.at },
    keepsGroups: /\bNoGroupsDecomposition\b/i.test(String(headers['x-sogo'] ?? '')),
  });
  if (plan.kind === 'plain' && member?.scheduleTag === undefined) return undefined;
  if (plan.kind !== 'plain' && plan.kind !== 'scheduled')
    throw await planRefusal(request, collection, plan);
  const text = plan.kind === 'scheduled' ? (plan.text ?? sent) : sent;
  const scheduleTag = plan.kind === 'scheduled' ? plan.scheduleTag : member?.scheduleTag;
  const octets = text === sent ? asSent : Buffer.from(text);
  if (octets.length > services.limits.resource) throw refuse(403, mediaOf.calendar.tooLarge);
  const content = await contentOf(services.blobs, owner.account, octets);
  const etag = etagOf(octets);
  const body = {
    submission: { ...submission, facts: { ...facts, ...(scheduleTag && { scheduleTag }) } },
    ...{ etag, content },
  };
  const { created, recorded, revision } = await orRemoved(
    services.blobs,
    content,
    withParent(storeObject(request, resource, body, { ...when, ...onlyOver(member?.etag) })),
    (stored) => stored.recorded,
    async () => (await unveiledMember(request, collection, name))?.content,
  );
  if (recorded && revision !== 'no-stream')
    await services.scheduling.changed({ stream, revision, owner, before: { text: before } });
  // No ETag: the server may have changed it since (RFC 6638 §3.2.10).
  const answer = empty(created ? 201 : 204, scheduleTagHeader(scheduleTag));
  return withRepresentation(request, resource, answer);
};

const onlyOver = (etag: ReturnType<typeof etagOf> | undefined): Precondition =>
  etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: [etag] };
