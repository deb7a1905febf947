import { canonicalLogin } from '../../domain/account/login.ts';
import type { ResourceName, Segment } from '../../domain/kernel/ids.ts';
import { type CollectionKind, collectionStream } from '../../domain/kernel/streams.ts';
import type { Book } from '../books/book.ts';
import { knownAt } from '../books/principals.ts';
import type { Principal, Services } from '../services.ts';
import { isBarred } from './barred.ts';
import { filesResource } from './files/resource.ts';
import { exportForms } from './forms/exports.ts';
import { FILES, FREE_BUSY, homeSegments } from './href.ts';
import type { Path } from './path.ts';
import { principalAliases } from './workarounds.ts';
import type { CollectionResource, DirectoryResource, Resource } from './resource.ts';

/**
 * What a path means to the principal. Asks for the home only within the principal's own tree, and then
 * once: whether a collection's stream lives is seen by whoever reads its rows.
 * Another user's paths answer before anything is looked up, like those of users who never were; but for
 * principals that the principal's directories know.
 */
export const resolve = async (
  { home, filesOf, directories }: Pick<Services, 'home' | 'filesOf' | 'directories'>,
  principal: Principal,
  path: Path,
): Promise<Resource> => {
  const within = belowRoot(path.segments);
  if (within === undefined) return elsewhere;
  const [user, part, segment, name, ...deeper] = within;
  if (user === undefined) return { kind: 'root' };
  if (canonicalLogin(user) !== principal.login)
    return part === undefined ? knownPrincipal(directories, principal, user) : elsewhere;
  if (part === undefined) return { kind: 'principal', principal };
  if (part === FILES)
    return filesResource(principal, await filesOf(principal.account), within.slice(2));
  if (part === FREE_BUSY && segment === undefined)
    return isBarred(principal, 'calendar') ? elsewhere : { kind: 'free-busy', principal };
  const of = kindOf(part);
  if (of === undefined || isBarred(principal, of)) return elsewhere;
  if (segment === undefined) return { kind: 'home', principal, of };
  const { entries } = await home(principal.account);
  const collectionAt = (wanted: string): CollectionResource | undefined => {
    const entry = entries.find((held) => held.kind === of && held.segment === wanted);
    if (entry === undefined) return undefined;
    const stream = collectionStream(of, entry.collection);
    return { kind: 'collection', principal, entry, stream };
  };
  const collection = collectionAt(segment);
  if (collection === undefined) {
    const directory =
      of === 'addressbook' ? await bookAt(directories, principal, segment) : undefined;
    if (directory !== undefined && name === undefined) return directory;
    if (directory !== undefined && name !== undefined && deeper.length === 0)
      return { kind: 'directory-card', principal, directory, name };
    if (name !== undefined) return orphan;
    const dot = segment.lastIndexOf('.');
    const forms = dot === -1 ? undefined : exportForms[of][segment.slice(dot)];
    const whole = forms === undefined ? undefined : collectionAt(segment.slice(0, dot));
    return whole === undefined || forms === undefined
      ? { kind: 'vacant', principal, of, segment: segment as Segment }
      : { kind: 'export', principal, collection: whole, name: segment, forms };
  }
  if (name === undefined) return collection;
  return deeper.length === 0
    ? { kind: 'object', principal, collection, name: name as ResourceName }
    : orphan;
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

const belowRoot = (segments: readonly string[]): readonly string[] | undefined => {
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
