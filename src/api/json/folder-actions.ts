import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { usualComponents } from '../../domain/calendar/calendar.ts';
import type { CollectionId, Segment } from '../../domain/kernel/ids.ts';
import { type CollectionKind, collectionStream } from '../../domain/kernel/streams.ts';
import { accessTo } from '../../domain/rights/access.ts';
import type { CollectionRow } from '../../projections/collection/rows.ts';
import { homeSegments } from '../dav/href.ts';
import { isLive } from '../dav/listing.ts';
import { deleteCollection } from '../dav/methods/delete-collection.ts';
import { changeHome } from '../dav/methods/home.ts';
import { make } from '../dav/methods/make.ts';
import { type CollectionResource, isAtHome, treeOf } from '../dav/resource.ts';
import { mustRule } from '../dav/sogo/acl-query.ts';
import { subscribePerson, unsubscribePerson } from '../dav/sogo/subscribe.ts';
import type { DavRequest } from '../dav/tables.ts';
import { dav } from '../dav/xml/names.ts';
import type { Principal, Services } from '../services.ts';
import { fieldsOf } from './body.ts';
import { answered, bounded, collectionOf, overDav, type Placed, queried } from './folder.ts';
import { Problem } from './problem.ts';
import type { Asking } from './signed-in.ts';

/** People that one request may subscribe, and characters of their logins in all. */
const NAMED = 200;
const UIDS = 16_384;
/** Characters of a folder's name. */
const NAME = 255;

const endings = { calendar: '.ics', addressbook: '.vcf' } as const;

/** What SOGo's page does with calendars and address books alike, apart from their rights. */
export const folderActions = (
  app: FastifyInstance,
  services: Services,
  asking: Asking,
  kind: CollectionKind,
): void => {
  const module = `/SOGo/so/:user/${homeSegments[kind]}`;
  const root = `${module}/:id`;

  const reading = async (request: Placed): Promise<DavRequest> =>
    overDav(services, { request, kind, who: await asking.who(request) });
  const changing = async (request: Placed): Promise<DavRequest> =>
    overDav(services, { request, kind, who: await asking.whoChanges(request) });

  app.post(`${module}/createFolder`, (request: Placed, reply) =>
    answered(async () => {
      const asked = await changing(request);
      if (asked.resource.kind !== 'home' || !isAtHome(asked.resource, asked.principal))
        throw new Problem(404, 'not-found', 'There is nothing of that name.');
      const displayName = nameIn(request);
      await mustBeFree(asked, kind, displayName);
      const segment = randomUUID().toUpperCase() as Segment;
      const creation =
        kind === 'calendar'
          ? ({ kind, components: usualComponents } as const)
          : ({ kind } as const);
      await make(asked, { of: kind, segment }, creation, { displayName });
      return reply.code(201).send({ id: segment });
    }),
  );

  app.post(`${root}/save`, (request: Placed, reply) =>
    answered(async () => {
      const asked = await changing(request);
      const { entry } = atHome(asked);
      const displayName = nameIn(request);
      await mustBeFree(asked, kind, displayName, entry.collection);
      const { collection } = entry;
      const change = { displayName };
      await changeHome(asked, { type: 'ChangeCollectionProperties', collection, change });
      return reply.code(204).send();
    }),
  );

  app.route({
    method: ['GET', 'POST'],
    url: `${root}/delete`,
    handler: (request: Placed, reply) =>
      answered(async () => {
        const asked = await changing(request);
        atHome(asked);
        await deleteCollection.handle(asked);
        return reply.code(204).send();
      }),
  });

  for (const [verb, change] of [
    ['subscribe', subscribePerson],
    ['unsubscribe', unsubscribePerson],
  ] as const)
    app.get(`${root}/${verb}`, (request: Placed, reply) =>
      answered(async () => {
        const asked = await changing(request);
        const folder = collectionOf(asked);
        await rowOf(asked, folder);
        await change(asked, folder, asked.principal);
        return reply.code(204).send();
      }),
    );

  app.get(`${root}/subscribeUsers`, (request: Placed, reply) =>
    answered(async () => {
      const asked = await changing(request);
      const folder = collectionOf(asked);
      await mustRule(asked, folder, dav('write-acl'));
      const row = await rowOf(asked, folder);
      const people = await peopleIn(asked, queried(request, 'uids', UIDS), row);
      for (const person of people) await subscribePerson(asked, folder, person);
      return reply.code(204).send();
    }),
  );

  app.get(`${root}/canAccessContent`, (request: Placed, reply) =>
    answered(async () => {
      const { resource, services: seen, principal } = await reading(request);
      const { stream } = resource.kind === 'collection' ? resource : {};
      const row = stream && (await seen.collections.collections([stream])).get(stream);
      const access = isLive(row) ? accessTo(principal.asker, row) : undefined;
      if (access === undefined || Object.values(access.levels).every((level) => level === 'none'))
        throw new Problem(403, 'not-allowed', 'Not everybody may see what is in there.');
      return reply.code(204).send();
    }),
  );

  app.get(`${root}/newguid`, (request: Placed) =>
    answered(async () => {
      const { entry } = collectionOf(await reading(request));
      return { pid: entry.segment, id: `${randomUUID().toUpperCase()}${endings[kind]}` };
    }),
  );
};

