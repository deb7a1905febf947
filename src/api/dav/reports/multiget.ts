import { canonicalLogin } from '../../../domain/account/login.ts';
import type { Content } from '../../../domain/kernel/content.ts';
import type { ResourceName } from '../../../domain/kernel/ids.ts';
import type { Filled, Snapshot } from '../../../projections/collection/rows.ts';
import { type Answer, multistatus } from '../answer.ts';
import { badRequest, notFound, refuse } from '../errors.ts';
import { isLive, viewFor } from '../listing.ts';
import { turningOf, withBooks } from '../objects/books.ts';
import { withContents } from '../objects/contents.ts';
import { originForm, readHref } from '../path.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { type PropertyRequest, statusResponse } from '../properties/respond.ts';
import { type CollectionSubject, collectionSubject } from '../properties/subject.ts';
import { type CollectionResource, treeOf } from '../resource.ts';
import { SHARE } from '../shares.ts';
import type { DavRequest, Report } from '../tables.ts';
import { childrenOf, textOf, type XmlElement } from '../xml/element.ts';
import { caldav, carddav, dav } from '../xml/names.ts';
import type { Markup } from '../xml/write.ts';
import { filledResponse, memberResponse, needsOctets } from './member-response.ts';

/** Names asked of the read model at a time, fewer where their objects are large. */
const PAGE = 500;

/**
 * Objects by their hrefs: each href answered once, in order, echoed as it was written; 404 for
 * whatever is no member of this collection. The Depth header says nothing here (RFC 4791 §7.9).
 */
const handle = async (request: DavRequest, body: XmlElement): Promise<Answer> => {
  const { resource, services } = request;
  if (resource.kind !== 'collection') throw notFound();
  const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
  const wanted = hrefsOf(body);
  if (wanted.length > services.limits.hrefs)
    throw refuse(403, dav('number-of-matches-within-limits'), {
      reason: `At most ${services.limits.hrefs} hrefs.`,
    });
  const named = wanted.map((href) => ({
    // SOGo's clients look for paths, whatever they asked with.
    href: services.dialect === 'sogo' ? originForm(href) : href,
    name: nameOf(href, request, resource),
  }));
  // The first page is asked for before the status line goes out.
  const first = await lookUp(request, resource, named.slice(0, PAGE));
  return multistatus(responses(request, resource, asked, named, first));
};

interface Wanted {
  readonly href: string;
  /** `undefined`: the href is of another collection, or of nothing. */
  readonly name: ResourceName | undefined;
}

async function* responses(
  request: DavRequest,
  resource: CollectionResource,
  asked: PropertyRequest,
  wanted: readonly Wanted[],
  first: Snapshot<Filled>,
): AsyncGenerator<Markup> {
  let snapshot: Snapshot<Filled> | undefined = first;
  let atATime = PAGE;
  for (let at = 0; at < wanted.length; ) {
    const page = wanted.slice(at, at + atATime);
    const { collection, members } = snapshot ?? (await lookUp(request, resource, page));
    snapshot = undefined;
    const taken = await takenFrom(members);
    if ('eachHas' in taken) {
      // At most half as many, so that this comes to an end: one object alone always fits.
      atATime = Math.max(Math.floor(Math.min(SHARE / taken.eachHas, page.length / 2)), 1);
      continue;
    }
    at += page.length;
    const of = collectionSubject(viewFor(request), resource.entry, collection);
    yield* responsesTo(request, of, asked, page, taken.found);
  }
}

type Taken =
  | { readonly found: ReadonlyMap<ResourceName, Filled> }
  /** There are more octets than fit: so many in each object, on average. */
  | { readonly eachHas: number };

/** Rows come by name and go back in the order of the hrefs: they are held together, as far as they fit. */
const takenFrom = async (members: Snapshot<Filled>['members']): Promise<Taken> => {
  const found = new Map<ResourceName, Filled>();
  let octets = 0;
  for await (const rows of members) {
    if (octets >= SHARE) return { eachHas: octets / found.size };
    for (const row of rows) {
      found.set(row.name, row);
      if (row.content.kind === 'inline') octets += row.size;
    }
  }
  return { found };
};

const NONE: Content = { kind: 'inline', octets: new Uint8Array() };

async function* responsesTo(
  { services }: DavRequest,
  of: CollectionSubject,
  asked: PropertyRequest,
  page: readonly Wanted[],
  found: ReadonlyMap<ResourceName, Filled>,
): AsyncGenerator<Markup> {
  const items = page.map(({ href, name }) => {
    const member = name === undefined ? undefined : found.get(name);
    return { href, member, content: member?.content ?? NONE };
  });
  if (!needsOctets(asked))
    for (const { href, member } of items)
      yield member === undefined
        ? statusResponse(href, 404)
        : memberResponse(href, of, member, asked);
  else {
    const read = withContents(services.blobs, [items]);
    for await (const piece of withBooks(services, of.row.stream, turningOf(asked), read))
      for (const [{ href, member }, held] of piece)
        yield member === undefined
          ? statusResponse(href, 404)
          : filledResponse(href, of, [member, held], asked);
  }
}

const lookUp = async (
  { services }: DavRequest,
  { stream }: CollectionResource,
  page: readonly Wanted[],
): Promise<Snapshot<Filled>> => {
  const names = [...new Set(page.flatMap(({ name }) => (name === undefined ? [] : [name])))];
  const snapshot = await services.collections.named(stream, names);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  return snapshot;
};

export const hrefsOf = (body: XmlElement): readonly string[] => {
  const hrefs = childrenOf(body, dav('href')).map((href) => textOf(href).trim());
  if (hrefs.includes('')) throw badRequest('An href is empty.');
  return [...new Set(hrefs)];
};

/** Compared decoded, so that `%40` and `@` are the same; the login without regard to case. */
const nameOf = (
  href: string,
  request: DavRequest,
  { entry }: CollectionResource,
): ResourceName | undefined => memberName(href, request, entry.segment) as ResourceName | undefined;

/** The name of a member of a requested collection, whose segment is given. */
export const memberName = (
  href: string,
  { principal, path, resource }: DavRequest,
  segment: string,
): string | undefined => {
  const segments = readHref(href);
  if (segments === undefined || segments.length !== path.segments.length + 1) return undefined;
  const [root, tree, user = '', home, collection, name] = segments;
  const same =
    root === path.segments[0] &&
    tree === path.segments[1] &&
    canonicalLogin(user) === treeOf(resource, principal).login &&
    home === path.segments[3] &&
    collection === segment;
  return same ? name : undefined;
};

export const calendarMultiget: Report = {
  name: caldav('calendar-multiget'),
  source: 'RFC 4791 §7.9',
  on: ['calendar'],
  handle,
};

export const addressbookMultiget: Report = {
  name: carddav('addressbook-multiget'),
  source: 'RFC 6352 §8.7',
  on: ['addressbook'],
  handle,
};
