import type { Filled } from '../../../projections/collection/rows.ts';
import { objectText } from '../objects/data.ts';
import type { ObjectResource } from '../objects/member.ts';
import { octetsOf } from '../objects/octets.ts';
import type { DavRequest } from '../tables.ts';
import { planRefusal } from './refusals.ts';

/**
 * Whoever takes part in something has it once (RFC 6638 §3.2.4.1).
 * @throws DavError 403 `unique-scheduling-object-resource`
 */
export const mustBeUnique = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
  { uid, content, scheduleTag }: Filled,
): Promise<void> => {
  if (scheduleTag === undefined) return;
  const { services, id, by } = request;
  const { owner, stream } = collection;
  const after = objectText({ octets: await octetsOf(services.blobs, content) });
  const plan = await services.scheduling.plan({
    ...{ owner, stream, name, uid, before: undefined, after },
    ...{ sawLatest: true, cause: id, at: by.at },
  });
  if (plan.kind === 'not-unique') throw await planRefusal(request, collection, plan);
};
