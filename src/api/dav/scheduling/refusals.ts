import type { StreamId } from '../../../domain/kernel/event-store.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import { collectionStream } from '../../../domain/kernel/streams.ts';
import type { Plan } from '../../scheduling/service.ts';
import { type DavError, refuse } from '../errors.ts';
import { hrefElement, hrefs } from '../href.ts';
import type { CollectionResource } from '../resource.ts';
import type { DavRequest } from '../tables.ts';
import { caldav } from '../xml/names.ts';

/** Why a change of an object that others take part in is not made (RFC 6638 §3.2.4). */
export const planRefusal = async (
  request: DavRequest,
  at: CollectionResource,
  plan: Extract<Plan, { kind: 'not-allowed' | 'not-unique' | 'refused' }>,
): Promise<DavError> => {
  if (plan.kind === 'not-allowed')
    return refuse(403, caldav(plan.condition), { reason: plan.invalid });
  if (plan.kind === 'refused') return refuse(409, undefined, { reason: plan.reason });
  const holder = await holderHref(request, at, plan.stream, plan.name);
  return refuse(
    request.services.dialect === 'sogo' ? 409 : 403,
    caldav('unique-scheduling-object-resource'),
    {
      ...(holder === undefined ? {} : { content: hrefElement(holder) }),
      reason: 'Another calendar holds this already.',
    },
  );
};

/** Told to the owner alone. */
const holderHref = async (
  { services, principal }: DavRequest,
  at: CollectionResource,
  stream: StreamId,
  name: ResourceName,
): Promise<string | undefined> => {
  if (at.owner.account !== principal.account) return undefined;
  const { entries } = await services.home(at.owner.account);
  const entry = entries.find(
    ({ kind, collection }) => collectionStream(kind, collection) === stream,
  );
  return (
    entry &&
    hrefs.object({ kind: 'collection', principal: at.owner, owner: at.owner, entry, stream }, name)
  );
};
