import { SEARCH_LIMIT } from '../../../domain/account/directory.ts';
import { canonicalLogin } from '../../../domain/account/login.ts';
import { type CollectionKind, collectionStream } from '../../../domain/kernel/streams.ts';
import type { Principal } from '../../services.ts';
import { multistatus } from '../answer.ts';
import { isBarred } from '../barred.ts';
import { badRequest, notFound } from '../errors.ts';
import { hrefElement, hrefs } from '../href.ts';
import { isLive, ownEntries } from '../listing.ts';
import type { DavRequest, Report } from '../tables.ts';
import { attributeOf, childrenOf, type XmlElement } from '../xml/element.ts';
import { dav, inverse } from '../xml/names.ts';
import { element, type Markup, textElement } from '../xml/write.ts';

/** SOGo's words for kinds of collections. */
const kinds: Readonly<Record<string, readonly CollectionKind[]>> = {
  '': ['calendar', 'addressbook'],
  calendar: ['calendar'],
  contact: ['addressbook'],
};

interface Wanted {
  readonly kinds: readonly CollectionKind[];
  /** A part of a login, name or address; absent: the one in whose tree the question is. */
  readonly owner?: string;
}

/** An element's character data with that of what is in it. */
const wholeText = (element: XmlElement): string =>
  element.nodes.map((node) => (typeof node === 'string' ? node : wholeText(node))).join('');

/** @throws DavError 400 */
const wantedIn = (body: XmlElement): Wanted => {
  const matches = new Map(
    childrenOf(body, inverse('prop-match')).map((match) => [
      (attributeOf(match, 'name') ?? '').trim().toLowerCase(),
      wholeText(match).trim(),
    ]),
  );
  const type = matches.get('resource-type') ?? '';
  const found = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (found === undefined) throw badRequest('resource-type has to be calendar or contact.');
  const owner = matches.get('owner');
  if (owner === undefined) return { kinds: found };
  const [, name = ''] = /\/SOGo\/dav\/(?:users\/)?([^/]*)/.exec(owner) ?? [];
  const text = decoded(name);
  if (text === '' || text.length > SEARCH_LIMIT)
    throw badRequest('owner has to be the href of somebody, or of a part of their name.');
  return { kinds: found, owner: text };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text).trim();
  } catch {
    return '';
  }
};

/** Whoever asks is found as others are. */
const ownersLike = async (
  { services, principal, resource }: DavRequest,
  text: string | undefined,
): Promise<readonly Principal[]> => {
  const { sharing } = services;
  if (text === undefined) return resource.kind === 'principal' ? [resource.principal] : [];
  const like = text.toLocaleLowerCase();
  const isSelf = [principal.login, principal.displayName, principal.mail].some((one) =>
    one.toLocaleLowerCase().includes(like),
  );
  const logins = new Set([
    ...(isSelf ? [principal.login] : []),
    canonicalLogin(text),
    ...(await sharing.search(text, principal)).map(({ login }) => login),
  ]);
  const people: Principal[] = [];
  for (const login of logins) {
    const person =
      login === principal.login ? principal : await sharing.personCalled(login, principal);
    if (person !== undefined) people.push(person);
  }
  return people.toSorted((a, b) => a.displayName.localeCompare(b.displayName));
};

/** What somebody owns, as far as whoever asks sees it. */
const collectionsOf = async (
  { services, principal }: DavRequest,
  owner: Principal,
  of: readonly CollectionKind[],
): Promise<readonly Markup[]> => {
  const own = ownEntries(await services.home(owner.account))
    .filter(({ kind }) => of.includes(kind) && !isBarred(principal, kind))
    .map((entry) => ({ entry, stream: collectionStream(entry.kind, entry.collection) }));
  const rows = await services.collections.collections(own.map(({ stream }) => stream));
  return own
    .filter(({ stream }) => isLive(rows.get(stream)))
    .map(({ entry }) => {
      const name = textElement(dav('displayname'), entry.properties.displayName ?? entry.segment);
      return element(
        dav('response'),
        hrefElement(hrefs.collection({ principal: owner, entry })),
        element(
          dav('propstat'),
          element(dav('prop'), name),
          textElement(dav('status'), 'HTTP/1.1 200 OK'),
        ),
        // Its older clients read these.
        textElement(dav('owner'), hrefs.principal(owner.login).replace(/\/$/, '')),
        textElement(inverse('ownerdisplayname'), owner.displayName || owner.login),
        name,
      );
    });
};

/** SOGo's way to find what others share: collections of whoever is called something like it, that may be seen. */
export const collectionQuery: Report = {
  name: inverse('collection-query'),
  source: 'SOGo',
  on: ['principal'],
  async handle(request, body) {
    if (request.resource.kind !== 'principal') throw notFound();
    const wanted = wantedIn(body);
    const owners = await ownersLike(request, wanted.owner);
    return multistatus(responses(request, owners, wanted.kinds));
  },
};

async function* responses(
  request: DavRequest,
  owners: readonly Principal[],
  of: readonly CollectionKind[],
): AsyncGenerator<Markup> {
  for (const owner of owners) yield* await collectionsOf(request, owner, of);
}
