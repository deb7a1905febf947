import { type CollectionKind, streams } from '../../domain/kernel/streams.ts';
import { hasEnded, linksIn } from '../../domain/rights/links.ts';
import { exportForms } from '../dav/forms/exports.ts';
import { tablesFor } from '../dav/public-tables.ts';
import { anonymous, nobody } from '../dav/public.ts';
import type { Resource, Viewer } from '../dav/resource.ts';
import type { DavRequest } from '../dav/tables.ts';
import type { Services } from '../services.ts';
import { viewedBy } from '../viewing.ts';
import { isOf, readToken } from './token.ts';

const kinds = ['calendar', 'addressbook'] as const satisfies readonly CollectionKind[];

/** What is read of a request for a link. */
export type Received = Pick<DavRequest, 'id' | 'method' | 'headers'>;

/**
 * What a link leads to, as a request for the whole collection by somebody who sees what the link shows.
 * `undefined` for a link that is unknown or revoked or has ended, and for one of what is gone: after the same
 * question to the rows. `name` is the last segment of its address, `TOKEN.ics`.
 */
export const openedLink = async (
  services: Services,
  name: string,
  { id, method, headers }: Received,
): Promise<DavRequest | undefined> => {
  const dot = name.lastIndexOf('.');
  const token = dot === -1 ? undefined : readToken(name.slice(0, dot));
  if (token === undefined) return undefined;
  const { collections: unveiled, blobs } = services;
  const at = services.now();
  const rows = await unveiled.collections(kinds.map((kind) => streams[kind](token.collection)));
  const [row] = [...rows.values()].filter(({ status }) => status === 'live');
  const link = row && linksIn(row.grants).find(({ digest }) => isOf(token, digest));
  const forms = row && exportForms[row.kind][name.slice(dot)];
  if (row === undefined || link === undefined || forms === undefined || hasEnded(link, at))
    return undefined;
  if (services.unserved?.includes(row.kind) === true) return undefined;
  const owner = await services.sharing.personWith(row.owner);
  if (owner === undefined) return undefined;
  const { entries } = await services.home(row.owner);
  const entry = entries.find(
    (one) => one.collection === token.collection && one.owner === undefined,
  );
  if (entry === undefined) return undefined;
  const asker = { ...anonymous, link: link.grantee };
  const principal: Viewer = { ...nobody, asker };
  const collection = {
    kind: 'collection',
    principal: owner,
    owner,
    entry,
    stream: row.stream,
  } as const;
  const file = `${entry.segment}${name.slice(dot)}`;
  const resource: Resource = { kind: 'export', principal: owner, collection, name: file, forms };
  return {
    services: { ...services, collections: viewedBy({ rows: unveiled, blobs, asker }) },
    ...{ unveiled, id, method, headers, principal, resource },
    tables: tablesFor(principal),
    path: { raw: '', segments: [] },
    books: [],
    body: new Uint8Array(),
    by: {
      actor: principal.account,
      onBehalfOf: owner.account,
      via: 'link',
      at,
      correlationId: id,
      causationId: id,
    },
  };
};
