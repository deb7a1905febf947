import { accept, type Decision, reject } from '../kernel/decision.ts';

/** What a device calls itself: letters, digits and a few marks, in upper case. */
export type DeviceId = string & { readonly brand: 'DeviceId' };

/** What an administrator, or the policy for new ones, says of a device. */
export const deviceStandings = ['allowed', 'quarantined', 'blocked'] as const;
export type DeviceStanding = (typeof deviceStandings)[number];

/** What is to be wiped: everything on the device, or what it has of this account. */
export const wipeScopes = ['device', 'account'] as const;
export type WipeScope = (typeof wipeScopes)[number];

/** How far a device applies a policy (MS-ASPROV 2.2.2.54). */
export const policyExtents = ['whole', 'part', 'none', 'external'] as const;
export type PolicyExtent = (typeof policyExtents)[number];

const detailNames = [
  'model',
  'imei',
  'friendlyName',
  'os',
  'osLanguage',
  'phoneNumber',
  'userAgent',
  'mobileOperator',
] as const;
/** What a device says of itself (MS-ASCMD 2.2.3.51); what it does not say is absent. */
export type DeviceDetails = { readonly [Name in (typeof detailNames)[number]]?: string };

export type DeviceCommand =
  | {
      /** At its first request; done already when it is known. */
      readonly type: 'ConnectDevice';
      readonly device: DeviceId;
      readonly deviceType: string;
      /** Its User-Agent. */
      readonly agent: string;
      /** Version of the protocol that it speaks. */
      readonly protocolVersion: string;
      readonly standing: 'allowed' | 'quarantined';
      /** Most devices an account may have; absent: as many as `DEVICE_LIMIT`. */
      readonly most?: number;
    }
  | {
      readonly type: 'DescribeDevice';
      readonly device: DeviceId;
      readonly details: DeviceDetails;
    }
  | {
      readonly type: 'RecordDevicePolicy';
      readonly device: DeviceId;
      /** Digest of the policy. */
      readonly policy: string;
      readonly extent: PolicyExtent;
    }
  | {
      readonly type: 'ChangeDeviceStanding';
      readonly device: DeviceId;
      readonly standing: DeviceStanding;
    }
  | {
      readonly type: 'RequestDeviceWipe';
      readonly device: DeviceId;
      readonly scope: WipeScope;
    }
  | {
      readonly type: 'RecordDeviceWipe';
      readonly device: DeviceId;
      readonly succeeded: boolean;
    }
  | { readonly type: 'ForgetDevice'; readonly device: DeviceId };

export type DeviceEvent =
  | {
      readonly type: 'DeviceConnected';
      readonly device: DeviceId;
      readonly deviceType: string;
      readonly agent: string;
      readonly protocolVersion: string;
      readonly standing: 'allowed' | 'quarantined';
    }
  | {
      readonly type: 'DeviceDescribed';
      readonly device: DeviceId;
      /** All that it says now. */
      readonly details: DeviceDetails;
    }
  | {
      readonly type: 'DevicePolicyRecorded';
      readonly device: DeviceId;
      readonly policy: string;
      readonly extent: PolicyExtent;
    }
  | {
      readonly type: 'DeviceStandingChanged';
      readonly device: DeviceId;
      readonly standing: DeviceStanding;
    }
  | {
      readonly type: 'DeviceWipeRequested';
      readonly device: DeviceId;
      readonly scope: WipeScope;
    }
  | {
      readonly type: 'DeviceWipeRecorded';
      readonly device: DeviceId;
      readonly succeeded: boolean;
    }
  | { readonly type: 'DeviceForgotten'; readonly device: DeviceId };

export type DeviceRejection =
  | { readonly kind: 'DeviceNotFound' }
  | { readonly kind: 'TooManyDevices'; readonly limit: number }
  | { readonly kind: 'DeviceNotWiping' }
  | { readonly kind: 'UnusableDevice' };

const deviceRejections: ReadonlySet<string> = new Set<DeviceRejection['kind']>([
  'DeviceNotFound',
  'TooManyDevices',
  'DeviceNotWiping',
  'UnusableDevice',
]);

/** Tells them from an account's others. */
export const isDeviceRejection = (rejection: {
  readonly kind: string;
}): rejection is DeviceRejection => deviceRejections.has(rejection.kind);

/** One device of an account. */
export interface Device {
  readonly deviceType: string;
  readonly agent: string;
  readonly protocolVersion: string;
  readonly standing: DeviceStanding;
  readonly details: DeviceDetails;
  /** The policy it took last, and how far. */
  readonly policy?: { readonly digest: string; readonly extent: PolicyExtent };
  /** A wipe: asked for, done, or refused by the device; once done, the device stays out until it is allowed again. */
  readonly wipe?: { readonly scope: WipeScope; readonly state: 'asked' | 'done' | 'failed' };
}

export type Devices = ReadonlyMap<DeviceId, Device>;

/** Most devices of an account, whatever is configured: its stream is folded to know them. */
const DEVICE_LIMIT = 100;
/** Characters of what a device says of itself. */
const DETAIL_LIMIT = 1024;

const isText = (text: string): boolean =>
  text.length <= DETAIL_LIMIT && !/\p{Cc}/u.test(text) && text.isWellFormed();

