import { holds, type TagList } from '../../domain/collection/precondition.ts';
import type { ETag } from '../../domain/kernel/ids.ts';
import { cardAt } from './directory/card.ts';
import { DavError, refuse } from './errors.ts';
import { type IfList, readIfHeader } from './if-header.ts';
import { isLive } from './listing.ts';
import { locksHolding } from './locks/guard.ts';
import { memberOf, type ObjectResource } from './objects/member.ts';
import { readHref } from './path.ts';
import { resolve } from './resolve.ts';
import type { CollectionResource, Resource } from './resource.ts';
import { syncToken } from './sync-token.ts';
import type { DavRequest } from './tables.ts';

/** How many resources one header may be about: each costs a question. */
const RESOURCES = 20;

/**
 * Judges the `If` header (RFC 4918 §10.4) of a request against what is there now. A collection's sync
 * token is its state token (RFC 6578 §5), and so are the tokens of the locks that hold a resource.
 * Collections have no entity tag.
 *
 * Answers the lists about the requested object, for its command to judge again at the moment of the
 * change; `undefined` when there is no such header, or another resource fulfils it.
 *
 * @throws DavError 400 for a malformed header, 412 when no list holds.
 */
export const ifCondition = async (request: DavRequest): Promise<readonly TagList[] | undefined> => {
  const header = request.headers['if'];
  if (header === undefined) return undefined;
  const own: IfList[] = [];
  const others = new Map<string, IfList[]>();
  for (const list of readIfHeader(String(header))) {
    const segments = list.resource === undefined ? undefined : readHref(list.resource);
    if (list.resource === undefined || (segments && isSame(segments, request.path.segments)))
      own.push(list);
    else others.set(list.resource, [...(others.get(list.resource) ?? []), list]);
  }
  if (others.size > RESOURCES) throw refuse(412);
  for (const [uri, lists] of others) if (await isFulfilled(request, uri, lists)) return undefined;
  const judged = await judge(request, request.resource, own);
  if (!judged.holds) throw refuse(412);
  return judged.lists;
};

const isFulfilled = async (
  request: DavRequest,
  uri: string,
  lists: readonly IfList[],
): Promise<boolean> => {
  const segments = readHref(uri);
  if (segments === undefined) return false;
  const { services, principal } = request;
  const resource = await resolve(services, principal, { raw: uri, segments });
  return (await judge(request, resource, lists)).holds;
};

interface Judged {
  readonly holds: boolean;
  /** Those whose state tokens hold. */
  readonly lists: readonly TagList[];
}

/** Asks for a resource's state only where a list depends on it. */
const judge = async (
  request: DavRequest,
  resource: Resource,
  lists: readonly IfList[],
): Promise<Judged> => {
  const conditions = lists.flatMap((list) => list.conditions);
  const tokens = conditions.some((condition) => 'token' in condition)
    ? await stateTokens(request, resource)
    : none;
  const etag =
    resource.kind === 'object' && conditions.some((condition) => 'tag' in condition)
      ? await etagOf(request, resource)
      : resource.kind === 'file'
        ? resource.file.etag
        : resource.kind === 'directory-card' && conditions.some((condition) => 'tag' in condition)
          ? (await cardAt(resource))?.etag
          : undefined;
  const left = lists.flatMap((list) => tagLists(list, tokens));
  return { holds: holds({ anyOf: left }, etag), lists: left };
};

/** A list without its state tokens; none when one of them makes it fail. Weak tags match nothing (§10.4.4). */
const tagLists = ({ conditions }: IfList, tokens: ReadonlySet<string>): readonly TagList[] => {
  const fails = conditions.some((condition) =>
    'token' in condition
      ? tokens.has(condition.token) === condition.not
      : condition.weak && !condition.not,
  );
  if (fails) return [];
  return [
    conditions.flatMap((condition) =>
      'tag' in condition && !condition.weak ? [{ tag: condition.tag, not: condition.not }] : [],
    ),
  ];
};

const none: ReadonlySet<string> = new Set();

const stateTokens = async (
  request: DavRequest,
  resource: Resource,
): Promise<ReadonlySet<string>> => {
  const token = resource.kind === 'collection' ? await tokenOf(request, resource) : undefined;
  const locks = await locksHolding(request, resource);
  return new Set([...(token === undefined ? [] : [token]), ...locks.map((lock) => lock.token)]);
};

const tokenOf = async (
  { services, principal }: DavRequest,
  { stream }: CollectionResource,
): Promise<string | undefined> => {
  const row = (await services.collections.collections([stream])).get(stream);
  return isLive(row) ? syncToken(principal, row, services.dialect) : undefined;
};

const etagOf = async (
  request: DavRequest,
  { collection, name }: ObjectResource,
): Promise<ETag | undefined> => {
  try {
    return (await memberOf(request, collection, name))?.etag;
  } catch (error) {
    // The collection is gone, and with it the object.
    if (error instanceof DavError) return undefined;
    throw error;
  }
};

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((segment, index) => segment === other[index]);
