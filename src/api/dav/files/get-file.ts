import { holds } from '../../../domain/collection/precondition.ts';
import { sizeOf } from '../../../domain/kernel/content.ts';
import { type Answer, empty } from '../answer.ts';
import { notFound, refuse } from '../errors.ts';
import { octetsOf } from '../objects/octets.ts';
import { preconditionOf, unmodifiedSince } from '../objects/preconditions.ts';
import { validatorsOf } from '../objects/representation.ts';
import type { DavRequest, Method } from '../tables.ts';

/** What is stored here is what people uploaded: a browser must not run it as if it were the server's own. */
const confined = { 'content-security-policy': "default-src 'none'; sandbox" };

/** GET and HEAD of a file: its octets as they were stored, under the media type that they came with. */
const handle = async (request: DavRequest): Promise<Answer> => {
  const { resource, headers, method, services } = request;
  if (resource.kind !== 'file') throw notFound();
  const { file } = resource;
  const { ifMatch, ifNoneMatch } = preconditionOf(request);
  if (ifMatch !== undefined && !holds({ ifMatch }, file.etag)) throw refuse(412);
  const validators = validatorsOf(file);
  if (
    (ifNoneMatch !== undefined && !holds({ ifNoneMatch }, file.etag)) ||
    unmodifiedSince(headers, file.modifiedAt)
  )
    return empty(304, validators);
  const described = {
    ...validators,
    ...confined,
    'content-type': file.type,
    'content-length': String(sizeOf(file.content)),
  };
  if (method === 'HEAD') return empty(200, described);
  return { status: 200, headers: described, body: await octetsOf(services.blobs, file.content) };
};

const row = { on: ['file'], body: 'none', handle } as const;

export const getFile: Method = { name: 'GET', source: 'RFC 9110 §9.3.1', ...row };
export const headFile: Method = { name: 'HEAD', source: 'RFC 9110 §9.3.2', ...row };
