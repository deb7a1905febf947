import { type Answer, empty } from '../answer.ts';
import { objectAt } from '../objects/member.ts';
import { unveiledPrecondition } from '../objects/unveiled.ts';
import { removeScheduled } from '../scheduling/remove.ts';
import type { DavRequest, Method } from '../tables.ts';

const handle = async (request: DavRequest): Promise<Answer> => {
  const resource = objectAt(request);
  const when = await unveiledPrecondition(request, resource);
  await removeScheduled(request, resource, when);
  return empty(204);
};

/** DELETE of one object; collections have a row of their own. */
export const deleteObject: Method = {
  name: 'DELETE',
  source: 'RFC 9110 §9.3.5, RFC 4918 §9.6',
  on: ['calendar-object', 'address-object'],
  body: 'none',
  handle,
};
