import { delegations } from '../../../domain/rights/delegation.ts';
import { groupsOf, type Known, membersOf } from '../../books/principals.ts';
import { hrefs } from '../href.ts';
import type { DavRequest, Subject, View } from '../tables.ts';
import { caldav, calendarServer, dav, type Name } from '../xml/names.ts';

export type KnownSubject = Extract<Subject, { readonly place: 'known-principal' }>;

/** Properties for which groups and delegations have to be looked up. */
const ofGroups: ReadonlySet<Name> = new Set([
  dav('group-member-set'),
  dav('group-membership'),
  ...delegations.map((of) => calendarServer(`calendar-proxy-${of}-for`)),
]);

/** A request that says whether its answer tells of groups. */
export const tellingOfGroups = (request: DavRequest, names: readonly Name[]): DavRequest =>
  names.some((name) => ofGroups.has(name)) ? { ...request, tellsOfGroups: true } : request;

const hrefsOf = (users: readonly string[]): readonly string[] => users.map(hrefs.principal);

/** Somebody a directory knows, as a subject. @throws UserSourceUnavailable */
export const knownSubject = async (
  request: Pick<DavRequest, 'services' | 'principal' | 'tellsOfGroups'>,
  known: Known,
  view: View,
): Promise<KnownSubject> => ({
  place: 'known-principal',
  view,
  known,
  ...(request.tellsOfGroups === true
    ? {
        members: hrefsOf(await membersOf(known)),
        groups: hrefsOf(await groupsOf(request.services.directories, request.principal, known)),
      }
    : {}),
});

/** calendar-user-type of what an entry stands for (RFC 5545 §3.2.3). */
export const userTypes = {
  individual: 'INDIVIDUAL',
  group: 'GROUP',
  location: 'ROOM',
  thing: 'RESOURCE',
} as const satisfies Record<Known['entry']['kind'], string>;

/** Calendar Server's words for the same. */
export const recordTypes = {
  individual: 'users',
  group: 'groups',
  location: 'locations',
  thing: 'resources',
} as const satisfies Record<Known['entry']['kind'], string>;

export const CALENDAR_USER_TYPE = caldav('calendar-user-type');
