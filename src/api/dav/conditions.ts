import type { AddressBookRejection } from '../../domain/addressbook/addressbook.ts';
import type { CalendarRejection } from '../../domain/calendar/calendar.ts';
import type { FilesRejection } from '../../domain/files/changes.ts';
import type { HomeRejection } from '../../domain/home/home.ts';
import type { PreferencesRejection } from '../../domain/preferences/preferences.ts';
import type { RightsRejection } from '../../domain/rights/rights.ts';
import { type Condition, DavError, type Refusal } from './errors.ts';
import { hrefElement, hrefs } from './href.ts';
import type { CollectionResource } from './resource.ts';
import type { DavRequest } from './tables.ts';
import { needPrivilege } from './viewer.ts';
import { caldav, carddav, dav } from './xml/names.ts';

const rightsConditions = {
  NeedPrivileges: { status: 403, element: dav('need-privileges') },
  UnknownRole: { status: 400 },
  TooManyGrants: { status: 507 },
} as const satisfies Record<RightsRejection['kind'], Condition>;

/** Adding a rejection to the domain breaks these tables until DAV says how it answers it. */
export const calendarConditions = {
  PreconditionFailed: { status: 412 },
  UidConflict: { status: 403, element: caldav('no-uid-conflict') },
  ComponentNotSupported: { status: 403, element: caldav('supported-calendar-component') },
  PropertiesTooLarge: { status: 507 },
  OthersTakePart: { status: 409 },
  ObjectNotFound: { status: 404 },
  CollectionNotFound: { status: 404 },
  CollectionExists: { status: 405, element: dav('resource-must-be-null') },
  ...rightsConditions,
} as const satisfies Record<CalendarRejection['kind'], Condition>;

export const addressBookConditions = {
  PreconditionFailed: { status: 412 },
  UidConflict: { status: 403, element: carddav('no-uid-conflict') },
  PropertiesTooLarge: { status: 507 },
  ObjectNotFound: { status: 404 },
  CollectionNotFound: { status: 404 },
  CollectionExists: { status: 405, element: dav('resource-must-be-null') },
  ...rightsConditions,
} as const satisfies Record<AddressBookRejection['kind'], Condition>;

const filesConditions = {
  PreconditionFailed: { status: 412 },
  ItemNotFound: { status: 404 },
  ItemExists: { status: 405, element: dav('resource-must-be-null') },
  ParentNotFound: { status: 409 },
  FolderInTheWay: { status: 405 },
  RootStays: { status: 403 },
  WithinItself: { status: 403 },
  TooDeep: { status: 403 },
  TooManyItems: { status: 507 },
  NoRoom: { status: 507, element: dav('quota-not-exceeded') },
  PropertiesTooLarge: { status: 507 },
} as const satisfies Record<FilesRejection['kind'], Condition>;

export const homeConditions = {
  SegmentTaken: { status: 405, element: dav('resource-must-be-null') },
  CollectionExists: { status: 405, element: dav('resource-must-be-null') },
  CollectionNotFound: { status: 404 },
  PersonalCollectionStays: { status: 403 },
  TooManyCollections: { status: 507 },
  PropertiesTooLarge: { status: 507 },
} as const satisfies Record<HomeRejection['kind'], Condition>;

/** The refusal of an object's command; the holder of a UID is named (RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1). */
export const calendarRefusal = (
  rejection: CalendarRejection,
  at: CollectionResource,
  by: Asking,
): Refusal => {
  const condition = withHolder(calendarConditions[rejection.kind], rejection, at, by);
  // As SOGo says it.
  const isSogos = rejection.kind === 'UidConflict' && by.services.dialect === 'sogo';
  return isSogos ? { ...condition, status: 409 } : condition;
};

export const addressBookRefusal = (
  rejection: AddressBookRejection,
  at: CollectionResource,
  by: Asking,
): Refusal => withHolder(addressBookConditions[rejection.kind], rejection, at, by);

type Asking = Pick<DavRequest, 'principal' | 'path' | 'services'>;

export const filesRefusal = (rejection: FilesRejection): Refusal => filesConditions[rejection.kind];
/** The first two are no property's values. */
const preferencesConditions = {
  UnknownTimeZone: { status: 409 },
  UnknownLanguage: { status: 409 },
  CategoriesTooLarge: { status: 507 },
  SettingsTooLarge: { status: 507 },
} as const satisfies Record<PreferencesRejection['kind'], Condition>;

export const preferencesRefusal = (rejection: PreferencesRejection): Refusal =>
  preferencesConditions[rejection.kind];

export const homeRefusal = (rejection: HomeRejection): Refusal => homeConditions[rejection.kind];

/** A holder is named to the owner alone: others may not be meant to know of it. */
const withHolder = (
  condition: Condition,
  rejection: CalendarRejection | AddressBookRejection,
  at: CollectionResource,
  { principal, path }: Asking,
): Refusal => {
  if (rejection.kind === 'UidConflict' && at.owner.account === principal.account)
    return { ...condition, content: hrefElement(hrefs.object(at, rejection.holder)) };
  return rejection.kind === 'NeedPrivileges'
    ? needPrivilege(path.raw, dav('write')).refusal
    : condition;
};

/** What an outcome accepted; a refused one is thrown as the table says. */
export const accepted = <Accepted extends { readonly accepted: unknown }, Rejection>(
  outcome: Accepted | { readonly rejected: Rejection },
  refusalOf: (rejection: Rejection) => Refusal,
): Accepted => {
  if ('rejected' in outcome) throw new DavError(refusalOf(outcome.rejected));
  return outcome;
};
