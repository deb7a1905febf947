import type { IncomingHttpHeaders } from 'node:http';
import { badRequest } from './errors.ts';

export type Depth = '0' | '1' | 'infinity';

/** The Depth header (RFC 4918 §10.2). @throws DavError 400 for a value that is none. */
export const depthOf = (headers: IncomingHttpHeaders, absent: Depth): Depth => {
  const given = headers['depth'];
  if (given === undefined) return absent;
  const depth = String(given).trim().toLowerCase();
  if (depth === '0' || depth === '1' || depth === 'infinity') return depth;
  throw badRequest('Depth must be 0, 1 or infinity.');
};
