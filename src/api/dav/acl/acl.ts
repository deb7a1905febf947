import { canonicalLogin } from '../../../domain/account/login.ts';
import { isSameAccess, onlyReading, withRoles } from '../../../domain/rights/access.ts';
import {
  accountGrantee,
  type Grantee,
  granteeParts,
  GRANT_LIMIT,
  type Grants,
} from '../../../domain/rights/grants.ts';
import type { Role } from '../../../domain/rights/roles.ts';
import { empty } from '../answer.ts';
import { badRequest, type DavError, notFound, refuse } from '../errors.ts';
import { readHref } from '../path.ts';
import { belowRoot } from '../resolve.ts';
import type { CollectionResource } from '../resource.ts';
import { mustRule } from '../sogo/acl-query.ts';
import { changeRightsIn } from '../sogo/change-rights.ts';
import type { DavRequest, Method } from '../tables.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { childOf, childrenOf, elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import { rolesGranting } from './entries.ts';

/** RFC 3744 §8.1.1: a request that breaks one of these changes nothing. */
const conflict = (condition: string, reason: string): DavError =>
  refuse(403, dav(condition), { reason });

const tooMany = (): DavError =>
  conflict('limited-number-of-aces', `There is room for ${GRANT_LIMIT} entries.`);

const marks = new Set(['principal', 'invert', 'grant', 'deny', 'protected', 'inherited'].map(dav));

/** One entry as it was sent. */
interface Entry {
  readonly principal: XmlElement;
  readonly privileges: readonly Name[];
  /** Whether it says of itself that nobody can change it. */
  readonly isFixed: boolean;
}

/** @throws DavError 403 for what is never granted here, 400 for what is no entry */
const entryOf = (ace: XmlElement): Entry => {
  const has = (name: string): boolean => childOf(ace, dav(name)) !== undefined;
  if (elementsOf(ace).some(({ name }) => !marks.has(name)))
    throw badRequest('ace holds an element that is not known.');
  if (has('invert'))
    throw conflict('no-invert', 'Rights are given to somebody, not to all others.');
  if (has('deny')) throw conflict('grant-only', 'Rights are granted, and not denied.');
  if (has('inherited')) throw conflict('no-inherited-ace-conflict', 'No entry is inherited here.');
  const [principal, ...others] = childrenOf(ace, dav('principal')).flatMap(elementsOf);
  const grant = childOf(ace, dav('grant'));
  if (principal === undefined || others.length > 0 || grant === undefined)
    throw badRequest('ace names one principal and what it is granted.');
  const privileges = childrenOf(grant, dav('privilege')).flatMap(elementsOf);
  return {
    principal,
    privileges: privileges.map(({ name }) => name),
    isFixed: has('protected'),
  };
};

/** Whom an entry is for: the owner, of whom nothing is to be said, or a grantee. @throws DavError 403 */
const granteeOf = async (
  request: DavRequest,
  collection: CollectionResource,
  grants: Grants,
  principal: XmlElement,
): Promise<Grantee | 'owner'> => {
  switch (principal.name) {
    case dav('authenticated'):
      return 'authenticated';
    case dav('unauthenticated'):
      return 'anonymous';
    case dav('property'):
      if (childOf(principal, dav('owner')) !== undefined) return 'owner';
      break;
    case dav('href'): {
      const within = belowRoot(readHref(textOf(principal)) ?? []);
      const [name] = within ?? [];
      if (name === undefined || within?.length !== 1) break;
      const found = name.startsWith('@')
        ? await groupNamed(request, grants, name.slice(1))
        : await personNamed(request, name);
      if (found === undefined)
        throw conflict('recognized-principal', 'A principal that is named is not there.');
      return found === accountGrantee(collection.owner.account) ? 'owner' : found;
    }
    default:
  }
  throw conflict('allowed-principal', 'Rights cannot be given to a principal that is named.');
};

/** The one that has rights here already, where two directories have a group of one name. */
const groupNamed = async (
  { services, principal }: DavRequest,
  grants: Grants,
  name: string,
): Promise<Grantee | undefined> => {
  const here = [...grants.keys()].find((grantee) => {
    const parts = granteeParts(grantee);
    return parts.kind === 'group' && parts.group === name;
  });
  return here ?? services.sharing.groupCalled(name, principal);
};

