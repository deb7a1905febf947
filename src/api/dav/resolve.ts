import { canonicalLogin } from '../../domain/account/login.ts';
import type { ResourceName, Segment } from '../../domain/kernel/ids.ts';
import { type CollectionKind, collectionStream } from '../../domain/kernel/streams.ts';
import { delegations } from '../../domain/rights/delegation.ts';
import type { Book } from '../books/book.ts';
import { knownAt } from '../books/principals.ts';
import type { Principal, Services } from '../services.ts';
import { isBarred } from './barred.ts';
import { filesResource } from './files/resource.ts';
import { exportForms } from './forms/exports.ts';
import {
  calendarProxies,
  FILES,
  FREE_BUSY,
  homeSegments,
  scheduling,
  NOTIFICATIONS,
} from './href.ts';
import type { Path } from './path.ts';
import { segmentsFor } from './public.ts';
import { principalAliases } from './workarounds.ts';
import type { CollectionResource, DirectoryResource, Resource, Viewer } from './resource.ts';

type Asking = Pick<
  Services,
  'home' | 'filesOf' | 'collections' | 'sharing' | 'directories' | 'dialect' | 'busyRules'
>;

/**
 * What a path means to whoever asks. Asks for the home once: whether a collection's stream lives is seen by
 * whoever reads its rows. In somebody else's tree only what may be seen of it is there, and only what is
 * somebody's own: not what they have subscribed to. Principals that directories know are there beside.
 *
 * `trusting`: a collection that whoever asks saw before is taken to be there. Only for those who read its rows
 * then, which tell.
 */
export const resolve = async (
  services: Asking,
  viewer: Viewer,
  path: Path,
  trusting = false,
): Promise<Resource> => {
  const segments = segmentsFor(viewer, path.segments);
  const within = segments && belowRoot(segments);
  if (within === undefined) return elsewhere;
  const [user] = within;
  if (user === undefined) return { kind: 'root' };
  const login = canonicalLogin(user);
  if (viewer.asker.isAnonymous === true) return inPublic(services, viewer, login, within);
  if (login === viewer.login) return inTree(services, viewer, viewer, within);
  const person = await services.sharing.personCalled(login, viewer);
  const found = person && (await inTree(services, viewer, person, within));
  if (found !== undefined && (await isShown(services, viewer, found, trusting))) return found;
  return within.length === 1 ? knownPrincipal(services.directories, viewer, user) : elsewhere;
};

/** Somebody's homes with what is below, and when they are busy. */
const inPublic = async (
  services: Asking,
  viewer: Viewer,
  login: string,
  within: readonly string[],
): Promise<Resource> => {
  // Of people, and of who acts for them, nobody is told.
  const isOpen = [...Object.values<string>(homeSegments), FREE_BUSY].includes(within[1] ?? '');
  const person = isOpen ? await services.sharing.personCalled(login) : undefined;
  const found = person && (await inTree(services, viewer, person, within));
  return found !== undefined && (await isShown(services, viewer, found)) ? found : elsewhere;
};

const inTree = async (
  { home, filesOf, sharing, directories }: Asking,
  viewer: Viewer,
  principal: Principal,
  within: readonly string[],
): Promise<Resource> => {
  const [, part, segment, name, ...deeper] = within;
  const isOwn = principal.account === viewer.account;
  if (part === undefined) return { kind: 'principal', principal };
  if (part === FILES)
    return isOwn
      ? filesResource(principal, await filesOf(principal.account), within.slice(2))
      : elsewhere;
  if (part === FREE_BUSY && segment === undefined)
    return isBarred(viewer, 'calendar') ? elsewhere : { kind: 'free-busy', principal };
  if (part === NOTIFICATIONS) {
    if (!isOwn || isBarred(viewer, 'calendar') || deeper.length > 0 || name !== undefined)
      return elsewhere;
    return segment === undefined
      ? { kind: 'notifications', principal }
      : { kind: 'notification', principal, name: segment };
  }
  const proxies = delegations.find((one) => calendarProxies[one] === part);
  if (proxies !== undefined && segment === undefined)
    return isBarred(viewer, 'calendar')
      ? elsewhere
      : { kind: 'calendar-proxy', principal, of: proxies };
  const of = kindOf(part);
  if (of === undefined || isBarred(viewer, of)) return elsewhere;
  if (segment === undefined) return { kind: 'home', principal, of };
  const { entries } = await home(principal.account);
  const collectionAt = async (wanted: string): Promise<CollectionResource | undefined> => {
    const entry = entries.find((held) => held.kind === of && held.segment === wanted);
    if (entry === undefined) return undefined;
    const owner =
      entry.owner === undefined ? principal : await sharing.personWith(entry.owner, viewer);
    if (owner === undefined || (!isOwn && owner !== principal)) return undefined;
    const stream = collectionStream(of, entry.collection);
    return { kind: 'collection', principal, owner, entry, stream };
  };
  const collection = await collectionAt(segment);
  if (collection === undefined) {
    if (of === 'calendar' && name === undefined && isOwn) {
      if (segment === scheduling.inbox) return { kind: 'schedule-inbox', principal };
      if (segment === scheduling.outbox) return { kind: 'schedule-outbox', principal };
    }
    const directory =
      of === 'addressbook' && isOwn ? await bookAt(directories, principal, segment) : undefined;
    if (directory !== undefined && name === undefined) return directory;
    if (directory !== undefined && name !== undefined && deeper.length === 0)
      return { kind: 'directory-card', principal, directory, name };
    if (name !== undefined) return orphan;
    const dot = segment.lastIndexOf('.');
    const forms = dot === -1 ? undefined : exportForms[of][segment.slice(dot)];
    const whole = forms === undefined ? undefined : await collectionAt(segment.slice(0, dot));
    return whole === undefined || forms === undefined
      ? { kind: 'vacant', principal, of, segment: segment as Segment }
      : { kind: 'export', principal, collection: whole, name: segment, forms };
  }
  if (name === undefined) return collection;
  return deeper.length === 0
    ? { kind: 'object', principal, collection, name: name as ResourceName }
    : orphan;
};

