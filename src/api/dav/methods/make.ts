import type { PropertyChange } from '../../../domain/home/properties.ts';
import type { Segment } from '../../../domain/kernel/ids.ts';
import { collectionStream, type CollectionKind } from '../../../domain/kernel/streams.ts';
import { DavError, refuse } from '../errors.ts';
import { isLive } from '../listing.ts';
import type { DavRequest } from '../tables.ts';
import { caldav, carddav, dav } from '../xml/names.ts';
import { type Creation, createStream, deleteStream } from './collection-stream.ts';
import { changeHome, removeEntry, seen } from './home.ts';

/** Where a collection is to be made. */
export interface Site {
  readonly of: CollectionKind;
  readonly segment: Segment;
}

/** Names under a calendar home that RFC 6638 scheduling will need. */
const reserved: ReadonlySet<string> = new Set(['inbox', 'outbox']);

const locationOk = {
  calendar: caldav('calendar-collection-location-ok'),
  addressbook: carddav('addressbook-collection-location-ok'),
} as const satisfies Record<CollectionKind, unknown>;

/**
 * The site a request to make a collection of a kind means, before its body is read.
 *
 * An entry whose stream is gone (a deletion that was cut short) is taken away first, so that its
 * place is free again.
 *
 * @throws DavError 405 `resource-must-be-null` where something is, 409 below a missing collection,
 * 403 `calendar-collection-location-ok` or CardDAV's where no such collection may be, 404 elsewhere.
 */
export const siteFor = async (request: DavRequest): Promise<Site> => {
  const { resource } = request;
  switch (resource.kind) {
    case 'vacant':
      return { of: resource.of, segment: resource.segment };
    case 'collection': {
      const { stream, entry } = resource;
      const row = (await request.services.collections.collections([stream])).get(stream);
      if (isLive(row)) break;
      await removeEntry(request, entry.collection);
      return { of: entry.kind, segment: entry.segment };
    }
    case 'object':
      throw refuse(403, locationOk[resource.collection.entry.kind]);
    case 'unmapped':
      throw refuse(403, locationOk.calendar);
    case 'nothing':
      throw refuse(resource.orphan ? 409 : 404);
    default:
  }
  throw refuse(405, dav('resource-must-be-null'));
};

/** @throws DavError 403 when the site does not take collections of this kind. */
export const mustTake = ({ of, segment }: Site, kind: CollectionKind): void => {
  if (of !== kind || (of === 'calendar' && reserved.has(segment)))
    throw refuse(403, locationOk[kind]);
};

/**
 * Makes a collection: first its own stream, then the home's entry that shows it. A home that refuses
 * leaves a stream nobody ever saw, which is deleted again.
 *
 * @throws DavError as the condition tables say.
 */
export const make = async (
  request: DavRequest,
  { segment }: Site,
  creation: Creation,
  properties: PropertyChange,
): Promise<void> => {
  const collection = request.services.newCollectionId();
  const { kind } = creation;
  const stream = collectionStream(kind, collection);
  await seen(request, stream, await createStream(request, stream, creation));
  try {
    await changeHome(request, { type: 'AddCollection', collection, kind, segment, properties });
  } catch (error) {
    // Anything else than a refusal leaves open whether the entry was recorded: then the stream must stay.
    if (error instanceof DavError) await deleteStream(request, kind, stream);
    throw error;
  }
};
