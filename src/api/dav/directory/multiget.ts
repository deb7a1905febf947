import { cardId } from '../../books/card.ts';
import { cardsOf } from '../../books/reading.ts';
import { multistatus } from '../answer.ts';
import { notFound, refuse } from '../errors.ts';
import { viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { type PropertyRequest, statusResponse } from '../properties/respond.ts';
import { hrefsOf, memberName } from '../reports/multiget.ts';
import type { DirectoryResource } from '../resource.ts';
import type { DavRequest, Report } from '../tables.ts';
import { carddav, dav } from '../xml/names.ts';
import type { Markup } from '../xml/write.ts';
import { cardResponse } from './query.ts';

/** hrefs whose cards are held together. */
const CHUNK = 50;

interface Wanted {
  readonly href: string;
  readonly name: string | undefined;
}

/** Cards by their hrefs, as in any address book; what the directory does not have is 404. */
export const directoryMultiget: Report = {
  name: carddav('addressbook-multiget'),
  source: 'RFC 6352 §8.7',
  on: ['directory'],
  async handle(request, body) {
    const { resource, services } = request;
    if (resource.kind !== 'directory') throw notFound();
    const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
    const hrefs = hrefsOf(body);
    if (hrefs.length > services.limits.hrefs)
      throw refuse(403, dav('number-of-matches-within-limits'), {
        reason: `At most ${services.limits.hrefs} hrefs.`,
      });
    const wanted = hrefs.map((href) => ({
      href,
      name: memberName(href, request, resource.book.segment),
    }));
    const pages = responses(request, resource, wanted, asked);
    // The first answer is asked for before the status line goes out.
    const first = await pages.next();
    return multistatus(continued(first, pages));
  },
};

async function* continued(
  first: IteratorResult<Markup, void>,
  rest: AsyncGenerator<Markup>,
): AsyncGenerator<Markup> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

async function* responses(
  request: DavRequest,
  resource: DirectoryResource,
  wanted: readonly Wanted[],
  asked: PropertyRequest,
): AsyncGenerator<Markup> {
  const view = viewFor(request);
  for (let at = 0; at < wanted.length; at += CHUNK) {
    const chunk = wanted.slice(at, at + CHUNK);
    const ids = chunk.flatMap(({ name }) => {
      const id = name === undefined ? undefined : cardId(name);
      return id === undefined ? [] : [id];
    });
    const cards = new Map<string, Parameters<typeof cardResponse>[3]>();
    for await (const page of cardsOf(resource.book, ids))
      for (const card of page) cards.set(card.name, card);
    for (const { href, name } of chunk) {
      const card = name === undefined ? undefined : cards.get(name);
      yield card === undefined
        ? statusResponse(href, 404)
        : cardResponse(href, view, resource, card, asked);
    }
  }
}