/** Whether something in somebody else's tree is there for whoever asks. */
const isShown = async (
  { home, collections, dialect, sharing, busyRules }: Asking,
  viewer: Viewer,
  resource: Resource,
  trusting = false,
): Promise<boolean> => {
  if (viewer.asker.isSuperuser) return true;
  switch (resource.kind) {
    case 'collection':
    case 'object':
    case 'export': {
      const { stream } = resource.kind === 'collection' ? resource : resource.collection;
      const { account } = viewer;
      if (trusting && sharing.shown.was(account, stream)) return true;
      const shown = (await collections.collections([stream])).has(stream);
      sharing.shown.learn(account, stream, shown);
      return shown;
    }
    case 'principal':
    case 'calendar-proxy':
    case 'free-busy':
    case 'home': {
      // SOGo's clients list the homes of others, and take an empty list for what it is.
      if (dialect === 'sogo' && resource.kind === 'home') return true;
      const isTold = viewer.asker.isAnonymous !== true && resource.kind === 'free-busy';
      if (isTold && busyRules(resource.principal).toldToAll) return true;
      const of =
        resource.kind === 'home'
          ? resource.of
          : resource.kind === 'principal'
            ? undefined
            : 'calendar';
      const { entries } = await home(resource.principal.account);
      const own = entries.filter(
        ({ owner, kind }) =>
          owner === undefined && (of === undefined || kind === of) && !isBarred(viewer, kind),
      );
      const streams = own.map(({ kind, collection }) => collectionStream(kind, collection));
      return (await collections.collections(streams)).size > 0;
    }
    default:
      return false;
  }
};

const knownPrincipal = async (
  directories: Services['directories'],
  principal: Principal,
  user: string,
): Promise<Resource> => {
  const name = user.startsWith('@') ? user : canonicalLogin(user);
  const known = await knownAt(directories, principal, name);
  return known === undefined ? elsewhere : { kind: 'known-principal', principal, known };
};

/** Own collections go before: they were there first. */
const bookAt = async (
  directories: Services['directories'],
  principal: Principal,
  segment: string,
): Promise<DirectoryResource | undefined> => {
  const isMeant = (each: Book): boolean => each.segment === segment;
  const book =
    (await directories.books(principal)).find(isMeant) ??
    (await directories.ownBooks(principal)).find(isMeant);
  return book && { kind: 'directory', principal, book };
};

const elsewhere: Resource = { kind: 'nothing', orphan: false };
const orphan: Resource = { kind: 'nothing', orphan: true };

const prefixes: readonly (readonly string[])[] = [['SOGo', 'dav'], ...principalAliases];

/** A path's segments below the root of DAV, an alias of it included; `undefined` elsewhere. */
export const belowRoot = (segments: readonly string[]): readonly string[] | undefined => {
  if (segments.length === 0) return [];
  const alias = prefixes.find((prefix) => prefix.every((part, index) => segments[index] === part));
  const within = alias === undefined ? undefined : segments.slice(alias.length);
  // Below an alias only principals stand: collections have one URL.
  return alias?.[0] === 'SOGo' || (within?.length ?? 2) < 2 ? within : undefined;
};

const kindOf = (segment: string): CollectionKind | undefined =>
  segment === homeSegments.calendar
    ? 'calendar'
    : segment === homeSegments.addressbook
      ? 'addressbook'
      : undefined;
