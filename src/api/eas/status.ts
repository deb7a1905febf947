import type { Version } from '../../domain/activesync/version.ts';
import type { HomeRejection } from '../../domain/home/home.ts';
import { type CommonStatus, commonStatuses } from './errors.ts';

/** What clients before version 14.0 are told instead of a common status (MS-ASCMD 2.2.2). */
const httpStatuses = {
  InvalidContent: 400,
  InvalidWbxml: 400,
  InvalidXml: 400,
  InvalidDateTime: 400,
  InvalidIds: 400,
  InvalidDeviceId: 400,
  InvalidDeviceType: 400,
  ServerError: 500,
  ServerErrorRetryLater: 503,
  DeviceIsBlocked: 403,
  AccessDenied: 403,
  CommandNotSupported: 501,
  VersionNotSupported: 400,
  DeviceNotFullyProvisionable: 403,
  RemoteWipeRequested: 449,
  DeviceNotProvisioned: 449,
  PolicyRefresh: 449,
  InvalidPolicyKey: 449,
  ExternallyManagedDevicesNotAllowed: 403,
  DeviceInformationRequired: 403,
  MaximumDevicesReached: 403,
} as const satisfies Record<CommonStatus, number>;

/** How a version is told a common status: within the command's answer, or as that of HTTP. */
export const toldTo = (
  version: Version | undefined,
  status: CommonStatus,
): { readonly element: number } | { readonly http: number } =>
  version === undefined || version === '12.1'
    ? { http: httpStatuses[status] }
    : { element: commonStatuses[status] };

/** MS-ASCMD 2.2.3.177.2 to 2.2.3.177.5: the statuses of FolderCreate, FolderDelete and FolderUpdate. */
export const folderStatuses = {
  done: 1,
  exists: 2,
  special: 3,
  notFound: 4,
  parentNotFound: 5,
  serverError: 6,
  wrongKey: 9,
  malformed: 10,
  unknown: 11,
} as const;

/** Adding a rejection to the domain breaks this table until ActiveSync says how it answers it. */
export const homeStatuses = {
  SegmentTaken: folderStatuses.exists,
  CollectionExists: folderStatuses.exists,
  CollectionNotFound: folderStatuses.notFound,
  PersonalCollectionStays: folderStatuses.special,
  TooManyCollections: folderStatuses.unknown,
  PropertiesTooLarge: folderStatuses.malformed,
} as const satisfies Record<HomeRejection['kind'], number>;
