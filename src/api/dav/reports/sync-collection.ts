import { INLINE_LIMIT } from '../../../domain/kernel/content.ts';
import type { Revision } from '../../../domain/kernel/event-store.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import type {
  Change,
  Filled,
  MemberRow,
  Snapshot,
  TagRow,
} from '../../../projections/collection/rows.ts';
import { type Answer, multistatus } from '../answer.ts';
import { notFound, refuse } from '../errors.ts';
import { below } from '../href.ts';
import { isLive, viewFor } from '../listing.ts';
import { turningOf, withBooks } from '../objects/books.ts';
import { withContents } from '../objects/contents.ts';
import { asksForTagsAlone, type PropertyRequest, statusResponse } from '../properties/respond.ts';
import { type CollectionSubject, collectionSubject, objectPlaceOf } from '../properties/subject.ts';
import type { CollectionResource } from '../resource.ts';
import { claimedRevision, readSyncToken, syncToken } from '../sync-token.ts';
import { inShares } from '../shares.ts';
import type { DavRequest, Report } from '../tables.ts';
import type { XmlElement } from '../xml/element.ts';
import { dav } from '../xml/names.ts';
import { inPieces, type Markup, textElement } from '../xml/write.ts';
import { truncatedResponse } from './limit.ts';
import { filledResponse, memberResponse, needsOctets } from './member-response.ts';
import { type SyncRequest, syncRequestOf } from './sync-request.ts';

/**
 * What changed in a collection since a token (RFC 6578 §3). Members come in the order of their last
 * change, so a truncated answer's token is simply the revision of its last member. Tokens are exact:
 * members and token are of one snapshot, and a token from the future or of another collection, or
 * under other rights, is refused.
 */
const handle = async (request: DavRequest, body: XmlElement): Promise<Answer> => {
  const { resource } = request;
  if (resource.kind !== 'collection') throw notFound();
  const asked = syncRequestOf(body, request.headers, request.services.dialect);
  const { collection, members } =
    asked.token === undefined
      ? await everything(request, resource, asked)
      : await changesSince(request, resource, asked, asked.token);
  const of = collectionSubject(viewFor(request), resource.entry, collection);
  return multistatus(responses(request, of, members, asked));
};

type Found = Change | TagRow | Filled;

/** A first answer tells of live members only (RFC 6578 §3.4). */
const everything = async (
  { services: { collections }, tables }: DavRequest,
  { stream, entry }: CollectionResource,
  { asked }: SyncRequest,
): Promise<Snapshot<Found>> => {
  if (needsOctets(asked)) return live(await collections.allFilled(stream));
  return asksForTagsAlone(tables, objectPlaceOf(entry.kind), asked)
    ? live<Found>(await collections.tags(stream))
    : live<Found>(await collections.all(stream));
};

const changesSince = async (
  { services: { collections, dialect }, principal }: DavRequest,
  { stream }: CollectionResource,
  { limit = MOST }: SyncRequest,
  token: string,
): Promise<Snapshot<Found>> => {
  // Rows and the revision that the token is judged by come in one round trip.
  const since = claimedRevision(token, dialect);
  if (since === undefined) throw invalidToken();
  // One more than is told says whether there is more.
  const snapshot = live(await collections.changes(stream, since, limit + 1));
  if (readSyncToken(token, principal, snapshot.collection, dialect).kind !== 'ok') {
    await snapshot.members[Symbol.asyncIterator]().return?.();
    throw invalidToken();
  }
  return snapshot;
};

/** More than any collection has members. */
const MOST = 2 ** 31 - 2;

const live = <Member>(snapshot: Snapshot<Member> | undefined): Snapshot<Member> => {
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  return snapshot;
};

const invalidToken = () => refuse(403, dav('valid-sync-token'));

async function* responses(
  request: DavRequest,
  of: CollectionSubject,
  pages: AsyncIterable<readonly Found[]>,
  { asked, limit = MOST }: SyncRequest,
): AsyncGenerator<Markup> {
  const { path, principal, services } = request;
  let left = limit;
  let last: Revision | undefined;
  let truncated = false;
  for await (const page of pages) {
    const told = page.slice(0, left);
    if (needsOctets(asked)) yield* withOctets(request, of, told, asked);
    else yield* inPieces(told, (change) => withoutOctets(request, of, change, asked));
    left -= told.length;
    last = told.at(-1)?.revision ?? last;
    truncated = told.length < page.length;
    if (truncated) break;
  }
  // RFC 6578 §3.6.
  if (truncated) yield truncatedResponse(path.raw);
  const at = truncated ? last : undefined;
  yield textElement(dav('sync-token'), syncToken(principal, of.row, services.dialect, at));
}

const withoutOctets = (
  { path }: DavRequest,
  of: CollectionSubject,
  change: Found,
  asked: PropertyRequest,
): Markup => {
  const href = below(path.raw, change.name);
  return 'gone' in change ? statusResponse(href, 404) : memberResponse(href, of, change, asked);
};

/**
 * Rows that came without content are asked for again, as many in one round trip as one answer may hold.
 * Deletions come first: what was moved is never there twice.
 */
async function* withOctets(
  request: DavRequest,
  of: CollectionSubject,
  page: readonly Found[],
  asked: PropertyRequest,
): AsyncGenerator<Markup> {
  const { path, services } = request;
  for (const { name } of page.filter((found) => 'gone' in found))
    yield statusResponse(below(path.raw, name), 404);
  for (const share of inShares(page.filter(isLiveMember), octetsAskedFor)) {
    const filled = await fill(request, of, share);
    // Not found: deleted since, and the next answer tells of it.
    const members = share.flatMap((member) => filled.get(member.name) ?? []);
    const read = withContents(services.blobs, [members]);
    for await (const piece of withBooks(services, of.row.stream, turningOf(asked), read))
      for (const read of piece)
        yield filledResponse(below(path.raw, read[0].name), of, read, asked);
  }
}

const isLiveMember = (found: Found): found is MemberRow | Filled => 'size' in found;

/** What asking for a member's row with its content brings into memory. */
const octetsAskedFor = (member: MemberRow | Filled): number =>
  'content' in member || member.size > INLINE_LIMIT ? 0 : member.size;

const fill = async (
  { services }: DavRequest,
  { row }: CollectionSubject,
  members: readonly (MemberRow | Filled)[],
): Promise<ReadonlyMap<ResourceName, Filled>> => {
  const isFilled = (member: MemberRow | Filled): member is Filled => 'content' in member;
  const filled = new Map(members.filter(isFilled).map((member) => [member.name, member]));
  const names = members.filter((member) => !isFilled(member));
  if (names.length === 0) return filled;
  const snapshot = await services.collections.named(
    row.stream,
    names.map(({ name }) => name),
  );
  for await (const rows of snapshot?.members ?? [])
    for (const member of rows) filled.set(member.name, member);
  return filled;
};

export const syncCollection: Report = {
  name: dav('sync-collection'),
  source: 'RFC 6578 §3',
  on: ['calendar', 'addressbook'],
  handle,
};
