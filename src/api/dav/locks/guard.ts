import {
  type Lock,
  type LockPlace,
  locksOn,
  obstaclesTo,
  type Touched,
} from '../../../domain/locks/lock.ts';
import { destinationPath } from '../destination.ts';
import { type DavError, refuse } from '../errors.ts';
import { hrefElement } from '../href.ts';
import { readIfHeader } from '../if-header.ts';
import { resolve } from '../resolve.ts';
import type { Resource } from '../resource.ts';
import type { DavRequest } from '../tables.ts';
import { dav, type Name } from '../xml/names.ts';
import { join } from '../xml/write.ts';
import { placeToLock } from './place.ts';

/** Tokens that an `If` header hands over, whatever it says of them (RFC 4918 §10.4.1). @throws DavError 400 */
export const submittedTokens = ({ headers }: Pick<DavRequest, 'headers'>): ReadonlySet<string> => {
  const header = headers['if'];
  if (header === undefined) return new Set();
  const conditions = readIfHeader(String(header)).flatMap((list) => list.conditions);
  return new Set(conditions.flatMap((one) => ('token' in one ? [one.token] : [])));
};

/** 423 (RFC 4918 §11.3), with the resources that are locked. */
export const locked = (condition: Name, locks: readonly Lock[]): DavError =>
  refuse(423, condition, {
    content: join([...new Set(locks.map(({ root }) => root))].map(hrefElement)),
  });

/** Locks that hold a resource. */
export const locksHolding = async (
  { services }: Pick<DavRequest, 'services'>,
  resource: Resource,
): Promise<readonly Lock[]> => {
  const place = placeToLock(resource);
  return place === undefined ? [] : locksOn(await services.locks.held([place.tree]), place);
};

/**
 * Refuses a change that a lock keeps from being made, unless the request hands its token over. Asks nobody where there is
 * no lock. @throws DavError 423 `lock-token-submitted`
 */
export const mustBeUnlocked = async (request: DavRequest): Promise<void> => {
  const touched = await touchedBy(request);
  if (touched.length === 0) return;
  const held = await request.services.locks.held([
    ...new Set(touched.map(({ place }) => place.tree)),
  ]);
  if (held.length === 0) return;
  const submitted = { account: request.principal.account, tokens: submittedTokens(request) };
  const obstacles = touched.flatMap((one) =>
    obstaclesTo(
      held.filter(({ place }) => place.tree === one.place.tree),
      one,
      submitted,
    ),
  );
  if (obstacles.length > 0) throw locked(dav('lock-token-submitted'), obstacles);
};

/** Locks end with what they were on (RFC 4918 §9.6, §9.9). */
export const releaseGone = async ({ method, resource, services }: DavRequest): Promise<void> => {
  const place = placeToLock(resource);
  if (place === undefined || isOnlyShown(resource)) return;
  if (method === 'DELETE' || method === 'MOVE') await services.locks.releaseAt(place);
};

/** A collection of somebody else in one's own home: what is done to it is done to the home. */
const isOnlyShown = (resource: Resource): boolean =>
  resource.kind === 'collection' && resource.owner.account !== resource.principal.account;

/** What a request would change. */
const touchedBy = async (request: DavRequest): Promise<readonly Touched[]> => {
  const { method, resource } = request;
  const place = isOnlyShown(resource) ? undefined : placeToLock(resource);
  const touching = (of: LockPlace | undefined, deep: boolean, joins: boolean) =>
    of === undefined ? [] : [{ place: of, deep, joins }];
  switch (method) {
    case 'PROPPATCH':
      return touching(place, false, false);
    case 'PUT':
    case 'MKCOL':
      return touching(place, false, !(await isThere(request, resource)));
    case 'POST':
      return resource.kind === 'collection' && !isCommand(request)
        ? touching({ tree: resource.stream, at: ['new member'] }, false, true)
        : [];
    case 'DELETE':
      return touching(place, true, true);
    case 'COPY':
    case 'MOVE': {
      const { services, principal, headers } = request;
      const target = await resolve(services, principal, destinationPath(headers));
      const there = touching(placeToLock(target), true, !(await isThere(request, target)));
      return method === 'COPY' ? there : [...touching(place, true, true), ...there];
    }
    default:
      return [];
  }
};

/** SOGo's commands, which are about rights and subscriptions. */
const isCommand = ({ headers, path }: DavRequest): boolean =>
  path.query === undefined && /\bxml\b/i.test(headers['content-type'] ?? '');

/** Whether something is there to be changed: otherwise it would come into its parent. */
const isThere = async (
  { unveiled, services }: DavRequest,
  resource: Resource,
): Promise<boolean> => {
  if (resource.kind !== 'object') return resource.kind !== 'unmapped';
  const { stream } = resource.collection;
  const held = await services.locks.held([stream]);
  // Nobody has to know where nothing is locked.
  if (held.length === 0) return true;
  const snapshot = await unveiled.named(stream, [resource.name]);
  let there = false;
  for await (const page of snapshot?.members ?? []) there ||= page.length > 0;
  return there;
};
