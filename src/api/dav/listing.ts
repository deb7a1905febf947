import type { HomeEntry } from '../../domain/home/home.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { collectionStream } from '../../domain/kernel/streams.ts';
import type { HomeRow } from '../../projections/home/rows.ts';
import { knowing, ownersAmong } from './listing-people.ts';
import { notShown } from './viewer.ts';
import { treeOf, type CollectionResource, type Resource } from './resource.ts';
import type { CollectionRow, Snapshot, TagRow } from '../../projections/collection/rows.ts';
import type { Book } from '../books/book.ts';
import { notFound } from './errors.ts';
import { isBarred } from './barred.ts';
import { exportAt, exportsBeside } from './forms/listing.ts';
import { inboxSubject } from './scheduling/boxes.ts';
import { cardOfRequest, cardsIn } from './directory/listing.ts';
import { accountSubject, proxySubject } from './delegation/subject.ts';
import { knownSubject } from './directory/principal.ts';
import { notificationsIn } from './invitations/listing.ts';
import { itemsOf, itemSubject } from './files/listing.ts';
import { below, collectionBelow, FILES, homeSegments, hrefs } from './href.ts';
import { DAV_ROOT } from './path.ts';
import { octetsOf } from './objects/octets.ts';
import { zonesWanted } from './objects/zones.ts';
import { prefers } from './preferences.ts';
import { asksForTagsAlone, type PropertyRequest } from './properties/respond.ts';
import {
  type CollectionSubject,
  collectionSubject,
  objectPlaceOf,
  objectSubject,
} from './properties/subject.ts';
import type { DavRequest, Subject, View } from './tables.ts';

/** A resource to be listed: its href and what its properties are read from. */
export interface Listed {
  readonly href: string;
  readonly subject: Subject;
}

export const viewFor = ({
  principal,
  resource,
  books,
  services,
  tables,
  headers,
  preferences,
  locks,
}: DavRequest): View => ({
  viewer: principal,
  whose: treeOf(resource, principal),
  ...ownersOf(resource),
  limits: services.limits,
  dialect: services.dialect,
  books,
  tables,
  ...(preferences === undefined ? {} : { preferences }),
  ...(locks === undefined ? {} : { locks }),
  minimal: prefers(headers, 'return=minimal'),
  zones: zonesWanted(headers),
});

/** The owner of a collection that is not of the tree it is in. */
const ownersOf = (resource: Resource): Pick<View, 'owners'> => {
  const at =
    resource.kind === 'collection'
      ? resource
      : 'collection' in resource
        ? resource.collection
        : undefined;
  return at === undefined || at.owner === at.principal
    ? {}
    : { owners: new Map([[at.owner.account, at.owner]]) };
};

/**
 * The requested resource and, with `members`, its children, in pages; the resource itself comes first.
 * Reads rows once for each kind, however many there are, with no more of objects than `asked` looks at.
 *
 * @throws DavError 404 when a row says that the resource is gone: before the first page, never later.
 */
export async function* listing(
  request: DavRequest,
  members: boolean,
  asked: PropertyRequest = ALL,
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
            subject: await accountSubject(request, view),
          },
        ];
      return;
    case 'known-principal':
      yield [{ href, subject: await knownSubject(request, resource.known, view) }];
      return;
    case 'principal':
      yield [{ href, subject: await accountSubject(request, view) }];
      if (members) yield await homesOf(request, view);
      return;
    case 'calendar-proxy':
      yield [{ href, subject: await proxySubject(request, resource, view) }];
      return;
    case 'home':
      yield [{ href, subject: { place: `${resource.of}-home`, view } }];
      if (members) yield await collectionsOf(request, resource, view);
      return;
    case 'collection':
      if (members) yield* withMembers(request, resource, view, asked);
      else yield [{ href, subject: await liveCollection(request, resource) }];
      return;
    case 'directory':
      yield* cardsIn(path.raw, resource, view, members);
      return;
    case 'directory-card':
      yield await cardOfRequest(path.raw, resource, view);
      return;
    case 'notifications':
    case 'notification':
      yield* await notificationsIn(request, view, members);
      return;
    case 'free-busy':
    case 'schedule-outbox':
      yield [{ href, subject: { place: resource.kind, view } }];
      return;
    case 'schedule-inbox':
      yield [{ href, subject: await inboxSubject(request, view) }];
      return;
    case 'export':
      await liveCollection(request, resource.collection);
      yield [exportAt(href, resource.collection.entry, resource.forms[0], view)];
      return;
    case 'object':
      yield* await objectOf(request, resource, view, members);
      return;
    case 'folder':
      yield [{ href, subject: itemSubject(view, resource.at, resource) }];
      if (members) yield* itemsOf(href, resource, view);
      return;
    case 'file':
      yield [{ href, subject: itemSubject(view, resource.at, resource) }];
      return;
    default:
      throw notFound();
  }
}

const ALL: PropertyRequest = { kind: 'allprop', include: [] };

/** Where SOGo has the component of the whole series, below an object. */
export const MASTER = '/master';

