import { type Answer, empty } from '../answer.ts';
import { refuse } from '../errors.ts';
import { hrefs } from '../href.ts';
import { destinationOf } from '../objects/destination.ts';
import { objectAt } from '../objects/member.ts';
import { withRepresentation } from '../objects/representation.ts';
import { copyObject, moveObject } from '../objects/transfer.ts';
import type { DavRequest, Method } from '../tables.ts';

/** 201 where nothing was, else 204; within own collections of one kind. */
const handling =
  (transfer: typeof copyObject) =>
  async (request: DavRequest): Promise<Answer> => {
    const source = objectAt(request);
    const destination = await destinationOf(request, source);
    const { target } = destination;
    const created = await transfer(request, source, destination);
    const answer = created
      ? empty(201, { location: hrefs.object(target.collection, target.name) })
      : empty(204);
    return withRepresentation(request, target, answer);
  };

/**
 * Every resource has these methods, but "support for the COPY method does not guarantee the ability to
 * copy a resource" (RFC 4918 §9.8): collections have one place for their life, as in SOGo.
 */
const refused = async (): Promise<Answer> => {
  throw refuse(403, undefined, { reason: 'Collections are neither copied nor moved.' });
};

const objects = ['calendar-object', 'address-object'] as const;
const collections = [
  'root',
  'principal',
  'calendar-home',
  'addressbook-home',
  'calendar',
  'addressbook',
] as const;

/** Keeps the UID, so that a copy cannot stand beside its original (`no-uid-conflict`). */
export const copy: Method = {
  name: 'COPY',
  source: 'RFC 4918 §9.8, RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1',
  on: objects,
  body: 'none',
  preferences: ['return=representation'],
  handle: handling(copyObject),
};

export const move: Method = {
  name: 'MOVE',
  source: 'RFC 4918 §9.9, RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1',
  on: objects,
  body: 'none',
  preferences: ['return=representation'],
  handle: handling(moveObject),
};

export const copyCollection: Method = {
  name: 'COPY',
  source: 'RFC 4918 §9.8.3',
  on: collections,
  body: 'none',
  handle: refused,
};

export const moveCollection: Method = {
  name: 'MOVE',
  source: 'RFC 4918 §9.9.2',
  on: collections,
  body: 'none',
  handle: refused,
};
