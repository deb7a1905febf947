import type { FastifyInstance } from 'fastify';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Grants } from '../../domain/rights/grants.ts';
import { linksIn } from '../../domain/rights/links.ts';
import { homeSegments } from '../dav/href.ts';
import type { CollectionResource } from '../dav/resource.ts';
import { mustRule } from '../dav/sogo/acl-query.ts';
import { changeRightsIn } from '../dav/sogo/change-rights.ts';
import type { DavRequest } from '../dav/tables.ts';
import { dav } from '../dav/xml/names.ts';
import type { Services } from '../services.ts';
import { linkFor, revocation, toldLink } from '../share-links/managing.ts';
import { fieldsOf } from './body.ts';
import { answered, collectionOf, overDav, type Placed } from './folder.ts';
import { Problem } from './problem.ts';
import type { Asking } from './signed-in.ts';

/** Secret addresses of a calendar or address book, for its owner. */
export const shareLinkRoutes = (
  app: FastifyInstance,
  services: Services,
  asking: Asking,
  kind: CollectionKind,
): void => {
  const root = `/SOGo/so/:user/${homeSegments[kind]}/:id/shareLinks`;

  /** @throws DavError 403 for others than owners and superusers */
  const ruling = async (asked: DavRequest) => {
    const folder = collectionOf(asked);
    return { asked, folder, grants: await mustRule(asked, folder, dav('write-acl')) };
  };
  const changing = async (request: Placed) =>
    ruling(await overDav(services, { request, kind, who: await asking.whoChanges(request) }));

  app.get(root, (request: Placed) =>
    answered(async () => {
      const who = await asking.who(request);
      const { grants } = await ruling(await overDav(services, { request, kind, who }));
      const now = services.now();
      return { links: linksIn(grants).map((link) => toldLink(link, now)) };
    }),
  );

  app.post(root, (request: Placed, reply) =>
    answered(async () => {
      const { asked, folder, grants } = await changing(request);
      const now = services.now();
      const made = linkFor({ ...idOf(folder), grants }, wantedIn(request), now);
      if (typeof made === 'string') throw new Problem(400, 'unreadable', made);
      await changeRightsIn(asked, folder, made.changes);
      return reply.code(201).send({ ...toldLink(made.link, now), path: made.path });
    }),
  );

  app.post(`${root}/:link/revoke`, (request: Placed, reply) =>
    answered(async () => {
      const { asked, folder, grants } = await changing(request);
      await changeRightsIn(asked, folder, revokedIn(request, grants));
      return reply.code(204).send();
    }),
  );
};

const idOf = ({ entry: { collection, kind } }: CollectionResource) => ({ collection, kind });

/** @throws Problem 404 */
const revokedIn = ({ params }: Placed, grants: Grants) => {
  const { link = '' } = params as { readonly link?: string };
  const changes = revocation(grants, link);
  if (changes === undefined) throw new Problem(404, 'not-found', 'There is no such link.');
  return changes;
};

/** @throws Problem 400 */
const wantedIn = ({ body }: Placed) => {
  const { view, days, label } = fieldsOf(body);
  const textIn = (value: unknown): string | undefined => {
    if (value === undefined || typeof value === 'string') return value;
    throw new Problem(400, 'unreadable', 'view and label are texts; days is a number or never.');
  };
  return {
    view: textIn(view),
    days: typeof days === 'number' ? String(days) : textIn(days),
    label: textIn(label),
  };
};
