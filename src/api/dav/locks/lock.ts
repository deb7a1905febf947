import { randomUUID } from 'node:crypto';
import { type Lock, type LockToken, obstaclesTo } from '../../../domain/locks/lock.ts';
import { mayModify } from '../../../domain/rights/access.ts';
import { type Answer, empty, xml } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest, notFound, refuse } from '../errors.ts';
import { putFile } from '../files/put-file.ts';
import { liveCollection } from '../listing.ts';
import { mustTakeChanges } from '../objects/change.ts';
import { memberWithRow } from '../objects/member.ts';
import { isAtHome, type Resource } from '../resource.ts';
import type { DavRequest, Method } from '../tables.ts';
import { accessIn, needPrivilege, notShown } from '../viewer.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { dav } from '../xml/names.ts';
import { document } from '../xml/write.ts';
import { discoveryOf } from './discovery.ts';
import { locked, locksHolding, submittedTokens } from './guard.ts';
import { lockInfo, secondsWanted } from './lock-body.ts';
import { lockable, placeToLock } from './place.ts';

const answerWith = (
  status: number,
  locks: readonly Lock[],
  headers: Readonly<Record<string, string>> = {},
): Answer => xml(status, document(dav('prop'), discoveryOf(locks)), headers);

/** Only what one may change can be locked; a collection by its owner alone. @throws DavError 403, 404 */
const mayLock = async (request: DavRequest, resource: Resource): Promise<void> => {
  const { principal, path } = request;
  if (resource.kind === 'collection') {
    await liveCollection(request, resource);
    const isOwner = resource.owner.account === principal.account;
    if (!isOwner && !principal.asker.isSuperuser) throw needPrivilege(path.raw, dav('write'));
  }
  if (resource.kind === 'object') {
    const { member, row } = await memberWithRow(request, resource.collection, resource.name);
    if (member === undefined) {
      const access = accessIn(principal, row);
      if (access?.isOwner !== true) throw notShown(request, row);
      throw refuse(403, undefined, {
        reason: 'Only what is there can be locked here: nothing empty can stand in for an object.',
      });
    }
    const access = accessIn(principal, row);
    if (access === undefined || !mayModify(access, member.classes ?? []))
      throw needPrivilege(path.raw, dav('write-content'));
    await mustTakeChanges(request, resource.collection);
  }
};

/** Lets a lock last longer (RFC 4918 §9.10.2). @throws DavError 400, 412 */
const refresh = async (request: DavRequest): Promise<Answer> => {
  const { services, principal, resource, headers } = request;
  const tokens = submittedTokens(request);
  if (tokens.size !== 1)
    throw badRequest('A LOCK without body refreshes the one lock that its If header names.');
  const lock = (await locksHolding(request, resource)).find(({ token }) => tokens.has(token));
  const seconds = secondsWanted(headers);
  if (
    lock === undefined ||
    lock.account !== principal.account ||
    !(await services.locks.refresh(lock.token, seconds))
  )
    throw refuse(412, dav('lock-token-matches-request-uri'));
  return answerWith(200, [{ ...lock, secondsLeft: seconds }]);
};

const take = async (request: DavRequest, body: Parameters<typeof lockInfo>[0]): Promise<Answer> => {
  const { services, principal, resource, path, headers } = request;
  const place = placeToLock(resource);
  if (place === undefined) throw notFound();
  const depth = depthOf(headers, 'infinity');
  if (depth === '1') throw badRequest('A lock has depth 0 or infinity (RFC 4918 §9.10.3).');
  const { scope, owner } = lockInfo(body);
  await mayLock(request, resource);
  const isNew = resource.kind === 'unmapped';
  if (isNew) {
    // It comes into its folder, whose locks hold that (RFC 4918 §7.3).
    const held = await services.locks.held([place.tree]);
    const submitted = { account: principal.account, tokens: submittedTokens(request) };
    const obstacles = obstaclesTo(held, { place, deep: false, joins: true }, submitted);
    if (obstacles.length > 0) throw locked(dav('lock-token-submitted'), obstacles);
  }
  const lock: Lock = {
    ...{ token: `urn:uuid:${randomUUID()}` satisfies LockToken, place, root: path.raw },
    ...{ scope, depth, owner, account: principal.account, secondsLeft: secondsWanted(headers) },
  };
  const taking = await services.locks.take(lock);
  if (taking.kind === 'conflict') throw locked(dav('no-conflicting-lock'), taking.with);
  if (taking.kind === 'full') throw refuse(507, undefined, { reason: 'You hold too many locks.' });
  if (isNew) {
    try {
      await putFile.handle({ ...request, headers: { host: headers.host }, body: new Uint8Array() });
    } catch (error) {
      await services.locks.release(lock.token);
      throw error;
    }
  }
  return answerWith(isNew ? 201 : 200, [lock], { 'lock-token': `<${lock.token}>` });
};

/** LOCK: takes a write lock, or lets one last longer. Where nothing is among the files, an empty file comes to be. */
export const lock: Method = {
  name: 'LOCK',
  source: 'RFC 4918 §9.10',
  on: [...lockable, 'unmapped'],
  body: 'xml',
  compliance: ['2'],
  handle(request) {
    const body = xmlBodyOf(request, dav('lockinfo'));
    return body === undefined ? refresh(request) : take(request, body);
  },
};

/** UNLOCK: whoever took the lock ends it, and the owner of what it is on may break it (RFC 3744 §3.5). */
export const unlock: Method = {
  name: 'UNLOCK',
  source: 'RFC 4918 §9.11',
  on: [...lockable, 'unmapped'],
  body: 'none',
  async handle(request) {
    const { services, principal, resource, headers } = request;
    const token = /^\s*<([^<>\s]+)>\s*$/.exec(String(headers['lock-token'] ?? ''))?.[1];
    if (token === undefined) throw badRequest('Lock-Token must be one token between < and >.');
    const held = (await locksHolding(request, resource)).find((one) => one.token === token);
    if (held === undefined) throw refuse(409, dav('lock-token-matches-request-uri'));
    if (held.account !== principal.account && !isAtHome(resource, principal))
      throw needPrivilege(request.path.raw, dav('unlock'));
    await services.locks.release(token);
    return empty(204);
  },
};
