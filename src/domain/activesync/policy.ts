import type { Data, Element } from './data.ts';

/** One thing that a policy may demand of devices (MS-ASPROV 2.2.2). */
interface PolicyElement {
  readonly name: string;
  /** A switch, or a number between two others. */
  readonly takes: 'switch' | readonly [least: number, most: number];
}

const on = (name: string): PolicyElement => ({ name, takes: 'switch' });
const number = (name: string, least: number, most: number): PolicyElement => ({
  name,
  takes: [least, most],
});

const MOST = 2_147_483_647;

/** In the order of the schema (MS-ASPROV 6.2), for some devices mind it. */
export const policyElements: readonly PolicyElement[] = [
  on('DevicePasswordEnabled'),
  on('AlphanumericDevicePasswordRequired'),
  on('PasswordRecoveryEnabled'),
  on('RequireStorageCardEncryption'),
  on('AttachmentsEnabled'),
  number('MinDevicePasswordLength', 1, 16),
  number('MaxInactivityTimeDeviceLock', 1, 9998),
  number('MaxDevicePasswordFailedAttempts', 4, 16),
  number('MaxAttachmentSize', 0, MOST),
  on('AllowSimpleDevicePassword'),
  number('DevicePasswordExpiration', 0, 730),
  number('DevicePasswordHistory', 0, 50),
  on('AllowStorageCard'),
  on('AllowCamera'),
  on('RequireDeviceEncryption'),
  on('AllowUnsignedApplications'),
  on('AllowUnsignedInstallationPackages'),
  number('MinDevicePasswordComplexCharacters', 1, 4),
  on('AllowWiFi'),
  on('AllowTextMessaging'),
  on('AllowPOPIMAPEmail'),
  number('AllowBluetooth', 0, 2),
  on('AllowIrDA'),
  on('RequireManualSyncWhenRoaming'),
  on('AllowDesktopSync'),
  number('MaxCalendarAgeFilter', 0, 7),
  on('AllowHTMLEmail'),
  number('MaxEmailAgeFilter', 0, 5),
  number('MaxEmailBodyTruncationSize', -1, MOST),
  number('MaxEmailHTMLBodyTruncationSize', -1, MOST),
  on('RequireSignedSMIMEMessages'),
  on('RequireEncryptedSMIMEMessages'),
  number('RequireSignedSMIMEAlgorithm', 0, 1),
  number('RequireEncryptionSMIMEAlgorithm', 0, 4),
  number('AllowSMIMEEncryptionAlgorithmNegotiation', 0, 2),
  on('AllowSMIMESoftCerts'),
  on('AllowBrowser'),
  on('AllowConsumerEmail'),
  on('AllowRemoteDesktop'),
  on('AllowInternetSharing'),
];

/** What is demanded of somebody's devices. */
export interface DevicePolicy {
  /** By the names of `policyElements`; what is absent is not sent. */
  readonly demands: ReadonlyMap<string, boolean | number>;
  /** Whether devices may come that apply it in part, or not at all. */
  readonly admitsOthers: boolean;
}

/** Sent where nothing is configured: demands nothing, and gives devices that insist on one a policy. */
export const mildPolicy: DevicePolicy = {
  demands: new Map<string, boolean | number>([
    ['DevicePasswordEnabled', false],
    ['AttachmentsEnabled', true],
    ['AllowSimpleDevicePassword', true],
    ['MaxCalendarAgeFilter', 0],
    ['AllowHTMLEmail', true],
    ['MaxEmailAgeFilter', 0],
  ]),
  admitsOthers: true,
};

const written = (value: boolean | number): string =>
  typeof value === 'number' ? String(value) : value ? '1' : '0';

/** The `EASProvisionDoc` of a policy, in the schema's order. Without a word on passwords none is needed. */
export const provisionDocument = ({ demands }: DevicePolicy): Element => {
  const elements: Data = policyElements.flatMap(({ name }) => {
    const value = demands.get(name) ?? (name === 'DevicePasswordEnabled' ? false : undefined);
    return value === undefined ? [] : [{ tag: `provision:${name}`, value: written(value) }];
  });
  return { tag: 'provision:EASProvisionDoc', value: elements };
};

/** Text that is another for every other policy. */
export const policyText = (policy: DevicePolicy): string =>
  JSON.stringify([provisionDocument(policy), policy.admitsOthers]);
