import type { PropertyChange } from '../../../domain/home/properties.ts';
import { empty, multistatus } from '../answer.ts';
import { badRequest, refuse } from '../errors.ts';
import { changeFiles } from '../files/run.ts';
import { hrefElement } from '../href.ts';
import { liveCollection } from '../listing.ts';
import { changeObject } from '../objects/change-properties.ts';
import { memberWithRow } from '../objects/member.ts';
import { preconditionOf } from '../objects/preconditions.ts';
import { appliedHeaders, prefers } from '../preferences.ts';
import { donePropstat, failedPropstats, planChange } from '../properties/change.ts';
import { instructionsOf } from '../properties/request.ts';
import { isAtHome, type Resource } from '../resource.ts';
import { type DavRequest, type Method, type Place, placeOf, subjectPlaces } from '../tables.ts';
import { needPrivilege, notShown } from '../viewer.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { dav } from '../xml/names.ts';
import { element, type Markup } from '../xml/write.ts';
import { changeHome } from './home.ts';

/** Places with a PROPPATCH of their own, or none. */
const elsewhere: ReadonlySet<Place> = new Set([
  'addressbook-home',
  'calendar-home',
  'directory',
  'directory-card',
]);

/**
 * PROPPATCH: everything or nothing, recorded as one event: of collections in the account's home, of objects
 * in their collection, of files and folders among the account's files, of the homes of calendars and
 * address books in its preferences (`proppatch-home.ts`). Nothing else keeps properties.
 */
export const proppatch: Method = {
  name: 'PROPPATCH',
  source: 'RFC 4918 §9.2',
  on: subjectPlaces.filter((place) => !elsewhere.has(place)),
  body: 'xml',
  preferences: ['return=minimal'],
  async handle(request) {
    const { resource } = request;
    const body = xmlBodyOf(request, dav('propertyupdate'));
    if (body === undefined) throw badRequest('PROPPATCH needs a body.');
    const instructions = instructionsOf(body, ['set', 'remove']);
    if (instructions.length === 0) throw badRequest('propertyupdate names no property.');
    const place = keeping(resource);
    if (resource.kind === 'collection') await liveCollection(request, resource);
    if (resource.kind !== 'object' && !isAtHome(resource, request.principal))
      throw needPrivilege(request.path.raw, dav('write-properties'));
    if (resource.kind === 'object') {
      const { collection, name } = resource;
      const { member, row } = await memberWithRow(request, collection, name);
      if (member === undefined) throw notShown(request, row);
    }
    const plan = planChange(request.tables, place, instructions);
    if ('failures' in plan) return respond(request, failedPropstats(instructions, plan.failures));
    await record(request, plan.change);
    // RFC 8144 §2.2.
    if (prefers(request.headers, 'return=minimal'))
      return empty(200, appliedHeaders(request.headers, 'return=minimal'));
    return respond(request, [donePropstat(instructions)]);
  },
};

/** The place of a resource that keeps properties. @throws DavError 403 */
const keeping = (resource: Resource) => {
  if (resource.kind === 'collection') return resource.entry.kind;
  if (resource.kind === 'object')
    return resource.collection.entry.kind === 'calendar' ? 'calendar-object' : 'address-object';
  if (resource.kind === 'file' || resource.kind === 'folder') return resource.kind;
  throw refuse(403, undefined, {
    reason: `Properties of a ${placeOf(resource)} cannot be changed.`,
  });
};

/** Objects, files and folders have dead properties only: all others of theirs are protected. */
const record = async (request: DavRequest, change: PropertyChange): Promise<void> => {
  const { resource } = request;
  const dead = change.dead ?? new Map<string, null>();
  if (resource.kind === 'collection') {
    const { collection } = resource.entry;
    await changeHome(request, { type: 'ChangeCollectionProperties', collection, change });
  } else if (resource.kind === 'object') {
    await changeObject(request, resource, dead);
  } else if (resource.kind === 'file' || resource.kind === 'folder') {
    const { at: path } = resource;
    const when = preconditionOf(request);
    await changeFiles(request, { type: 'ChangeItemProperties', path, dead, when });
  }
};

const respond = ({ path }: DavRequest, propstats: readonly Markup[]) =>
  multistatus([element(dav('response'), hrefElement(path.raw), ...propstats)]);
