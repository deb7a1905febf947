import { dav } from '../../src/api/dav/xml/names.ts';
import { childOf, textOf } from '../../src/api/dav/xml/element.ts';
import type { Answered, DavServer } from './dav.ts';
import { type ResponseRead, responsesOf, valueOf, xmlOf } from './multistatus.ts';
import { type SyncOptions, syncBody, XML } from './objects.ts';

/** An answered `DAV:sync-collection`. */
export interface Synced {
  /** Entity tag, with quotes, by href; `gone` for a 404. In the order of the answer. */
  readonly members: ReadonlyMap<string, string>;
  readonly token: string;
  /** Whether the answer said, with 507 for the collection, that there is more. */
  readonly truncated: boolean;
  readonly responses: ReadonlyMap<string, ResponseRead>;
}

export const readSync = (answered: Answered, collection: string): Synced => {
  const responses = responsesOf(answered);
  const members = new Map<string, string>();
  for (const [href, response] of responses)
    if (href !== collection)
      members.set(
        href,
        response.status === 404 ? 'gone' : (valueOf(response, dav('getetag')) ?? ''),
      );
  const token = childOf(xmlOf(answered), dav('sync-token'));
  if (token === undefined) throw new Error('an answer without DAV:sync-token');
  const truncated = responses.get(collection)?.status === 507;
  return { members, token: textOf(token), truncated, responses };
};

/** Asks for the changes since a token, '' for all there is. */
export const sync = async (
  server: DavServer,
  collection: string,
  token: string,
  options: SyncOptions = {},
): Promise<Synced> =>
  readSync(
    await server.send('REPORT', collection, { headers: XML, body: syncBody(token, options) }),
    collection,
  );
