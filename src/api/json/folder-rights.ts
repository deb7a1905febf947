import type { FastifyInstance } from 'fastify';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { type Grantee, granteeParts, type Grants } from '../../domain/rights/grants.ts';
import { homeSegments } from '../dav/href.ts';
import type { CollectionResource } from '../dav/resource.ts';
import { ANONYMOUS, DEFAULT, granteeCalled, mustRule } from '../dav/sogo/acl-query.ts';
import { changeRightsIn } from '../dav/sogo/change-rights.ts';
import type { DavRequest } from '../dav/tables.ts';
import { dav } from '../dav/xml/names.ts';
import type { Services } from '../services.ts';
import { fieldsOf } from './body.ts';
import { answered, bounded, collectionOf, overDav, type Placed, queried } from './folder.ts';
import { rightsOf, rolesFrom } from './rights-as-sogo.ts';
import type { Asking } from './signed-in.ts';

/** Characters of somebody's id. */
const UID = 512;

interface Ruled {
  readonly asked: DavRequest;
  readonly folder: CollectionResource;
  readonly grants: Grants;
}

/** Who has which rights in a folder. All of it is for owners and superusers. */
export const folderRights = (
  app: FastifyInstance,
  services: Services,
  asking: Asking,
  kind: CollectionKind,
): void => {
  const root = `/SOGo/so/:user/${homeSegments[kind]}/:id`;

  const ruling = async (request: Placed): Promise<Ruled> => {
    const asked = await overDav(services, { request, kind, who: await asking.who(request) });
    const folder = collectionOf(asked);
    return { asked, folder, grants: await mustRule(asked, folder, dav('read-acl')) };
  };
  const changing = async (request: Placed): Promise<Ruled> => {
    const asked = await overDav(services, { request, kind, who: await asking.whoChanges(request) });
    const folder = collectionOf(asked);
    return { asked, folder, grants: await mustRule(asked, folder, dav('write-acl')) };
  };

  app.get(`${root}/acls`, (request: Placed) =>
    answered(async () => {
      const { folder, grants } = await ruling(request);
      const users = [];
      for (const grantee of new Set<Grantee>(['authenticated', 'anonymous', ...grants.keys()])) {
        const user = await userOf(services, folder, grantee);
        if (user !== undefined) users.push(user);
      }
      return { users };
    }),
  );

  app.get(`${root}/userRights`, (request: Placed) =>
    answered(async () => {
      const { asked, grants } = await ruling(request);
      const grantee = await granteeCalled(asked, queried(request, 'uid', UID));
      return rightsOf(kind, grants.get(grantee) ?? []);
    }),
  );

  app.get(`${root}/addUserInAcls`, (request: Placed, reply) =>
    answered(async () => {
      const { asked, folder, grants } = await changing(request);
      const of = await granteeCalled(asked, queried(request, 'uid', UID));
      // To stand in the list is a say of its own: it must not take away what was configured for them.
      const roles = asked.principal.asker.usual[kind];
      if (!grants.has(of)) await changeRightsIn(asked, folder, [{ of, roles }]);
      return reply.code(204).send();
    }),
  );

  app.get(`${root}/removeUserFromAcls`, (request: Placed, reply) =>
    answered(async () => {
      const { asked, folder } = await changing(request);
      const of = await granteeCalled(asked, queried(request, 'uid', UID));
      await changeRightsIn(asked, folder, [{ of, roles: undefined }]);
      return reply.code(204).send();
    }),
  );

  app.post(`${root}/saveUserRights`, (request: Placed, reply) =>
    answered(async () => {
      const { asked, folder } = await changing(request);
      const fields = fieldsOf(request.body);
      const of = await granteeCalled(asked, bounded(fields['uid'], 'uid', UID));
      await changeRightsIn(asked, folder, [{ of, roles: rolesFrom(kind, fields) }]);
      return reply.code(204).send();
    }),
  );
};

/** One line of the list; `undefined` for an account that is gone. */
const userOf = async (
  { sharing, home }: Services,
  { entry }: CollectionResource,
  grantee: Grantee,
) => {
  const line = (uid: string, userClass: string, cn: string) =>
    ({ uid, userClass, isSubscribed: 0, cn, c_email: '' }) as const;
  const parts = granteeParts(grantee);
  switch (parts.kind) {
    case 'authenticated':
      return line(DEFAULT, 'public-user', 'Any Authenticated User');
    case 'anonymous':
      return line(ANONYMOUS, 'public-user', 'Public Access');
    case 'link':
      return undefined;
    case 'group':
      return line(`@${parts.group}`, 'normal-group', parts.group);
    case 'account': {
      const person = await sharing.personWith(parts.account);
      if (person === undefined) return undefined;
      const { entries } = await home(person.account);
      const isSubscribed = entries.some(({ collection }) => collection === entry.collection);
      return {
        ...line(person.login, 'normal-user', person.displayName),
        isSubscribed: isSubscribed ? 1 : 0,
        c_email: person.mail,
      };
    }
  }
};
