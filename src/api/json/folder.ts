import type { FastifyRequest } from 'fastify';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import { tables } from '../dav/assembly.ts';
import { DavError } from '../dav/errors.ts';
import { homeSegments } from '../dav/href.ts';
import { understood } from '../dav/incoming.ts';
import type { CollectionResource } from '../dav/resource.ts';
import type { DavRequest } from '../dav/tables.ts';
import type { Services } from '../services.ts';
import type { SignedIn } from '../sign-in/web-sessions.ts';
import { Problem } from './problem.ts';

/** A request about USER's home of a kind, or about a collection in it. */
export type Placed = FastifyRequest<{ Params: { user: string; id?: string } }>;

/** What is asked, by whoever is signed in; `by` where something is to be changed. */
interface Asked {
  readonly request: Placed;
  readonly kind: CollectionKind;
  readonly who: SignedIn & { readonly by?: Provenance };
}

/**
 * The same request over DAV: so that what is there, for whom, and what they may do with it, is judged in
 * one place. @throws DavError 400
 */
export const overDav = async (
  services: Services,
  { request, kind, who }: Asked,
): Promise<DavRequest> => {
  const { user, id } = request.params;
  const segments = [user, homeSegments[kind], ...(id === undefined ? [] : [id])];
  const asked = await understood(services, tables, who.principal, {
    id: request.id,
    method: 'POST',
    headers: {},
    originalUrl: `/SOGo/dav/${segments.map(encodeURIComponent).join('/')}/`,
    body: undefined,
  });
  const { onBehalfOf } = asked.by;
  const by = { ...(who.by ?? asked.by), ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
  return { ...asked, by };
};

/** @throws Problem 404 where whoever asks sees no collection */
export const collectionOf = ({ resource }: DavRequest): CollectionResource => {
  if (resource.kind === 'collection') return resource;
  throw new Problem(404, 'not-found', 'There is no such folder.');
};

const kinds: Readonly<Record<number, readonly [kind: string, detail: string]>> = {
  400: ['unreadable', 'That can’t be done so.'],
  403: ['not-allowed', 'Not everybody may do that.'],
  404: ['not-found', 'There is no such folder.'],
  409: ['taken', 'That is there already.'],
  507: ['full', 'There is no room for more.'],
};

/** What was worked out; what DAV would refuse is a problem here, with the same status. @throws Problem */
export const answered = async <What>(work: () => Promise<What>): Promise<What> => {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DavError)) throw error;
    const { status, reason } = error.refusal;
    const [kind, detail] = kinds[status] ?? ['refused', 'That was refused.'];
    throw new Problem(status, kind, reason ?? detail);
  }
};

/** A parameter of the query, trimmed. @throws Problem 400 where it is absent, empty, or there twice */
export const queried = ({ query }: FastifyRequest, name: string, limit: number): string => {
  return bounded((query as Readonly<Record<string, unknown>>)[name], name, limit);
};

/** The same of any value. @throws Problem 400 */
export const bounded = (value: unknown, name: string, limit: number): string => {
  const found = typeof value === 'string' ? value.trim() : '';
  if (found === '' || found.length > limit)
    throw new Problem(400, 'unreadable', `${name} has to be a text of 1 to ${limit} characters.`);
  return found;
};
