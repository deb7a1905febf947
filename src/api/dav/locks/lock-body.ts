import type { IncomingHttpHeaders } from 'node:http';
import { type Lock, LOCK_BOUNDS } from '../../../domain/locks/lock.ts';
import { badRequest, refuse } from '../errors.ts';
import { childOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { dav } from '../xml/names.ts';
import { text, verbatim } from '../xml/write.ts';

/** What `DAV:lockinfo` asks for (RFC 4918 §14.11). @throws DavError 400, 422, 413 */
export const lockInfo = (body: XmlElement): Pick<Lock, 'scope' | 'owner'> => {
  const only = (name: string): string | undefined => {
    const child = childOf(body, dav(name));
    const [one, ...others] = child === undefined ? [] : elementsOf(child);
    return others.length === 0 ? one?.name : undefined;
  };
  const scope = (['exclusive', 'shared'] as const).find((one) => only('lockscope') === dav(one));
  if (scope === undefined) throw badRequest('DAV:lockscope is DAV:exclusive or DAV:shared.');
  if (only('locktype') !== dav('write')) throw badRequest('There are write locks only.');
  const holder = childOf(body, dav('owner'));
  const owner = (holder?.nodes ?? [])
    .map((node) => (typeof node === 'string' ? text(node) : verbatim(node)))
    .join('')
    .trim();
  if (owner.length > LOCK_BOUNDS.owner)
    throw refuse(413, undefined, { reason: 'DAV:owner says too much.' });
  return { scope, owner };
};

/** How long a lock is to last, in seconds: the first bounded wish of the header (RFC 4918 §10.7), within bounds. */
export const secondsWanted = ({ timeout }: IncomingHttpHeaders): number => {
  const wishes = timeout === undefined ? [] : String(timeout).split(',');
  for (const wish of wishes) {
    const seconds = /^\s*Second-(\d{1,10})\s*$/i.exec(wish)?.[1];
    if (seconds !== undefined)
      return Math.min(LOCK_BOUNDS.longest, Math.max(LOCK_BOUNDS.shortest, Number(seconds)));
  }
  return LOCK_BOUNDS.longest;
};
