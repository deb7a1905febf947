import {
  accountGrantee,
  type Grantee,
  granteeParts,
  type Grants,
} from '../../../domain/rights/grants.ts';
import { type Role, rolesIn } from '../../../domain/rights/roles.ts';
import { type Answer, empty, xml } from '../answer.ts';
import { badRequest, notFound } from '../errors.ts';
import { isLive } from '../listing.ts';
import type { CollectionResource } from '../resource.ts';
import type { DavRequest, Report } from '../tables.ts';
import { accessIn, needPrivilege } from '../viewer.ts';
import { attributeOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { dav, inverse, type Name, splitName } from '../xml/names.ts';
import { document, element, type Markup, textElement } from '../xml/write.ts';
import { changeRightsIn } from './change-rights.ts';

/** Grantees that one request may name. */
const NAMED = 200;

export const ACL_QUERY: Name = inverse('acl-query');

/** SOGo's names for whoever has signed in and for everybody else. */
export const DEFAULT = '<default>';
export const ANONYMOUS = 'anonymous';

/**
 * SOGo's own way to read and change the rights in a collection: the first child says which. Only its owner
 * and superusers are told anything and may change anything: in SOGo 5.8 whoever had some role could give
 * himself any other.
 */
export const answerAclQuery = async (request: DavRequest, body: XmlElement): Promise<Answer> => {
  const { resource, path } = request;
  if (resource.kind !== 'collection') throw notFound();
  const [action] = elementsOf(body);
  const verb = action && verbs.get(action.name);
  if (action === undefined || verb === undefined)
    throw badRequest(
      `acl-query begins with one of ${[...verbs.keys()].map(localName).join(', ')}.`,
    );
  await mustRule(request, resource, verb.reads ? dav('read-acl') : dav('write-acl'));
  return verb.answer(request, resource, action, path.raw);
};

interface Verb {
  readonly reads: boolean;
  answer(
    request: DavRequest,
    resource: CollectionResource,
    action: XmlElement,
    href: string,
  ): Promise<Answer>;
}

const localName = (name: Name): string => splitName(name)[1];

/** The rights in a collection. @throws DavError 403 for whoever is neither the owner nor a superuser, 404 */
export const mustRule = async (
  { services, principal, path }: DavRequest,
  { stream }: CollectionResource,
  privilege: Name,
): Promise<Grants> => {
  const row = (await services.collections.collections([stream])).get(stream);
  if (!isLive(row)) throw notFound();
  if (accessIn(principal, row)?.isOwner !== true) throw needPrivilege(path.raw, privilege);
  return row.grants;
};

const grantsOf = async ({ services }: DavRequest, { stream }: CollectionResource) => {
  const row = (await services.collections.collections([stream])).get(stream);
  if (!isLive(row)) throw notFound();
  return row.grants;
};

/** The grantees an element names in `user` or `users`. @throws DavError 400 */
const granteesIn = async (request: DavRequest, action: XmlElement): Promise<readonly Grantee[]> => {
  const user = attributeOf(action, 'user');
  const users = attributeOf(action, 'users');
  const ids = [
    ...(user === undefined ? [] : [user]),
    ...(users === undefined ? [] : users.split(',')),
  ]
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (ids.length === 0) throw badRequest('Nobody is named in user or users.');
  if (ids.length > NAMED) throw badRequest(`More than ${NAMED} users are named.`);
  const found: Grantee[] = [];
  for (const id of ids) found.push(await granteeCalled(request, id));
  return found;
};

/** Whom SOGo's id names. @throws DavError 400 for nobody */
export const granteeCalled = async (
  { services, principal }: DavRequest,
  id: string,
): Promise<Grantee> => {
  // Some clients escape it twice.
  if (id === DEFAULT || id === '&lt;default&gt;') return 'authenticated';
  if (id === ANONYMOUS) return 'anonymous';
  if (id.startsWith('@')) {
    const group = await services.sharing.groupCalled(id.slice(1), principal);
    if (group !== undefined) return group;
  } else {
    const person = await services.sharing.newcomerCalled(id, principal);
    if (person !== undefined) return accountGrantee(person.account);
  }
  throw badRequest(`There is nobody called ${id}.`);
};

/** @throws DavError 400 for what is no role of the kind */
const rolesOf = (action: XmlElement, { entry }: CollectionResource): readonly Role[] =>
  elementsOf(action).map(({ name }) => {
    const role = rolesIn[entry.kind].find((one) => one === localName(name));
    if (role === undefined) throw badRequest(`${localName(name)} is no role here.`);
    return role;
  });

const userList: Verb = {
  reads: true,
  async answer(request, resource, action) {
    const hidden = new Set(
      (attributeOf(action, 'params') ?? '').split(',').map((one) => one.trim()),
    );
    const users: Markup[] = [];
    for (const grantee of (await grantsOf(request, resource)).keys()) {
      const user = await userOf(request, grantee);
      if (user === undefined) continue;
      users.push(
        element(
          inverse('user'),
          textElement(inverse('id'), user.id),
          ...(hidden.has('nocn') ? [] : [textElement(inverse('displayName'), user.displayName)]),
          ...(hidden.has('noemail') ? [] : [textElement(inverse('email'), user.email)]),
        ),
      );
    }
    const everybody = element(inverse('default-user'), textElement(inverse('id'), DEFAULT));
    return xml(207, document(inverse('user-list'), everybody, ...users));
  },
};

interface User {
  readonly id: string;
  readonly displayName: string;
  readonly email: string;
}

const userOf = async ({ services }: DavRequest, grantee: Grantee): Promise<User | undefined> => {
  const parts = granteeParts(grantee);
  switch (parts.kind) {
    case 'authenticated':
    case 'link':
      return undefined;
    case 'anonymous':
      return { id: ANONYMOUS, displayName: ANONYMOUS, email: '' };
    case 'group':
      return { id: `@${parts.group}`, displayName: parts.group, email: '' };
    case 'account': {
      const person = await services.sharing.personWith(parts.account);
      return person && { id: person.login, displayName: person.displayName, email: person.mail };
    }
  }
};

const roles: Verb = {
  reads: true,
  async answer(request, resource, action) {
    const [grantee] = await granteesIn(request, action);
    const held = grantee && (await grantsOf(request, resource)).get(grantee);
    return xml(
      207,
      document(inverse('roles'), ...(held ?? []).map((role) => element(inverse(role)))),
    );
  },
};

const setRoles: Verb = {
  reads: false,
  async answer(request, resource, action) {
    const given = rolesOf(action, resource);
    const grantees = await granteesIn(request, action);
    await changeRightsIn(
      request,
      resource,
      grantees.map((of) => ({ of, roles: given })),
    );
    return empty(204);
  },
};

/** Whoever is there already keeps what he has. */
const addUsers: Verb = {
  reads: false,
  async answer(request, resource, action) {
    const before = await grantsOf(request, resource);
    const added = (await granteesIn(request, action)).filter((one) => !before.has(one));
    await changeRightsIn(
      request,
      resource,
      added.map((of) => ({ of, roles: [] })),
    );
    return empty(204);
  },
};

const removeUsers: Verb = {
  reads: false,
  async answer(request, resource, action) {
    const grantees = await granteesIn(request, action);
    await changeRightsIn(
      request,
      resource,
      grantees.map((of) => ({ of, roles: undefined })),
    );
    return empty(204);
  },
};

const verbs: ReadonlyMap<Name, Verb> = new Map([
  [inverse('user-list'), userList],
  [inverse('roles'), roles],
  [inverse('set-roles'), setRoles],
  [inverse('add-user'), addUsers],
  [inverse('add-users'), addUsers],
  [inverse('remove-user'), removeUsers],
  [inverse('remove-users'), removeUsers],
]);

/** The same as a report. */
export const aclQuery: Report = {
  name: ACL_QUERY,
  source: 'SOGo',
  on: ['calendar', 'addressbook'],
  handle: answerAclQuery,
};
