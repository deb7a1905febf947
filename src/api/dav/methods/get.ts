import { holds } from '../../../domain/collection/precondition.ts';
import { sizeOf } from '../../../domain/kernel/content.ts';
import { type Answer, empty } from '../answer.ts';
import { refuse } from '../errors.ts';
import { acceptedForm, contentTypeIn, type ObjectForm, selective } from '../forms/object-forms.ts';
import { objectText } from '../objects/data.ts';
import { bookReading, needsBook } from '../objects/books.ts';
import { contentTypeOf, VLIST } from '../objects/media.ts';
import { memberWithRow, objectAt } from '../objects/member.ts';
import { octetsOf } from '../objects/octets.ts';
import { preconditionOf, unmodifiedSince } from '../objects/preconditions.ts';
import { validatorsOf } from '../objects/representation.ts';
import { servedOctets, zonesVary, zonesWanted } from '../objects/zones.ts';
import { scheduleTagHeader } from '../scheduling/tag.ts';
import type { DavRequest, Method } from '../tables.ts';
import { notShown } from '../viewer.ts';
import { carddav } from '../xml/names.ts';

/**
 * GET and HEAD of an object: its octets as they were stored, or in another form that Accept asks for. All
 * forms have the object's one entity tag: clients compare it with `getetag` and send it back in If-Match.
 * If-Match is judged before the other preconditions (RFC 9110 §13.2.2). Ranges are not served; the whole
 * is (RFC 9110 §14.2).
 */
const handle = async (request: DavRequest): Promise<Answer> => {
  const { headers, method, services } = request;
  const { collection, name } = objectAt(request);
  const { ifMatch, ifNoneMatch } = preconditionOf(request);
  const { member, row } = await memberWithRow(request, collection, name);
  if (ifMatch !== undefined && !holds({ ifMatch }, member?.etag)) throw refuse(412);
  if (member === undefined) throw notShown(request, row);
  const vary = ['Accept', ...zonesVary(member)].join(', ');
  const validators = {
    ...validatorsOf(member),
    ...scheduleTagHeader(member.scheduleTag),
    vary,
  };
  if (
    (ifNoneMatch !== undefined && !holds({ ifNoneMatch }, member.etag)) ||
    unmodifiedSince(headers, member.modifiedAt)
  )
    return empty(304, validators);
  const stored = { ...validators, 'content-type': contentTypeOf(member) };
  const accept = selective(headers.accept);
  const zones = zonesWanted(headers);
  if (method === 'HEAD' && accept === undefined && zones === undefined)
    return empty(200, { ...stored, 'content-length': String(sizeOf(member.content)) });
  const octets = servedOctets(await octetsOf(services.blobs, member.content), member, headers);
  const form =
    accept === undefined
      ? undefined
      : acceptedForm(accept, collection.entry.kind, objectText({ octets }));
  if (form === 'none')
    throw refuse(406, carddav('supported-address-data-conversion'), {
      headers: { vary: 'Accept' },
    });
  const body = form === undefined ? octets : Buffer.from(await written(request, form, octets));
  const described = {
    ...stored,
    ...(form && { 'content-type': contentTypeIn(form) }),
    'content-length': String(body.length),
  };
  return method === 'HEAD' ? empty(200, described) : { status: 200, headers: described, body };
};

/** An object in another form; lists with their members looked up. */
const written = async (
  request: DavRequest,
  form: ObjectForm,
  octets: Uint8Array,
): Promise<string> => {
  const { collection } = objectAt(request);
  const text = objectText({ octets });
  const turning = form.type === VLIST ? 'into lists' : 'into groups';
  const isBookNeeded = collection.entry.kind === 'addressbook' && needsBook(text, turning);
  const book = isBookNeeded
    ? await bookReading(request.services, collection.stream)([text], turning)
    : undefined;
  return form.write(text, book);
};

const row = {
  on: ['calendar-object', 'address-object'],
  body: 'none',
  handle,
} as const;

export const get: Method = { name: 'GET', source: 'RFC 9110 §9.3.1', ...row };
export const head: Method = { name: 'HEAD', source: 'RFC 9110 §9.3.2', ...row };
