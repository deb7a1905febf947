import type { Book } from '../../../domain/vcard/lists/book.ts';
import type { BlobStore } from '../../../domain/kernel/ports.ts';
import type { MemberContent } from '../../../projections/collection/rows.ts';
import { inShares } from '../shares.ts';
import { ContentMissing } from './octets.ts';

/** The octets of an object that was read, and their text where it is at hand. */
export interface Held {
  readonly octets: Uint8Array;
  readonly text?: string;
  /** Where members of lists are looked up, when it is to be converted. */
  readonly book?: Book;
}

/** A member and its content. */
export type Read<Member> = readonly [member: Member, held: Held];

/**
 * Pages of members with their contents, in their order. The blobs among them are fetched many in one round
 * trip, as many as one answer may hold.
 * @throws ContentMissing
 */
export async function* withContents<Member extends MemberContent>(
  blobs: BlobStore,
  pages: AsyncIterable<readonly Member[]> | Iterable<readonly Member[]>,
): AsyncGenerator<readonly Read<Member>[]> {
  for await (const page of pages)
    for (const share of inShares(page, ({ content }) =>
      content.kind === 'blob' ? content.size : 0,
    ))
      yield await read(blobs, share);
}

const read = async <Member extends MemberContent>(
  blobs: BlobStore,
  members: readonly Member[],
): Promise<readonly Read<Member>[]> => {
  const refs = members.flatMap(({ content }) => (content.kind === 'blob' ? [content.ref] : []));
  const found = refs.length === 0 ? undefined : await blobs.getAll(refs);
  return members.map((member) => {
    const { content } = member;
    if (content.kind === 'inline') return [member, content];
    const octets = found?.get(content.ref);
    if (octets === undefined) throw new ContentMissing(content);
    return [member, { octets }];
  });
};
