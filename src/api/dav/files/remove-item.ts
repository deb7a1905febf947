import { empty } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest, notFound } from '../errors.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import type { Method } from '../tables.ts';
import { changeFiles } from './run.ts';

/** DELETE of a file, or of a folder with everything in it: one event, so whole or not at all. */
export const removeItem: Method = {
  name: 'DELETE',
  source: 'RFC 9110 §9.3.5, RFC 4918 §9.6',
  on: ['file', 'folder'],
  body: 'none',
  async handle(request) {
    const { resource, headers } = request;
    if (resource.kind !== 'file' && resource.kind !== 'folder') throw notFound();
    if (resource.kind === 'folder' && depthOf(headers, 'infinity') !== 'infinity')
      throw badRequest('A folder is only deleted with Depth infinity (RFC 4918 §9.6.1).');
    const when = preconditionOf(request);
    await changeFiles(request, { type: 'RemoveItem', path: resource.at, when });
    return empty(204);
  },
};
