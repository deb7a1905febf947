import { listed } from '../../books/reading.ts';
import { notFound, refuse } from '../errors.ts';
import { below } from '../href.ts';
import type { DirectoryResource } from '../resource.ts';
import type { Subject, View } from '../tables.ts';
import { dav } from '../xml/names.ts';
import { type CardResource, cardAt } from './card.ts';

interface Listed {
  readonly href: string;
  readonly subject: Subject;
}

/**
 * A directory and, with `members`, its cards in pages; none where it has to be searched.
 *
 * @throws DavError 507 `number-of-matches-within-limits` for more than may be listed: a listing that leaves
 * somebody out says to clients that they are gone. UserSourceUnavailable
 */
export async function* cardsIn(
  href: string,
  { book }: DirectoryResource,
  view: View,
  members: boolean,
): AsyncGenerator<readonly Listed[]> {
  const own: Listed = { href, subject: { place: 'directory', view, book } };
  if (!members) {
    yield [own];
    return;
  }
  const found = await listed(book);
  if (found.isCutShort()) throw refuse(507, dav('number-of-matches-within-limits'));
  yield [own];
  for await (const page of found.pages)
    yield page.map((card) => ({
      href: below(href, card.name),
      subject: { place: 'directory-card', view, book, card, isReported: false } as const,
    }));
}

/** One card. @throws DavError 404, UserSourceUnavailable */
export const cardOfRequest = async (
  href: string,
  resource: CardResource,
  view: View,
): Promise<readonly Listed[]> => {
  const card = await cardAt(resource);
  if (card === undefined) throw notFound();
  const { book } = resource.directory;
  return [{ href, subject: { place: 'directory-card', view, book, card, isReported: false } }];
};
