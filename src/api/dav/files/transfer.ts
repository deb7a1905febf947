import { type Answer, empty } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { destinationPath, mayOverwrite } from '../destination.ts';
import { badRequest, notFound, refuse } from '../errors.ts';
import { hrefs } from '../href.ts';
import { missingParent } from '../objects/parent.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import { resolve } from '../resolve.ts';
import type { DavRequest, Method } from '../tables.ts';
import { isInFiles } from './resource.ts';
import { changeFiles } from './run.ts';

/** COPY and MOVE of files and folders: one event each, so whole or not at all, and never a 207. */
const handling =
  (type: 'CopyItem' | 'MoveItem') =>
  async (request: DavRequest): Promise<Answer> => {
    const { resource, headers, services, principal, by } = request;
    if (resource.kind !== 'file' && resource.kind !== 'folder') throw notFound();
    const depth = depthOf(headers, 'infinity');
    const unfit = depth === '1' || (type === 'MoveItem' && depth === '0');
    if (resource.kind === 'folder' && unfit)
      throw badRequest(`Depth ${depth} is not for this method (RFC 4918 §9.8.3, §9.9.2).`);
    const target = await resolve(services, principal, destinationPath(headers));
    if (target.kind === 'nothing' && target.orphan) throw missingParent();
    if (!isInFiles(target)) throw refuse(403, undefined, { reason: 'Files stay among files.' });
    const transfer = {
      from: resource.at,
      to: target.at,
      overwrite: mayOverwrite(headers),
      when: preconditionOf(request),
    };
    const [event] = await changeFiles(
      request,
      type === 'CopyItem'
        ? { type, ...transfer, shallow: depth === '0', at: by.at }
        : { type, ...transfer },
    );
    if (event !== undefined && 'overwrote' in event && event.overwrote) return empty(204);
    return empty(201, {
      location: hrefs.item(principal.login, target.at, resource.kind === 'folder'),
    });
  };

const row = { on: ['file', 'folder'], body: 'none' } as const;

export const copyItem: Method = {
  name: 'COPY',
  source: 'RFC 4918 §9.8',
  ...row,
  handle: handling('CopyItem'),
};

export const moveItem: Method = {
  name: 'MOVE',
  source: 'RFC 4918 §9.9',
  ...row,
  handle: handling('MoveItem'),
};
