import { holds } from '../../../domain/collection/precondition.ts';
import type { Written, WritingRefusal } from '../../../domain/account/entry-writing.ts';
import { cardContents } from '../../../domain/vcard/card-contents.ts';
import { cardId } from '../../books/card.ts';
import { type Answer, empty } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest, type DavError, notFound, refuse } from '../errors.ts';
import { hrefElement } from '../href.ts';
import { objectText } from '../objects/data.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import { submissionOf } from '../objects/submission.ts';
import type { DavRequest, Method } from '../tables.ts';
import { carddav, dav, type Name } from '../xml/names.ts';
import { element } from '../xml/write.ts';
import { cardAt } from './card.ts';

/** RFC 3744 §7.1.1: what somebody would have to be granted, and where. */
const needPrivilege = ({ path }: DavRequest, name: Name): DavError =>
  refuse(403, dav('need-privileges'), {
    content: element(
      dav('resource'),
      hrefElement(path.raw),
      element(dav('privilege'), element(name)),
    ),
  });

const refusalOf = (request: DavRequest, refusal: WritingRefusal): DavError => {
  switch (refusal) {
    case 'not-allowed':
      return needPrivilege(request, dav('write-content'));
    case 'not-fitting':
      return refuse(403, carddav('valid-address-data'), {
        reason: 'The directory has no place for this card, or wants something that it lacks.',
      });
    case 'exists':
      return refuse(409, undefined, { reason: 'The directory has such an entry by now.' });
    case 'not-found':
      return notFound();
  }
};

export const mustBeDone = (request: DavRequest, written: Written): void => {
  if ('refused' in written) throw refusalOf(request, written.refused);
};

/**
 * PUT of a card into a directory: adds an entry, or changes what the card says otherwise. No ETag goes back
 * (RFC 6352 §6.3.2.3): the entry's own card is served from now on.
 */
const put = async (request: DavRequest): Promise<Answer> => {
  const { resource } = request;
  if (resource.kind !== 'directory-card') throw notFound();
  const { writing, asking } = resource.directory.book;
  const id = cardId(resource.name);
  if (writing === undefined) throw needPrivilege(request, dav('write-content'));
  if (id === undefined)
    throw refuse(403, undefined, { reason: 'The name of a card here ends with .vcf.' });
  const { octets } = submissionOf(request, 'addressbook');
  const current = await cardAt(resource);
  if (!holds(preconditionOf(request), current?.etag)) throw refuse(412);
  const contents = cardContents(objectText({ octets }));
  const isNew = current === undefined;
  mustBeDone(request, await writing[isNew ? 'add' : 'replace'](id, contents, asking));
  return empty(isNew ? 201 : 204);
};

const remove = async (request: DavRequest): Promise<Answer> => {
  const { resource } = request;
  if (resource.kind !== 'directory-card') throw notFound();
  const { writing, asking } = resource.directory.book;
  if (writing === undefined) throw needPrivilege(request, dav('unbind'));
  const id = cardId(resource.name);
  const current = await cardAt(resource);
  if (!holds(preconditionOf(request), current?.etag)) throw refuse(412);
  if (id === undefined || current === undefined) throw notFound();
  mustBeDone(request, await writing.remove(id, asking));
  return empty(204);
};

/** PUT and DELETE of a card, where somebody may change the directory. */
export const changeCard: readonly Method[] = [
  {
    name: 'PUT',
    source: 'RFC 6352 §6.3.2',
    on: ['directory-card'],
    body: 'resource',
    handle: put,
  },
  {
    name: 'DELETE',
    source: 'RFC 9110 §9.3.5',
    on: ['directory-card'],
    body: 'none',
    handle: remove,
  },
];

/** A directory is the administrator's; somebody's own book in one goes with everything in it. */
export const changeBook: readonly Method[] = [
  {
    name: 'PROPPATCH',
    source: 'RFC 3744 §7.1.1',
    on: ['directory'],
    body: 'xml',
    handle: async (request) => {
      throw needPrivilege(request, dav('write-properties'));
    },
  },
  {
    name: 'DELETE',
    source: 'RFC 4918 §9.6.1',
    on: ['directory'],
    body: 'none',
    async handle(request) {
      const { resource, headers, services, principal } = request;
      if (resource.kind !== 'directory') throw notFound();
      const { isOwn, segment } = resource.book;
      if (!isOwn) throw needPrivilege(request, dav('unbind'));
      if (depthOf(headers, 'infinity') !== 'infinity')
        throw badRequest('A collection is only deleted with Depth infinity (RFC 4918 §9.6.1).');
      mustBeDone(request, await services.directories.removeOwn(principal, segment));
      return empty(204);
    },
  },
];
