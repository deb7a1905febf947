/**
 * A request that is refused as a whole, by one of the common status codes (MS-ASCMD 2.2.2). Before version 14.0
 * they were HTTP statuses: see `status.ts`.
 */
export class EasRefusal extends Error {
  override readonly name = 'EasRefusal';
  readonly status: CommonStatus;
  constructor(status: CommonStatus, reason = '') {
    super(reason);
    this.status = status;
  }
}

/** Those that Daybook gives. */
export const commonStatuses = {
  InvalidContent: 101,
  InvalidWbxml: 102,
  InvalidXml: 103,
  InvalidDateTime: 104,
  InvalidIds: 106,
  InvalidDeviceId: 108,
  InvalidDeviceType: 109,
  ServerError: 110,
  ServerErrorRetryLater: 111,
  DeviceIsBlocked: 129,
  AccessDenied: 130,
  CommandNotSupported: 137,
  VersionNotSupported: 138,
  DeviceNotFullyProvisionable: 139,
  RemoteWipeRequested: 140,
  DeviceNotProvisioned: 142,
  PolicyRefresh: 143,
  InvalidPolicyKey: 144,
  ExternallyManagedDevicesNotAllowed: 145,
  DeviceInformationRequired: 165,
  MaximumDevicesReached: 177,
} as const;
export type CommonStatus = keyof typeof commonStatuses;