/** The collection, in a tree that whoever asks may change. @throws Problem 403, 404 */
const atHome = (asked: DavRequest): CollectionResource => {
  const folder = collectionOf(asked);
  if (!isAtHome(folder, asked.principal))
    throw new Problem(403, 'not-allowed', 'Only its owner may do that.');
  return folder;
};

/** @throws Problem 404 for what is gone */
const rowOf = async (
  { services }: DavRequest,
  { stream }: CollectionResource,
): Promise<CollectionRow> => {
  const row = (await services.collections.collections([stream])).get(stream);
  if (!isLive(row)) throw new Problem(404, 'not-found', 'There is no such folder.');
  return row;
};

/** @throws Problem 400 */
const nameIn = ({ body }: Placed): string => bounded(fieldsOf(body)['name'], 'name', NAME);

/** @throws Problem 409 where another collection of the kind in the same home has the name */
const mustBeFree = async (
  { services, resource, principal }: DavRequest,
  kind: CollectionKind,
  name: string,
  but?: CollectionId,
): Promise<void> => {
  const { entries } = await services.home(treeOf(resource, principal).account);
  const same = entries.filter(
    (entry) =>
      entry.kind === kind &&
      entry.collection !== but &&
      (entry.properties.displayName ?? entry.segment) === name,
  );
  const streams = same.map(({ collection }) => collectionStream(kind, collection));
  const rows = await services.collections.collections(streams);
  if ([...rows.values()].some(isLive))
    throw new Problem(409, 'taken', 'There is a folder of that name already.');
};

/** People that have rights in a folder, by their logins. @throws Problem 400 for nobody, and for others */
const peopleIn = async (
  { services: { sharing }, principal }: DavRequest,
  uids: string,
  row: CollectionRow,
): Promise<readonly Principal[]> => {
  const logins = uids.split(',').filter((login) => login.trim() !== '');
  if (logins.length === 0 || logins.length > NAMED)
    throw new Problem(400, 'unreadable', `uids names 1 to ${NAMED} people.`);
  const people: Principal[] = [];
  for (const login of logins) {
    const person = await sharing.newcomerCalled(login, principal);
    if (person === undefined)
      throw new Problem(400, 'unreadable', `There is nobody called ${login.trim()}.`);
    if (accessTo(await sharing.askerOf(person), row) === undefined)
      throw new Problem(400, 'no-rights', `${login.trim()} has no rights in there.`);
    people.push(person);
  }
  return people;
};
