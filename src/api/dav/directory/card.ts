import { type Card, cardId, cardOf } from '../../books/card.ts';
import type { Resource } from '../resource.ts';

export type CardResource = Extract<Resource, { readonly kind: 'directory-card' }>;

/** The card of a path; `undefined` when the directory has no such entry. @throws UserSourceUnavailable */
export const cardAt = async ({
  directory: { book },
  name,
}: Pick<CardResource, 'directory' | 'name'>): Promise<Card | undefined> => {
  const id = cardId(name);
  if (id === undefined) return undefined;
  const [entry] = await book.entries.entries([id], book.asking);
  return entry && cardOf(entry);
};
