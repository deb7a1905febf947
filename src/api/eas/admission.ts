import { createHash } from 'node:crypto';
import type { Device, DeviceId, DeviceRejection } from '../../domain/account/devices.ts';
import { type DevicePolicy, mildPolicy, policyText } from '../../domain/activesync/policy.ts';
import type { DeviceRow } from '../../domain/activesync/ledger.ts';
import type { Version } from '../../domain/activesync/version.ts';
import type { Provenance } from '../../domain/kernel/ports.ts';
import type { Principal, Services } from '../services.ts';
import { type CommonStatus, EasRefusal } from './errors.ts';
import type { EasParts } from './parts.ts';
import type { Command, PresentDevice } from './table.ts';

/** A device that wants something, before anybody has looked at it. */
export interface Arriving {
  readonly services: Services;
  readonly parts: EasParts;
  readonly principal: Principal;
  readonly id: DeviceId;
  readonly type: string;
  readonly agent: string;
  readonly version: Version;
  readonly policyKey: string;
  readonly address: string;
  readonly by: Provenance;
}

/**
 * Android's set-up asks as this device whether there is anything; it comes never again, and is none. It may do what
 * leads to a list of folders, and nothing else.
 */
const PROBE = 'VALIDATE';
const probing: ReadonlySet<string> = new Set(['Provision', 'Settings', 'FolderSync']);

const refusals = {
  DeviceNotFound: 'DeviceIsBlocked',
  TooManyDevices: 'MaximumDevicesReached',
  DeviceNotWiping: 'DeviceIsBlocked',
  UnusableDevice: 'InvalidDeviceType',
} as const satisfies Record<DeviceRejection['kind'], CommonStatus>;

/** Why a command about a device was refused, as its client is told. */
export const deviceRefusal = ({ kind }: DeviceRejection): EasRefusal =>
  new EasRefusal(refusals[kind], kind);

const newcomer = ({ type, agent, version, services, parts, principal }: Arriving): Device => ({
  deviceType: type,
  agent,
  protocolVersion: version,
  standing: parts.settings.quarantine(services.domains.of(principal)) ? 'quarantined' : 'allowed',
  details: {},
});

/** The device as its account knows it; a new one becomes known. @throws EasRefusal */
const known = async (arriving: Arriving, command: Command): Promise<Device> => {
  const { parts, principal, id, by, services } = arriving;
  const before = (await parts.desk.of(principal.account)).get(id);
  if (before !== undefined) return before;
  const device = newcomer(arriving);
  if (id === PROBE) {
    if (!probing.has(command.name)) throw new EasRefusal('DeviceIsBlocked', 'A probe.');
    return device;
  }
  const { deviceType, agent, protocolVersion } = device;
  const refused = await parts.desk.tell(
    principal.account,
    {
      type: 'ConnectDevice',
      device: id,
      ...{ deviceType, agent, protocolVersion },
      standing: device.standing === 'quarantined' ? 'quarantined' : 'allowed',
      most: parts.settings.devices(services.domains.of(principal)),
    },
    by,
  );
  if (refused !== undefined) throw deviceRefusal(refused);
  return device;
};

/** @throws EasRefusal for a device that is to be wiped, or kept out */
const mustBeWelcome = ({ standing, wipe }: Device, command: Command): void => {
  if (wipe?.state === 'asked') {
    if (command.name !== 'Provision') throw new EasRefusal('RemoteWipeRequested');
    return;
  }
  const isWaiting = standing === 'quarantined' && command.inQuarantine;
  if (wipe !== undefined || (standing !== 'allowed' && !isWaiting))
    throw new EasRefusal('DeviceIsBlocked', standing);
};

/**
 * What is demanded of somebody's devices: by the first of the configuration's entries that is about them. Absent
 * where nothing is configured for them: then they get a policy that demands nothing, and need not have it.
 */
export const policyOf = async ({
  services,
  parts,
  principal,
}: Pick<Arriving, 'services' | 'parts' | 'principal'>): Promise<DevicePolicy | undefined> => {
  const policies = parts.settings.policies(services.domains.of(principal));
  if (policies.size === 0) return undefined;
  const own = policies.get(principal.login);
  if (own !== undefined) return own;
  const named = [...policies].filter(([name]) => name.startsWith('@'));
  if (named.length > 0) {
    const { groups } = await services.sharing.askerOf(principal);
    for (const [name, policy] of named) {
      const group = await services.sharing.groupCalled(name.slice(1));
      if (group !== undefined && groups.has(group)) return policy;
    }
  }
  return policies.get('*');
};

/** Names a policy by what it says. */
export const policyDigest = (policy: DevicePolicy = mildPolicy): string =>
  createHash('sha256').update(policyText(policy)).digest('base64url');

/** @throws EasRefusal where the key is missing, another's, or that of a policy that was changed since */
const mustHavePolicy = async (arriving: Arriving, recent: DeviceRow): Promise<void> => {
  const policy = await policyOf(arriving);
  if (policy === undefined) return;
  const { policyKey, parts, principal, id } = arriving;
  const has = ({ confirmed }: DeviceRow): boolean =>
    policyKey === '0'
      ? policy.admitsOthers && confirmed === undefined
      : confirmed?.key === policyKey && confirmed.policy === policyDigest(policy);
  // Another node may have given it the key just now.
  if (has(recent) || has(await parts.ledger.device(principal.account, id))) return;
  throw new EasRefusal(policyKey === '0' ? 'DeviceNotProvisioned' : 'InvalidPolicyKey');
};

/** How old a note of when a device was seen may be, in ms. */
const FRESH = 60_000;

const noteSight = async (arriving: Arriving, { seen }: DeviceRow): Promise<void> => {
  const { parts, principal, id, agent, version, address, services } = arriving;
  const at = services.now();
  const isFresh =
    seen !== undefined &&
    seen.agent === agent &&
    seen.protocolVersion === version &&
    Date.parse(at) - Date.parse(seen.at) < FRESH;
  if (isFresh || id === PROBE) return;
  await parts.ledger.saw(principal.account, id, { at, agent, protocolVersion: version, address });
};

/**
 * Lets a device in for a command, or says why not: blocked, waiting to be allowed, to be wiped, one too many, or
 * without the policy that it needs. @throws EasRefusal
 */
export const admitted = async (arriving: Arriving, command: Command): Promise<PresentDevice> => {
  const { parts, principal, id, type } = arriving;
  const [device, row] = await Promise.all([
    known(arriving, command),
    parts.ledger.recent(principal.account, id),
  ]);
  mustBeWelcome(device, command);
  if (command.needsPolicy) await mustHavePolicy(arriving, row);
  await noteSight(arriving, row);
  return { id, type, known: device };
};