/** Only letters that travel everywhere: the id stands in queries, logs and tables. */
export const deviceIdFrom = (text: string): DeviceId | undefined =>
  /^[A-Za-z0-9._-]{1,64}$/.test(text) ? (text.toUpperCase() as DeviceId) : undefined;

type Answer = Decision<DeviceEvent, DeviceRejection>;

const connect = (
  command: Extract<DeviceCommand, { type: 'ConnectDevice' }>,
  devices: Devices,
): Answer => {
  const { device, deviceType, agent, protocolVersion, standing, most = DEVICE_LIMIT } = command;
  if (devices.has(device)) return accept();
  const limit = Math.min(most, DEVICE_LIMIT);
  if (devices.size >= limit) return reject({ kind: 'TooManyDevices', limit });
  if (![deviceType, agent, protocolVersion].every(isText))
    return reject({ kind: 'UnusableDevice' });
  return accept({
    type: 'DeviceConnected',
    ...{ device, deviceType, agent, protocolVersion, standing },
  });
};

const sameDetails = (one: DeviceDetails, other: DeviceDetails): boolean =>
  detailNames.every((name) => one[name] === other[name]);

const requestWipe = (
  { device, scope }: Extract<DeviceCommand, { type: 'RequestDeviceWipe' }>,
  { wipe }: Device,
): Answer =>
  wipe?.scope === scope && wipe.state === 'asked'
    ? accept()
    : accept({ type: 'DeviceWipeRequested', device, scope });

const changeStanding = (
  { device, standing }: Extract<DeviceCommand, { type: 'ChangeDeviceStanding' }>,
  known: Device,
): Answer =>
  // Allowing a wiped device lets it begin anew.
  known.standing === standing && (standing !== 'allowed' || known.wipe === undefined)
    ? accept()
    : accept({ type: 'DeviceStandingChanged', device, standing });

/** Decides on the devices of an open account. */
export const decideDevice = (command: DeviceCommand, devices: Devices): Answer => {
  if (command.type === 'ConnectDevice') return connect(command, devices);
  const { device } = command;
  const known = devices.get(device);
  if (known === undefined) return reject({ kind: 'DeviceNotFound' });
  switch (command.type) {
    case 'DescribeDevice': {
      const { details } = command;
      if (!Object.values(details).every(isText)) return reject({ kind: 'UnusableDevice' });
      return sameDetails(details, known.details)
        ? accept()
        : accept({ type: 'DeviceDescribed', device, details });
    }
    case 'RecordDevicePolicy': {
      const { policy, extent } = command;
      return known.policy?.digest === policy && known.policy.extent === extent
        ? accept()
        : accept({ type: 'DevicePolicyRecorded', device, policy, extent });
    }
    case 'ChangeDeviceStanding':
      return changeStanding(command, known);
    case 'RequestDeviceWipe':
      return requestWipe(command, known);
    case 'RecordDeviceWipe':
      return known.wipe?.state === 'asked'
        ? accept({ type: 'DeviceWipeRecorded', device, succeeded: command.succeeded })
        : reject({ kind: 'DeviceNotWiping' });
    case 'ForgetDevice':
      return accept({ type: 'DeviceForgotten', device });
  }
};

const changed = (
  known: Device,
  event: Exclude<DeviceEvent, { type: 'DeviceConnected' }>,
): Device => {
  switch (event.type) {
    case 'DeviceDescribed':
      return { ...known, details: event.details };
    case 'DevicePolicyRecorded':
      return { ...known, policy: { digest: event.policy, extent: event.extent } };
    case 'DeviceStandingChanged': {
      const { wipe, ...rest } = known;
      const kept = event.standing === 'allowed' || wipe === undefined ? {} : { wipe };
      return { ...rest, ...kept, standing: event.standing };
    }
    case 'DeviceWipeRequested':
      return { ...known, wipe: { scope: event.scope, state: 'asked' } };
    case 'DeviceWipeRecorded': {
      const scope = known.wipe?.scope ?? 'device';
      return { ...known, wipe: { scope, state: event.succeeded ? 'done' : 'failed' } };
    }
    case 'DeviceForgotten':
      return known;
  }
};

export const evolveDevices = (devices: Devices, event: DeviceEvent): Devices => {
  const next = new Map(devices);
  if (event.type === 'DeviceConnected') {
    const { deviceType, agent, protocolVersion, standing } = event;
    return next.set(event.device, { deviceType, agent, protocolVersion, standing, details: {} });
  }
  if (event.type === 'DeviceForgotten') next.delete(event.device);
  else {
    const known = devices.get(event.device);
    if (known !== undefined) next.set(event.device, changed(known, event));
  }
  return next;
};

const deviceEvents: ReadonlySet<string> = new Set<DeviceEvent['type']>([
  'DeviceConnected',
  'DeviceDescribed',
  'DevicePolicyRecorded',
  'DeviceStandingChanged',
  'DeviceWipeRequested',
  'DeviceWipeRecorded',
  'DeviceForgotten',
]);

/** Tells the events of devices from an account's others. */
export const isDeviceEvent = (event: { readonly type: string }): event is DeviceEvent =>
  deviceEvents.has(event.type);
