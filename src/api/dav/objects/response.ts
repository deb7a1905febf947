import { holds } from '../../../domain/collection/precondition.ts';
import { responded } from '../../../domain/icalendar/responding.ts';
import { levelOf } from '../../../domain/rights/access.ts';
import { newScheduleTag } from '../../scheduling/objects.ts';
import { isAddressComponent } from '../../../projections/collection/rows.ts';
import { type Answer, empty } from '../answer.ts';
import { refuse } from '../errors.ts';
import type { DavRequest } from '../tables.ts';
import { accessIn } from '../viewer.ts';
import { storeObject } from './change.ts';
import { objectText } from './data.ts';
import { memberWithRow, type ObjectResource } from './member.ts';
import { contentOf, etagOf, octetsOf } from './octets.ts';
import { preconditionOf } from './preconditions.ts';
import type { Submitted } from './submission.ts';

/**
 * A PUT of somebody who may only answer for the owner: of what was sent, the owner's PARTSTATs are taken,
 * and all else is passed over, as in SOGo. `undefined` for whoever may do more, or less.
 *
 * @throws DavError 412, and what storing throws
 */
export const respondFor = async (
  request: DavRequest,
  resource: ObjectResource,
  { submission, octets: sent }: Submitted,
): Promise<Answer | undefined> => {
  const { collection, name } = resource;
  const { principal, services } = request;
  const { owner } = collection;
  if (owner.account === principal.account || submission.kind !== 'calendar') return undefined;
  const { member, row } = await memberWithRow(request, collection, name);
  const access = accessIn(principal, row);
  if (member === undefined || access === undefined) return undefined;
  if (levelOf(access, member.classes ?? []) !== 'respond') return undefined;
  if (submission.facts.uid !== member.uid) return undefined;
  if (!holds(preconditionOf(request), member.etag)) throw refuse(412);
  const stored = objectText({ octets: await octetsOf(services.blobs, member.content) });
  const addresses = new Set([`mailto:${owner.mail}`.toLowerCase()]);
  const answered = responded(stored, objectText({ octets: sent }), addresses);
  if (answered === stored) return empty(204);
  const plan = await services.scheduling.plan({
    ...{ owner, actor: principal, stream: collection.stream, name, uid: member.uid },
    ...{ before: stored, after: answered, sawLatest: true, cause: request.id, at: request.by.at },
  });
  const text = plan.kind === 'scheduled' ? (plan.text ?? answered) : answered;
  const octets = Buffer.from(text);
  const content = await contentOf(services.blobs, owner.account, octets);
  const { uid, component, classes } = member;
  if (isAddressComponent(component)) return undefined;
  const facts = {
    ...{ uid, component },
    ...(classes && { classes }),
    scheduleTag: newScheduleTag(text, request.id),
  };
  const body = {
    submission: { kind: 'calendar', facts },
    etag: etagOf(octets),
    content,
    isResponse: true,
  } as const;
  const { revision } = await storeObject(request, resource, body, { ifMatch: [member.etag] });
  if (revision !== 'no-stream')
    await services.scheduling.changed({
      ...{ stream: collection.stream, revision, owner, before: { text: stored } },
    });
  return empty(204);
};
