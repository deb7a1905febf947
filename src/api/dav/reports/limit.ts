import { badRequest } from '../errors.ts';
import { statusResponse } from '../properties/respond.ts';
import { childOf, textOf, type XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import { element, type Markup } from '../xml/write.ts';

/**
 * How many members a report may tell of: `limit` holding one `nresults`, a positive number, both in
 * the report's namespace (RFC 5323 §5.17, RFC 6352 §10.6). `undefined`: as many as there are.
 * @throws DavError 400
 */
export const limitOf = (body: XmlElement, name: (local: string) => Name): number | undefined => {
  const limit = childOf(body, name('limit'));
  if (limit === undefined) return undefined;
  const results = childOf(limit, name('nresults'));
  const value = results === undefined ? '' : textOf(results).trim();
  if (!/^[0-9]{1,15}$/.test(value) || Number(value) === 0)
    throw badRequest('nresults must be a positive number.');
  return Number(value);
};

/** What a multistatus that was cut short says of the requested collection (RFC 6578 §3.6, RFC 6352 §8.6.2). */
export const truncatedResponse = (href: string): Markup =>
  statusResponse(href, 507, element(dav('error'), element(dav('number-of-matches-within-limits'))));