const personNamed = async (
  { services, principal }: DavRequest,
  name: string,
): Promise<Grantee | undefined> => {
  const person = await services.sharing.newcomerCalled(canonicalLogin(name), principal);
  return person && accountGrantee(person.account);
};

/** The roles an entry comes to. @throws DavError 403 */
const rolesIn = (
  { entry: { kind } }: CollectionResource,
  to: Grantee,
  privileges: readonly Name[],
): readonly Role[] => {
  const roles = rolesGranting(kind, privileges);
  if (roles === 'not-supported')
    throw conflict('not-supported-privilege', 'There is no such privilege here.');
  const access = roles === 'no-roles' ? undefined : withRoles(kind, roles);
  const isTooMuch =
    to === 'anonymous' && access !== undefined && !isSameAccess(onlyReading(access), access);
  if (roles === 'no-roles' || isTooMuch)
    throw conflict('no-ace-conflict', 'No roles come to these privileges and to no others.');
  return roles;
};

/** What the entries of a request give to whom. @throws DavError 403, 400 */
const wanted = async (
  request: DavRequest,
  collection: CollectionResource,
  grants: Grants,
  entries: readonly Entry[],
): Promise<ReadonlyMap<Grantee, readonly Name[]>> => {
  const given = new Map<Grantee, readonly Name[]>();
  const usual = request.principal.asker.usual[collection.entry.kind];
  for (const { principal, privileges, isFixed } of entries) {
    const to = await granteeOf(request, collection, grants, principal);
    // What nobody can change may be said again, as it was told.
    const isUsual = isFixed && to === 'authenticated' && usual.length > 0 && !grants.has(to);
    const isOwners = to === 'owner' && privileges.includes(dav('all'));
    if (isUsual || isOwners) continue;
    if (to === 'owner' || isFixed)
      throw conflict('no-protected-ace-conflict', 'What the owner may do is not changed.');
    given.set(to, [...(given.get(to) ?? []), ...privileges]);
  }
  return given;
};

/**
 * Gives exactly the rights that a client asks for, to exactly those it names; who is not named has none
 * after it. What no roles come to is refused, and nothing is changed then: nobody gets more than was asked
 * for. Links are no principals, and stay.
 */
export const acl: Method = {
  name: 'ACL',
  source: 'RFC 3744 §8.1',
  on: ['calendar', 'addressbook'],
  body: 'xml',
  compliance: ['access-control'],
  async handle(request) {
    const { resource } = request;
    if (resource.kind !== 'collection') throw notFound();
    const body = xmlBodyOf(request, dav('acl'));
    if (body === undefined) throw badRequest('ACL needs a body.');
    const grants = await mustRule(request, resource, dav('write-acl'));
    const aces = elementsOf(body);
    if (aces.some(({ name }) => name !== dav('ace')))
      throw badRequest('acl holds entries, each an ace.');
    if (aces.length > GRANT_LIMIT) throw tooMany();
    const given = await wanted(request, resource, grants, aces.map(entryOf));
    const { kind } = resource.entry;
    const changes = [...given].flatMap(([of, privileges]) => {
      const roles = rolesIn(resource, of, privileges);
      return isAsBefore(kind, of, grants.get(of), roles) ? [] : [{ of, roles }];
    });
    const removed = [...grants.keys()].filter(
      (of) => !given.has(of) && granteeParts(of).kind !== 'link',
    );
    // Links need room, too.
    const after = new Set([...grants.keys(), ...given.keys()]).size - removed.length;
    if (after > GRANT_LIMIT && after > grants.size) throw tooMany();
    await changeRightsIn(request, resource, [
      ...removed.map((of) => ({ of, roles: undefined })),
      ...changes,
    ]);
    return empty(200);
  },
};

/** Roles that come to the same stay as they were given. */
const isAsBefore = (
  kind: CollectionResource['entry']['kind'],
  of: Grantee,
  before: readonly Role[] | undefined,
  roles: readonly Role[],
): boolean => {
  if (before === undefined) return false;
  const [had, has] = [withRoles(kind, before), withRoles(kind, roles)];
  if (had === undefined || has === undefined) return had === has;
  return isSameAccess(of === 'anonymous' ? onlyReading(had) : had, has);
};
