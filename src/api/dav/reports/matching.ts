import type { Filled } from '../../../projections/collection/rows.ts';
import { below } from '../href.ts';
import { turningOf, withBooks } from '../objects/books.ts';
import { withContents } from '../objects/contents.ts';
import { objectText } from '../objects/data.ts';
import { type PropertyRequest, propertyResponse } from '../properties/respond.ts';
import { type CollectionSubject, objectSubject } from '../properties/subject.ts';
import type { DavRequest } from '../tables.ts';
import { followedBy, type Markup, nothing } from '../xml/write.ts';
import { inPieces } from './in-pieces.ts';
import { truncatedResponse } from './limit.ts';

/** What a query asks of each object, of those that meet it, and of how many. */
interface Query<Member> {
  matches(text: string): boolean;
  /** Whether a member meets it for sure, so that nobody need read it. */
  meets?(member: Member): boolean;
  /** Whether judging the objects before has cost all that one request may; absent: it never does. */
  tired?(): boolean;
  readonly asked: PropertyRequest;
  readonly limit: number;
}

/** How long this goes on before whoever writes it may let others go on. */
const WORK_MS = 5;

/** A response for each object that matches, a few at a time; the last says when there are more. */
export async function* matchingResponses<Member extends Filled>(
  { path, services }: DavRequest,
  of: CollectionSubject,
  pages: AsyncIterable<readonly Member[]>,
  { matches, meets, tired, asked, limit }: Query<Member>,
): AsyncGenerator<Markup> {
  let left = limit;
  const read = withContents(services.blobs, pages);
  const turned = withBooks(services, of.row.stream, turningOf(asked), read);
  for await (const piece of inPieces(turned)) {
    let told = nothing;
    let began = performance.now();
    for (const [member, held] of piece) {
      if (performance.now() - began > WORK_MS) {
        yield told;
        told = nothing;
        began = performance.now();
      }
      const fits = meets?.(member) === true || matches(objectText(held));
      if (tired?.() === true || (fits && left === 0)) {
        yield followedBy(told, truncatedResponse(path.raw));
        return;
      }
      if (!fits) continue;
      left -= 1;
      const href = below(path.raw, member.name);
      told = followedBy(told, propertyResponse(href, objectSubject(of, member, held), asked));
    }
    yield told;
  }
}
