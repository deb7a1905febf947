import { randomUUID } from 'node:crypto';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { badRequest, notFound, refuse } from '../errors.ts';
import { ADD_MEMBER, hrefs } from '../href.ts';
import type { Method } from '../tables.ts';
import { put } from './put.ts';

const extensions = { calendar: 'ics', addressbook: 'vcf' } as const satisfies Record<
  CollectionKind,
  string
>;

/** POST to a collection's `DAV:add-member` URL: a PUT whose name the server chooses. */
export const addMember: Method = {
  name: 'POST',
  source: 'RFC 5995 §3',
  on: ['calendar', 'addressbook'],
  body: 'resource',
  preferences: ['return=representation'],
  async handle(request) {
    const { resource: collection, path, headers } = request;
    if (collection.kind !== 'collection') throw notFound();
    if (path.query !== ADD_MEMBER)
      throw refuse(403, undefined, { reason: `POST adds members at ?${ADD_MEMBER}.` });
    if (headers['if-match'] !== undefined)
      throw badRequest('If-Match has nothing to match before the member is there.');
    const name = `${randomUUID()}.${extensions[collection.entry.kind]}` as ResourceName;
    const { principal } = collection;
    const resource = { kind: 'object', principal, collection, name } as const;
    const answer = await put.handle({ ...request, resource });
    const location = hrefs.object(collection, name);
    return { ...answer, headers: { ...answer.headers, location } };
  },
};
