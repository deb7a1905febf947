import { holds } from '../../../domain/collection/precondition.ts';
import { type Answer, empty } from '../answer.ts';
import { notFound, refuse } from '../errors.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import type { DavRequest, Method } from '../tables.ts';
import { notify } from './notify.ts';
import type { Told } from './shown.ts';
import { idIn, toldTo } from './told.ts';

/** @throws DavError 404, 412 */
const found = async (request: DavRequest): Promise<Told> => {
  const { resource } = request;
  if (resource.kind !== 'notification') throw notFound();
  const told = (await toldTo(request)).find(({ name }) => name === resource.name);
  if (told === undefined) throw notFound();
  const { ifMatch } = preconditionOf(request);
  if (ifMatch !== undefined && !holds({ ifMatch }, told.etag)) throw refuse(412);
  return told;
};

const get = async (request: DavRequest): Promise<Answer> => {
  const { etag, body } = await found(request);
  const { ifNoneMatch } = preconditionOf(request);
  const headers = { etag: `"${etag}"` };
  if (ifNoneMatch !== undefined && !holds({ ifNoneMatch }, etag)) return empty(304, headers);
  const described = { ...headers, 'content-type': 'application/xml; charset=utf-8' };
  return request.method === 'HEAD'
    ? empty(200, described)
    : { status: 200, headers: described, body };
};

const row = {
  source: 'calendarserver.org, caldav-sharing',
  on: ['notification'],
  body: 'none',
} as const;

export const notificationMethods: readonly Method[] = [
  { name: 'GET', ...row, handle: get },
  { name: 'HEAD', ...row, handle: get },
  {
    name: 'DELETE',
    ...row,
    async handle(request) {
      const { name } = await found(request);
      const id = idIn(name);
      await notify(request, request.principal.account, { type: 'DeleteNotification', id });
      return empty(204);
    },
  },
];
