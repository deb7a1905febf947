import { cardMatcher } from '../../../domain/vcard/filter.ts';
import { multistatus } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest, notFound } from '../errors.ts';
import { isLive, viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { collectionSubject } from '../properties/subject.ts';
import type { Report } from '../tables.ts';
import { childrenOf } from '../xml/element.ts';
import { carddav } from '../xml/names.ts';
import { cardFilterOf } from './card-filter.ts';
import { limitOf } from './limit.ts';
import { matchingResponses } from './matching.ts';

/**
 * Address objects that meet a filter, streamed page by page. Without a Depth header it asks about the
 * members all the same, though RFC 6352 §8.6 takes that for Depth 0: clients that leave it out want
 * them. Depth 0 asks about the collection alone, which no filter fits.
 */
export const addressbookQuery: Report = {
  name: carddav('addressbook-query'),
  source: 'RFC 6352 §8.6',
  on: ['addressbook'],
  async handle(request, body) {
    const { resource, services, headers } = request;
    if (resource.kind !== 'collection') throw notFound();
    const [filter, ...others] = childrenOf(body, carddav('filter'));
    if (filter === undefined || others.length > 0)
      throw badRequest('addressbook-query needs one filter.');
    const matches = cardMatcher(cardFilterOf(filter));
    const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
    const limit = limitOf(body, carddav) ?? Infinity;
    // `queryDepth` of workarounds.ts.
    if (depthOf(headers, '1') === '0') return multistatus([]);
    const snapshot = await services.collections.allFilled(resource.stream);
    if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
    const of = collectionSubject(viewFor(request), resource.entry, snapshot.collection);
    return multistatus(matchingResponses(request, of, snapshot.members, { matches, asked, limit }));
  },
};
