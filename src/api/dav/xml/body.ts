import { badRequest, refuse } from '../errors.ts';
import type { DavRequest } from '../tables.ts';
import type { XmlElement } from './element.ts';
import type { Name } from './names.ts';
import { parseXml } from './parse.ts';

/**
 * The XML body of a request, `undefined` when it has none.
 * @throws DavError 415 for a body that says it is something else than XML, 400 as `parseXml` does.
 */
export const xmlBody = ({
  body,
  headers,
}: Pick<DavRequest, 'body' | 'headers'>): XmlElement | undefined => {
  if (body.length === 0) return undefined;
  const type = headers['content-type'];
  if (type !== undefined && !/^\s*(?:application|text)\/(?:[\w.+-]+\+)?xml\s*(?:;|$)/i.test(type))
    throw refuse(415, undefined, { reason: 'The body must be application/xml or text/xml.' });
  return parseXml(body, type);
};

/** The body, which must be of one of these root elements. @throws DavError 400 when it is not. */
export const xmlBodyOf = (
  request: Pick<DavRequest, 'body' | 'headers'>,
  ...roots: readonly Name[]
): XmlElement | undefined => {
  const root = xmlBody(request);
  if (root !== undefined && !roots.includes(root.name))
    throw badRequest(`The body must be ${roots.join(' or ')}.`);
  return root;
};
