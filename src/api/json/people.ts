import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SEARCH_LIMIT } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type CollectionKind, collectionStream } from '../../domain/kernel/streams.ts';
import { isBarred } from '../dav/barred.ts';
import { homeSegments } from '../dav/href.ts';
import { isLive } from '../dav/listing.ts';
import type { Principal, Services } from '../services.ts';
import { viewedBy } from '../viewing.ts';
import { queried } from './folder.ts';
import { Problem } from './problem.ts';
import type { Asking } from './signed-in.ts';

type OfUser = FastifyRequest<{ Params: { user: string } }>;

/** Groups that a search tells of. */
const GROUPS = 100;

/** SOGo's words for kinds of folders. */
const typeOf = { calendar: 'calendar', addressbook: 'contact' } as const;

/** Whom there is to share with, and what others share. */
export const peopleRoutes = (app: FastifyInstance, services: Services, asking: Asking): void => {
  app.get('/SOGo/so/:user/usersSearch', async (request: OfUser) => {
    const { principal } = await asking.who(request);
    if (canonicalLogin(request.params.user) !== principal.login)
      throw new Problem(404, 'not-found', 'There is nothing of that name.');
    const wanted = queried(request, 'search', SEARCH_LIMIT);
    const people = await services.sharing.search(wanted, principal);
    const users = people.map(({ login, displayName, mail }) => ({
      ...{ uid: login, c_email: mail, cn: displayName, isGroup: 0 },
    }));
    return { users: [...users, ...(await groupsLike(services, wanted, principal))] };
  });

  // Of somebody unknown there is as little as of somebody who shares nothing.
  app.get('/SOGo/so/:user/foldersSearch', async (request: OfUser) => {
    const { principal } = await asking.who(request);
    const kinds = kindsIn(request);
    const login = canonicalLogin(request.params.user);
    const owner = await services.sharing.personCalled(login, principal);
    return {
      folders: owner === undefined ? [] : await foldersOf(services, principal, owner, kinds),
    };
  });
};

/** @throws Problem 400 */
const kindsIn = ({ query }: OfUser): readonly CollectionKind[] => {
  const all: readonly CollectionKind[] = ['calendar', 'addressbook'];
  const { type } = query as { readonly type?: unknown };
  if (type === undefined || type === '') return all;
  const kinds = all.filter((kind) => typeOf[kind] === type);
  if (kinds.length === 0)
    throw new Problem(400, 'unreadable', 'type has to be calendar or contact.');
  return kinds;
};

const groupsLike = async ({ directories }: Services, wanted: string, by: Principal) => {
  const found = new Map<string, { uid: string; c_email: string; cn: string; isGroup: number }>();
  for (const { directory } of await directories.sources(by))
    for (const entry of await directory.search(wanted, { limit: GROUPS, asker: by.login })) {
      const uid = `@${entry.id}`;
      if (entry.kind !== 'group' || found.has(uid) || found.size >= GROUPS) continue;
      const [mail = ''] = entry.mails;
      found.set(uid, { uid, c_email: mail, cn: entry.displayName || entry.id, isGroup: 1 });
    }
  return [...found.values()];
};

/** Somebody's own collections, as far as another may see them. */
const foldersOf = async (
  { home, sharing, collections: rows, blobs }: Services,
  viewer: Principal,
  owner: Principal,
  kinds: readonly CollectionKind[],
) => {
  const seen = viewedBy({ rows, blobs, asker: await sharing.askerOf(viewer) });
  const own = (await home(owner.account)).entries
    .filter((entry) => entry.owner === undefined && kinds.includes(entry.kind))
    .filter(({ kind }) => !isBarred(viewer, kind))
    .map((entry) => ({ entry, stream: collectionStream(entry.kind, entry.collection) }));
  const found = await seen.collections(own.map(({ stream }) => stream));
  return own
    .filter(({ stream }) => isLive(found.get(stream)))
    .map(({ entry: { kind, segment, properties } }) => ({
      name: `/${homeSegments[kind]}/${segment}`,
      displayName: properties.displayName ?? segment,
      owner: owner.login,
      type: typeOf[kind],
    }));
};
