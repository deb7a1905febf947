import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { collectionStream } from '../../domain/kernel/streams.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import type { Book } from '../books/book.ts';
import { notFound } from './errors.ts';
import { isBarred } from './barred.ts';
import { cardOfRequest, cardsIn } from './directory/listing.ts';
import { knownSubject, ownSubject } from './directory/principal.ts';
import { itemsOf, itemSubject, nameAt } from './files/listing.ts';
import { below, collectionBelow, FILES, homeSegments, hrefs } from './href.ts';
import { DAV_ROOT } from './path.ts';
import { zonesWanted } from './objects/zones.ts';
import { prefers } from './preferences.ts';
import { type CollectionSubject, collectionSubject, objectSubject } from './properties/subject.ts';
import type { DavRequest, Subject, View } from './tables.ts';
import type { CollectionResource, Resource } from './resource.ts';

/** A resource to be listed: its href and what its properties are read from. */
export interface Listed {
  readonly href: string;
  readonly subject: Subject;
}

export const viewFor = ({
  principal,
  books,
  services,
  tables,
  headers,
  preferences,
}: DavRequest): View => ({
  viewer: principal,
  limits: services.limits,
  dialect: services.dialect,
  books,
  tables,
  ...(preferences === undefined ? {} : { preferences }),
  minimal: prefers(headers, 'return=minimal'),
  zones: zonesWanted(headers),
});

/**
 * The requested resource and, with `members`, its children, in pages; the resource itself comes first.
 * Reads rows once for each kind, however many there are.
 *
 * @throws DavError 404 when a row says that the resource is gone: before the first page, never later.
 */
export async function* listing(
  request: DavRequest,
  members: boolean,
): AsyncGenerator<readonly Listed[]> {
  const { resource, path, principal } = request;
  const view = viewFor(request);
  const href = path.raw;
  switch (resource.kind) {
    case 'root':
      yield [{ href, subject: { place: 'root', view } }];
      if (members)
        yield [
          {
            href: collectionBelow(baseOf(request), principal.login),
            subject: await ownSubject(request, view),
          },
        ];
      return;
    case 'known-principal':
      yield [
        { href, subject: await knownSubject(resource.known, view, request.tellsOfGroups ?? false) },
      ];
      return;
    case 'principal':
      yield [{ href, subject: await ownSubject(request, view) }];
      if (members)
        yield [
          ...homes
            .filter(([kind]) => !isBarred(principal, kind))
            .map(([kind, place]) => ({
              href: collectionBelow(baseOf(request), homeSegments[kind]),
              subject: { place, view },
            })),
          await filesOf(request, view),
        ];
      return;
    case 'home':
      yield [{ href, subject: { place: `${resource.of}-home`, view } }];
      if (members) yield await collectionsOf(request, resource, view);
      return;
    case 'collection':
      if (members) yield* withMembers(request, resource, view);
      else yield [{ href, subject: await liveCollection(request, resource) }];
      return;
    case 'directory':
      yield* cardsIn(path.raw, resource, view, members);
      return;
    case 'directory-card':
      yield await cardOfRequest(path.raw, resource, view);
      return;
    case 'free-busy':
      yield [{ href, subject: { place: 'free-busy', view } }];
      return;
    case 'object':
      yield await objectOf(request, resource, view);
      return;
    case 'folder':
      yield [{ href, subject: itemSubject(view, nameAt(resource.at), resource) }];
      if (members) yield* itemsOf(href, resource, view);
      return;
    case 'file':
      yield [{ href, subject: itemSubject(view, nameAt(resource.at), resource) }];
      return;
    default:
      throw notFound();
  }
}

const homes = [
  ['calendar', 'calendar-home'],
  ['addressbook', 'addressbook-home'],
] as const;

const filesOf = async (request: DavRequest, view: View): Promise<Listed> => {
  const { root: folder, total } = await request.services.filesOf(request.principal.account);
  const subject = { place: 'folder', view, name: FILES, folder, total } as const;
  return { href: collectionBelow(baseOf(request), FILES), subject };
};

/** What children's hrefs begin with: the request's own spelling, but not that of an alias. */
const baseOf = ({ path, resource }: DavRequest): string => {
  if (path.raw.startsWith(DAV_ROOT)) return path.raw;
  return resource.kind === 'principal' ? hrefs.principal(resource.principal.login) : hrefs.root;
};

/** Whether a collection is there: an entry whose stream was deleted, or never came to be, counts as absent. */
export const isLive = (row: CollectionRow | undefined): row is CollectionRow =>
  row?.status === 'live';

/** A collection with its own row. @throws DavError 404 when it is gone. */
export const liveCollection = async (
  request: DavRequest,
  { stream, entry }: CollectionResource,
): Promise<CollectionSubject> => {
  const row = (await request.services.collections.collections([stream])).get(stream);
  if (!isLive(row)) throw notFound();
  return collectionSubject(viewFor(request), entry, row);
};

/** A home is listed while a directory is away that nobody has seen own books in. */
const orNone = (error: unknown): readonly Book[] => {
  if (error instanceof UserSourceUnavailable) return [];
  throw error;
};

const collectionsOf = async (
  { services, path }: DavRequest,
  { of, principal }: Extract<Resource, { kind: 'home' }>,
  view: View,
): Promise<readonly Listed[]> => {
  const { entries } = await services.home(principal.account);
  const held = entries.filter(({ kind }) => kind === of);
  const streamOf = (entry: (typeof held)[number]) => collectionStream(of, entry.collection);
  const rows = await services.collections.collections(held.map(streamOf));
  const own = held.flatMap((entry) => {
    const row = rows.get(streamOf(entry));
    if (!isLive(row)) return [];
    const href = collectionBelow(path.raw, entry.segment);
    return [{ href, subject: collectionSubject(view, entry, row) }];
  });
  const taken = new Set<string>(held.map(({ segment }) => segment));
  const books =
    of === 'addressbook'
      ? [...view.books, ...(await services.directories.ownBooks(principal).catch(orNone))]
      : [];
  return [
    ...own,
    ...books
      .filter(({ segment }) => !taken.has(segment))
      .map((book) => ({
        href: collectionBelow(path.raw, book.segment),
        subject: { place: 'directory', view, book } as const,
      })),
  ];
};

async function* withMembers(
  { services, path }: DavRequest,
  { stream, entry }: CollectionResource,
  view: View,
): AsyncGenerator<readonly Listed[]> {
  const snapshot = await services.collections.all(stream);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  const collection = collectionSubject(view, entry, snapshot.collection);
  yield [{ href: path.raw, subject: collection }];
  for await (const page of snapshot.members)
    yield page.map((member) => ({
      href: below(path.raw, member.name),
      subject: objectSubject(collection, member),
    }));
}

const objectOf = async (
  { services, path }: DavRequest,
  { collection: { stream, entry }, name }: Extract<Resource, { kind: 'object' }>,
  view: View,
): Promise<readonly Listed[]> => {
  const snapshot = await services.collections.named(stream, [name]);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  const collection = collectionSubject(view, entry, snapshot.collection);
  const listed: Listed[] = [];
  for await (const page of snapshot.members)
    for (const member of page)
      listed.push({ href: path.raw, subject: objectSubject(collection, member) });
  if (listed.length === 0) throw notFound();
  return listed;
};
