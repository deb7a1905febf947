import { EVERYTHING } from '../../domain/account/entry-condition.ts';
import type { CardFilter } from '../../domain/vcard/filter.ts';
import { cardMatcher } from '../../domain/vcard/filter.ts';
import { entryConditionOf, isDot, isSearch } from '../../domain/vcard/entry-filter.ts';
import { type Book, LISTED } from './book.ts';
import { type Card, cardOf } from './card.ts';

/** Entries asked for at a time: with photos, a few megabytes. */
const CHUNK = 50;

/** Cards in pages, once it is known that the directory answers. */
export interface Found {
  readonly pages: AsyncIterable<readonly Card[]>;
  /** Whether there were more than may be told; known when the pages are read. */
  isCutShort(): boolean;
}

/** The cards of some ids, in their order; without those that are gone. */
export async function* cardsOf(
  book: Book,
  ids: readonly string[],
): AsyncGenerator<readonly Card[]> {
  for (let at = 0; at < ids.length; at += CHUNK) {
    const chunk = ids.slice(at, at + CHUNK);
    const entries = await book.entries.entries(chunk, book.asking);
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    yield chunk.flatMap((id) => {
      const entry = byId.get(id);
      const card = entry && cardOf(entry);
      return card === undefined ? [] : [card];
    });
  }
}

const NONE: Found = { pages: (async function* () {})(), isCutShort: () => false };

/** The cards that are listed where the others have to be searched for. */
const first = async (book: Book): Promise<Found> => {
  if (book.firstEntries < 1) return NONE;
  const asking = { ...book.asking, limit: book.firstEntries, isByName: true };
  const { ids } = await book.entries.ids(EVERYTHING, asking);
  // That there are more is what was asked for.
  return { pages: cardsOf(book, ids), isCutShort: () => false };
};

/** All cards of a book, or those that its configuration lists. @throws UserSourceUnavailable */
export const listed = async (book: Book): Promise<Found> => {
  if (book.listRequiresDot) return first(book);
  const { ids, isComplete } = await book.entries.ids(EVERYTHING, { ...book.asking, limit: LISTED });
  return { pages: cardsOf(book, ids), isCutShort: () => !isComplete };
};

/** How many ids are asked for, for so many cards: the directory may find more than fit. */
const enough = (limit: number): number => Math.min(LISTED, limit * 4 + 100);

/**
 * Cards that meet a filter, `limit` at most. The directory is asked for all that may meet it; where a
 * listing needs a search, a filter without any text finds nobody, and a dot everybody.
 * @throws UserSourceUnavailable
 */
export const searched = async (book: Book, filter: CardFilter, limit: number): Promise<Found> => {
  const isForAll = book.listRequiresDot && isDot(filter);
  if (book.listRequiresDot && !isForAll && !isSearch(filter)) return NONE;
  const condition = isForAll ? EVERYTHING : entryConditionOf(filter);
  const matches = isForAll ? () => true : cardMatcher(filter);
  const ids = (most: number) => book.entries.ids(condition, { ...book.asking, limit: most });
  const first = await ids(enough(limit));
  let isCutShort = false;
  async function* pages(): AsyncGenerator<readonly Card[]> {
    let left = limit;
    let { ids: wanted, isComplete } = first;
    for (let asked = enough(limit); ; asked = LISTED) {
      for await (const page of cardsOf(book, wanted)) {
        const fitting = page.filter(({ text }) => matches(text));
        if (fitting.length > left) {
          isCutShort = true;
          yield fitting.slice(0, left);
          return;
        }
        left -= fitting.length;
        yield fitting;
      }
      // What the directory took for fitting was not: then as many as there may be.
      if (isComplete || asked === LISTED) break;
      const known = new Set(wanted);
      const more = await ids(LISTED);
      wanted = more.ids.filter((id) => !known.has(id));
      isComplete = more.isComplete;
    }
    isCutShort = !isComplete;
  }
  return { pages: pages(), isCutShort: () => isCutShort };
};
