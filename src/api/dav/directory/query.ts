import { isTooLong } from '../../../domain/account/entry-condition.ts';
import { entryConditionOf } from '../../../domain/vcard/entry-filter.ts';
import type { Card } from '../../books/card.ts';
import { type Found, searched } from '../../books/reading.ts';
import { multistatus } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest, type DavError, notFound } from '../errors.ts';
import { below } from '../href.ts';
import { viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { type PropertyRequest, propertyResponse } from '../properties/respond.ts';
import { cardFilterOf } from '../reports/card-filter.ts';
import { inPieces } from '../reports/in-pieces.ts';
import { limitOf, truncatedResponse } from '../reports/limit.ts';
import type { DirectoryResource } from '../resource.ts';
import type { DavRequest, Report, View } from '../tables.ts';
import { childrenOf } from '../xml/element.ts';
import { carddav } from '../xml/names.ts';
import { join, type Markup } from '../xml/write.ts';

/**
 * Cards of a directory that meet a filter. What of it the directory can judge, it does; the cards it finds
 * have to meet the whole filter. Where it has more than it or the limit lets through, the answer ends with
 * 507 (RFC 6352 §8.6.2). Depth is read as in other address books.
 */
export const directoryQuery: Report = {
  name: carddav('addressbook-query'),
  source: 'RFC 6352 §8.6',
  on: ['directory'],
  async handle(request, body) {
    const { resource, headers } = request;
    if (resource.kind !== 'directory') throw notFound();
    const [filter, ...others] = childrenOf(body, carddav('filter'));
    if (filter === undefined || others.length > 0)
      throw badRequest('addressbook-query needs one filter.');
    const wanted = cardFilterOf(filter);
    if (isTooLong(entryConditionOf(wanted))) throw tooLong();
    const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
    const limit = limitOf(body, carddav) ?? Infinity;
    // `queryDepth` of workarounds.ts.
    if (depthOf(headers, '1') === '0') return multistatus([]);
    const found = await searched(resource.book, wanted, limit);
    return multistatus(responses(request, resource, found, asked));
  },
};

/** More text than a directory is asked for at once. */
export const tooLong = (): DavError =>
  badRequest('The conditions are too many, or their texts too long, for a directory.');

/** `DAV:response` of a card. */
export const cardResponse = (
  href: string,
  view: View,
  { book }: DirectoryResource,
  card: Card,
  asked: PropertyRequest,
): Markup =>
  propertyResponse(href, { place: 'directory-card', view, book, card, isReported: true }, asked);

async function* responses(
  request: DavRequest,
  resource: DirectoryResource,
  { pages, isCutShort }: Found,
  asked: PropertyRequest,
): AsyncGenerator<Markup> {
  const { path } = request;
  const view = viewFor(request);
  for await (const piece of inPieces(pages))
    yield join(
      piece.map((card) => cardResponse(below(path.raw, card.name), view, resource, card, asked)),
    );
  if (isCutShort()) yield truncatedResponse(path.raw);
}
