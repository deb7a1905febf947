import { holds } from '../../../domain/collection/precondition.ts';
import type { StreamId } from '../../../domain/kernel/event-store.ts';
import type { ETag } from '../../../domain/kernel/ids.ts';
import type { Filled } from '../../../projections/collection/rows.ts';
import { type Answer, empty } from '../answer.ts';
import { notFound, refuse } from '../errors.ts';
import { preferredOffer } from '../forms/accept.ts';
import type { ExportForm } from '../forms/exports.ts';
import { isLive } from '../listing.ts';
import { withBooks } from '../objects/books.ts';
import { withContents } from '../objects/contents.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import { servedText } from '../objects/zones.ts';
import { syncToken } from '../sync-token.ts';
import type { DavRequest, Method } from '../tables.ts';

/**
 * A whole collection as one file, streamed: `/SOGo/dav/USER/Calendar/ID.ics`, `…/Contacts/ID.vcf`, either as
 * `ID.xml`; in another form where Accept asks for one. Its entity tag is the collection's ctag. For reading
 * only: what is subscribed to or kept as a copy.
 */
const handle = async (request: DavRequest): Promise<Answer> => {
  const { resource, method, headers, services, principal } = request;
  if (resource.kind !== 'export') throw notFound();
  const { stream, entry } = resource.collection;
  if (services.unexported?.includes(entry.kind) === true)
    throw refuse(403, undefined, { reason: 'Whole collections are not handed out here.' });
  const row = (await services.collections.collections([stream])).get(stream);
  if (!isLive(row)) throw notFound();
  const { ifMatch, ifNoneMatch } = preconditionOf(request);
  const etag = syncToken(principal, row, services.dialect) as ETag;
  if (ifMatch !== undefined && !holds({ ifMatch }, etag)) throw refuse(412);
  if (ifNoneMatch !== undefined && !holds({ ifNoneMatch }, etag))
    return empty(304, { etag: `"${etag}"`, vary: 'Accept' });
  const form = preferredOffer(headers.accept ?? '*/*', resource.forms) ?? resource.forms[0];
  const described = {
    'content-type': form.contentType,
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(resource.name)}`,
    vary: 'Accept',
  };
  if (method === 'HEAD') return empty(200, { ...described, etag: `"${etag}"` });
  const snapshot = await services.collections.allFilled(stream);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  return {
    status: 200,
    // Of the very rows that are sent.
    headers: {
      ...described,
      etag: `"${syncToken(principal, snapshot.collection, services.dialect)}"`,
    },
    body: pieces(
      form.open(entry.properties.displayName ?? entry.segment),
      request,
      stream,
      snapshot.members,
    ),
  };
};

async function* pieces(
  { head, add, tail }: ReturnType<ExportForm['open']>,
  { services, headers }: DavRequest,
  stream: StreamId,
  pages: AsyncIterable<readonly Filled[]>,
): AsyncGenerator<string> {
  yield head;
  const read = withContents(services.blobs, pages);
  for await (const page of withBooks(services, stream, 'into groups', read))
    for (const [member, held] of page) yield add(servedText(held, member, headers), held.book);
  yield tail;
}

const row = {
  on: ['calendar-export', 'addressbook-export'],
  body: 'none',
  handle,
} as const;

export const getExport: Method = { name: 'GET', source: 'RFC 9110 §9.3.1, SOGo', ...row };
export const headExport: Method = { name: 'HEAD', source: 'RFC 9110 §9.3.2, SOGo', ...row };