const homes = [
  ['calendar', 'calendar-home'],
  ['addressbook', 'addressbook-home'],
] as const;

/** What is below a principal: of somebody else, the homes in which there is something to see. */
const homesOf = async (request: DavRequest, view: View): Promise<readonly Listed[]> => {
  const { principal, services } = request;
  const isOwn = view.whose.account === principal.account;
  const entries = isOwn ? [] : ownEntries(await services.home(view.whose.account));
  const rows = await services.collections.collections(entries.map(streamOf));
  const shown = homes.filter(
    ([kind]) =>
      !isBarred(principal, kind) &&
      (isOwn || entries.some((entry) => entry.kind === kind && isLive(rows.get(streamOf(entry))))),
  );
  const listed: Listed[] = shown.map(([kind, place]) => ({
    href: collectionBelow(baseOf(request), homeSegments[kind]),
    subject: { place, view },
  }));
  return isOwn ? [...listed, await filesOf(request, view)] : listed;
};

const streamOf = ({ kind, collection }: HomeEntry) => collectionStream(kind, collection);

/** Those that are not somebody else's. */
export const ownEntries = ({ entries }: HomeRow): readonly HomeEntry[] =>
  entries.filter(({ owner }) => owner === undefined);

const filesOf = async (request: DavRequest, view: View): Promise<Listed> => {
  const { root: folder, total } = await request.services.filesOf(request.principal.account);
  const subject = { place: 'folder', view, name: FILES, at: [], folder, total } as const;
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
  return collectionSubject(await knowing(request, viewFor(request), [row]), entry, row);
};

/** A home is listed while a directory is away that nobody has seen own books in. */
const orNone = (error: unknown): readonly Book[] => {
  if (error instanceof UserSourceUnavailable) return [];
  throw error;
};

const collectionsOf = async (
  request: DavRequest,
  { of, principal }: Extract<Resource, { kind: 'home' }>,
  view: View,
): Promise<readonly Listed[]> => {
  const { services, path } = request;
  const home = await services.home(principal.account);
  const isOwn = principal.account === view.viewer.account;
  const held = (isOwn ? home.entries : ownEntries(home)).filter(({ kind }) => kind === of);
  const owners = await ownersAmong(services, held, view.viewer);
  const rows = await services.collections.collections(held.map(streamOf));
  const seen = await knowing(request, { ...view, owners }, [...rows.values()]);
  // SOGo lists them in the homes of others.
  const listsFiles = services.dialect === 'sogo' && !isOwn;
  const own = held.flatMap((entry): readonly Listed[] => {
    const row = rows.get(streamOf(entry));
    if (!isLive(row)) return [];
    const href = collectionBelow(path.raw, entry.segment);
    if (entry.owner !== undefined && !owners.has(entry.owner)) return [];
    const collection = { href, subject: collectionSubject(seen, entry, row) };
    return listsFiles ? [collection, ...exportsBeside(request, entry, view)] : [collection];
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
  request: DavRequest,
  { stream, entry }: CollectionResource,
  view: View,
  asked: PropertyRequest,
): AsyncGenerator<readonly Listed[]> {
  const { services, path, tables } = request;
  const { collections } = services;
  const snapshot: Snapshot<TagRow> | undefined = asksForTagsAlone(
    tables,
    objectPlaceOf(entry.kind),
    asked,
  )
    ? await collections.tags(stream)
    : await collections.all(stream);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  const knowingView = await knowing(request, view, [snapshot.collection]);
  const collection = collectionSubject(knowingView, entry, snapshot.collection);
  yield [{ href: path.raw, subject: collection }];
  for await (const page of snapshot.members)
    yield page.map((member) => ({
      href: below(path.raw, member.name),
      subject: objectSubject(collection, member),
    }));
}

const objectOf = async (
  request: DavRequest,
  { collection: { stream, entry }, name }: Extract<Resource, { kind: 'object' }>,
  view: View,
  members: boolean,
): Promise<readonly (readonly Listed[])[]> => {
  const { services, path } = request;
  const snapshot = await services.collections.named(stream, [name]);
  if (snapshot === undefined || !isLive(snapshot.collection)) throw notFound();
  const collection = collectionSubject(view, entry, snapshot.collection);
  const { collection: row } = snapshot;
  const isLikeSOGo = services.dialect === 'sogo';
  const listed: Listed[] = [];
  for await (const page of snapshot.members)
    for (const member of page) {
      // SOGo answers PROPFIND with an object's data too.
      const octets = isLikeSOGo ? await octetsOf(services.blobs, member.content) : undefined;
      const held = octets === undefined ? undefined : { octets };
      listed.push({ href: path.raw, subject: objectSubject(collection, member, held) });
    }
  if (listed.length === 0) throw notShown(request, row);
  const isEvent = isLikeSOGo && members && row.kind === 'calendar' && !path.raw.endsWith(MASTER);
  return isEvent
    ? [listed, listed.map((one) => ({ ...one, href: `${one.href}${MASTER}` }))]
    : [listed];
};
