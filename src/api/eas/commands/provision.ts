import { createHash, randomInt } from 'node:crypto';
import type { PolicyExtent } from '../../../domain/account/devices.ts';
import type { Element } from '../../../domain/activesync/data.ts';
import { mildPolicy, provisionDocument } from '../../../domain/activesync/policy.ts';
import { deviceRefusal, policyDigest, policyOf } from '../admission.ts';
import { EasRefusal } from '../errors.ts';
import { readDeviceInformation, tellDetails } from '../device-information.ts';
import type { Command, EasAnswer, EasRequest } from '../table.ts';
import { fields, optional, repeated, text } from '../wbxml/read.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `provision:${name}`,
  value,
});

/** The only type of policy since version 12.0 (MS-ASPROV 2.2.2.43). */
const POLICY_TYPE = 'MS-EAS-Provisioning-WBXML';

const readPolicy = fields({
  type: optional('provision:PolicyType', text(64)),
  key: optional('provision:PolicyKey', text(16)),
  status: optional('provision:Status', text(4)),
});

const readWipe = fields({ status: optional('provision:Status', text(4)) });

const readRequest = fields({
  information: optional('settings:DeviceInformation', readDeviceInformation),
  policies: optional(
    'provision:Policies',
    fields({ policies: repeated('provision:Policy', readPolicy, 4) }),
  ),
  wiped: optional('provision:RemoteWipe', readWipe),
  accountWiped: optional('provision:AccountOnlyRemoteWipe', readWipe),
});

/** MS-ASPROV 2.2.2.54.1, .2 */
const statuses = {
  done: '1',
  /** Of the request: it cannot be understood. Of a policy: there is none. */
  unclear: '2',
  unknownType: '3',
  wrongKey: '5',
} as const;

const extents: Readonly<Record<string, PolicyExtent>> = {
  1: 'whole',
  2: 'part',
  3: 'none',
  4: 'external',
};

const MOST = 2 ** 32 - 1;

/** A number of 32 bits, and not 0, which is no key. */
const newPolicyKey = (): string => String(randomInt(1, MOST));

/** The key that an acknowledged one leads to, another number: the same again when the answer was lost. */
const keyAfter = ({ principal, device }: EasRequest, offered: string): string => {
  const digest = createHash('sha256')
    .update(`${principal.account} ${device.id} ${offered}`)
    .digest();
  const key = 1 + (digest.readUInt32BE() % (MOST - 1));
  return String(String(key) === offered ? key + 1 : key);
};

const information: Element = {
  tag: 'settings:DeviceInformation',
  value: [{ tag: 'settings:Status', value: '1' }],
};

const answer = (told: boolean, ...rest: readonly Element[]): EasAnswer => ({
  element: tag('Provision', [
    ...(told ? [information] : []),
    tag('Status', statuses.done),
    ...rest,
  ]),
});

const policy = (...content: readonly Element[]): Element =>
  tag('Policies', [tag('Policy', [tag('PolicyType', POLICY_TYPE), ...content])]);

/** The first phase: which policy there is, under a key that has to be acknowledged. */
const offer = async (request: EasRequest, told: boolean): Promise<EasAnswer> => {
  const { parts, principal, device } = request;
  const demanded = (await policyOf(request)) ?? mildPolicy;
  const key = newPolicyKey();
  await parts.ledger.offer(principal.account, device.id, { key, policy: policyDigest(demanded) });
  return answer(
    told,
    policy(
      tag('Status', statuses.done),
      tag('PolicyKey', key),
      tag('Data', [provisionDocument(demanded)]),
    ),
  );
};

/** @throws EasRefusal where a policy has to be applied in full and was not */
const mustSuffice = (extent: PolicyExtent, admitsOthers: boolean): void => {
  if (extent === 'whole' || admitsOthers) return;
  throw new EasRefusal(
    extent === 'external' ? 'ExternallyManagedDevicesNotAllowed' : 'DeviceNotFullyProvisionable',
  );
};

/** The second phase: the device has applied what it was offered, so far. */
const acknowledge = async (
  request: EasRequest,
  key: string,
  extent: PolicyExtent,
  told: boolean,
): Promise<EasAnswer> => {
  const { parts, principal, device, by } = request;
  const { offered } = await parts.ledger.device(principal.account, device.id);
  const wrong = answer(told, policy(tag('Status', statuses.wrongKey)));
  if (offered?.key !== key) return wrong;
  const digest = offered.policy;
  await parts.desk.tell(
    principal.account,
    { type: 'RecordDevicePolicy', device: device.id, policy: digest, extent },
    by,
  );
  mustSuffice(extent, ((await policyOf(request)) ?? mildPolicy).admitsOthers);
  const final = { key: keyAfter(request, key), policy: digest };
  if (!(await parts.ledger.confirm(principal.account, device.id, key, final))) return wrong;
  return answer(told, policy(tag('Status', statuses.done), tag('PolicyKey', final.key)));
};

/** What a device that is to be wiped is told, and what it answers (MS-ASPROV 3.1.5.1.2). */
const wipe = async (
  request: EasRequest,
  scope: 'device' | 'account',
  said: string | undefined,
): Promise<EasAnswer> => {
  const { parts, principal, device, by } = request;
  const order = scope === 'account' ? 'AccountOnlyRemoteWipe' : 'RemoteWipe';
  if (said === undefined) return answer(false, tag(order, ''));
  const refused = await parts.desk.tell(
    principal.account,
    { type: 'RecordDeviceWipe', device: device.id, succeeded: said === '1' },
    by,
  );
  if (refused !== undefined) throw deviceRefusal(refused);
  await parts.ledger.forget(principal.account, device.id);
  return answer(false);
};

/** What is demanded of a device, and that it does it (MS-ASPROV); also how it is told to forget everything. */
export const provision: Command = {
  name: 'Provision',
  source: 'MS-ASPROV 3.1.5.1',
  since: '12.1',
  until: '16.1',
  root: 'provision:Provision',
  status: 'provision:Status',
  needsPolicy: false,
  inQuarantine: true,
  limit: 64 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const asked = request.read(readRequest);
    const toWipe = request.device.known.wipe;
    if (toWipe?.state === 'asked') {
      // Only version 16.1 knows how to forget one account.
      if (toWipe.scope === 'account' && request.version !== '16.1')
        throw new EasRefusal('DeviceIsBlocked');
      return wipe(request, toWipe.scope, (asked.wiped ?? asked.accountWiped)?.status);
    }
    const told = asked.information !== undefined;
    if (asked.information !== undefined) await tellDetails(request, asked.information);
    const [first] = asked.policies?.policies ?? [];
    if (first?.type === undefined)
      return { element: tag('Provision', [tag('Status', statuses.unclear)]) };
    if (first.type !== POLICY_TYPE)
      return answer(
        told,
        tag('Policies', [
          tag('Policy', [tag('PolicyType', first.type), tag('Status', statuses.unknownType)]),
        ]),
      );
    const { key, status } = first;
    if (key === undefined || status === undefined) return offer(request, told);
    const extent = extents[status];
    return extent === undefined
      ? { element: tag('Provision', [tag('Status', statuses.unclear)]) }
      : acknowledge(request, key, extent, told);
  },
};
