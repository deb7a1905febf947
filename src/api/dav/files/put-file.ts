import { itemAt } from '../../../domain/files/tree.ts';
import { empty } from '../answer.ts';
import { badRequest, notFound } from '../errors.ts';
import { etagOf, orRemoved } from '../objects/octets.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import type { Method } from '../tables.ts';
import { changeFiles } from './run.ts';

/** A media type that may be said again in an answer's header: RFC 9110 §8.3.1, printable, not too long. */
const mediaType = /^[\w!#$&^.+-]{1,64}\/[\w!#$&^.+-]{1,64}[ \t]*(?:;[\x20-\x7e]{0,120})?$/;

/**
 * Stores a file, whatever it is: 201 where nothing was, else 204. Its octets go to the blob store, so that
 * the tree, which is folded whole, holds none.
 */
export const putFile: Method = {
  name: 'PUT',
  source: 'RFC 9110 §9.3.4, RFC 4918 §9.7',
  on: ['file', 'unmapped'],
  body: 'resource',
  async handle(request) {
    const { resource, headers, body, services, principal } = request;
    if (resource.kind !== 'file' && resource.kind !== 'unmapped') throw notFound();
    if (headers['content-range'] !== undefined) throw badRequest('PUT stores whole files only.');
    const when = preconditionOf(request);
    const type = headers['content-type']?.trim() ?? '';
    const etag = etagOf(body);
    const content = {
      kind: 'blob',
      ref: await services.blobs.put(principal.account, body),
      size: body.length,
    } as const;
    const storing = changeFiles(request, {
      type: 'StoreFile',
      path: resource.at,
      etag,
      mediaType: mediaType.test(type) ? type : 'application/octet-stream',
      content,
      at: request.by.at,
      when,
    });
    const held = async () => {
      const item = itemAt((await services.filesOf(principal.account)).root, resource.at);
      return item?.kind === 'file' ? item.content : undefined;
    };
    const events = await orRemoved(
      services.blobs,
      content,
      storing,
      ({ length }) => length > 0,
      held,
    );
    const [stored] = events;
    const created = stored?.type === 'FileStored' && stored.replaced === undefined;
    return empty(created ? 201 : 204, { etag: `"${etag}"` });
  },
};
