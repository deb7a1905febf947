import { holds } from '../../../domain/collection/precondition.ts';
import { type Answer, empty } from '../answer.ts';
import { notFound, refuse } from '../errors.ts';
import { acceptedForm, contentTypeIn, selective } from '../forms/object-forms.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import type { DavRequest, Method } from '../tables.ts';
import { carddav } from '../xml/names.ts';
import { cardAt } from './card.ts';

/** GET and HEAD of an entry's card, in the form that Accept asks for; nobody knows when it last changed. */
const handle = async (request: DavRequest): Promise<Answer> => {
  const { resource, headers, method } = request;
  if (resource.kind !== 'directory-card') throw notFound();
  const { ifMatch, ifNoneMatch } = preconditionOf(request);
  const card = await cardAt(resource);
  if (ifMatch !== undefined && !holds({ ifMatch }, card?.etag)) throw refuse(412);
  if (card === undefined) throw notFound();
  const validators = { etag: `"${card.etag}"`, vary: 'Accept' };
  if (ifNoneMatch !== undefined && !holds({ ifNoneMatch }, card.etag))
    return empty(304, validators);
  const accept = selective(headers.accept);
  const form = accept === undefined ? undefined : acceptedForm(accept, 'addressbook', card.text);
  if (form === 'none')
    throw refuse(406, carddav('supported-address-data-conversion'), {
      headers: { vary: 'Accept' },
    });
  const body = form === undefined ? card.octets : Buffer.from(form.write(card.text));
  const described = {
    ...validators,
    'content-type': form === undefined ? 'text/vcard; charset=utf-8' : contentTypeIn(form),
    'content-length': String(body.length),
  };
  return method === 'HEAD' ? empty(200, described) : { status: 200, headers: described, body };
};

const row = { on: ['directory-card'], body: 'none', handle } as const;

export const getCard: Method = { name: 'GET', source: 'RFC 9110 §9.3.1', ...row };
export const headCard: Method = { name: 'HEAD', source: 'RFC 9110 §9.3.2', ...row };
