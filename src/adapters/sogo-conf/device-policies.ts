import { policyElements } from '../../domain/activesync/policy.ts';
import { nearest } from '../../domain/nearest.ts';
import { bool } from './scalar-types.ts';
import {
  type Dictionary,
  effectiveEntries,
  type Reading,
  type Value,
  type ValueType,
} from './value-type.ts';
import type { PlistNode } from './plist.ts';

/** Exchange's word for letting devices in that apply a policy in part, or not at all. */
export const ADMITS = 'AllowNonProvisionableDevices';

const names = [...policyElements.map(({ name }) => name), ADMITS];

const demandOf = (name: string, node: PlistNode, reading: Reading): Value | undefined => {
  const element = policyElements.find((one) => one.name === name);
  if (element === undefined || element.takes === 'switch') return bool.read(node, reading);
  const [least, most] = element.takes;
  const value =
    node.kind === 'text' && /^-?\d{1,10}$/.test(node.text) ? Number(node.text) : undefined;
  return value !== undefined && value >= least && value <= most
    ? value
    : reading.wrong(node, `a whole number, ${least} to ${most}`);
};

/** Keys are the names of MS-ASPROV 2.2.2. */
const policy: ValueType<Dictionary> = {
  name: 'policy',
  expected: 'a dictionary, as { DevicePasswordEnabled = YES; }',
  secret: false,
  read(node, reading) {
    if (node.kind !== 'dictionary') return reading.wrong(node, policy.expected);
    const read = new Map<string, Value>();
    const entries = effectiveEntries(node, reading);
    for (const { key, value, at } of entries) {
      const within = reading.within(`.${key}`);
      if (!names.includes(key)) {
        const close = nearest(key, names);
        within.error(at, `is nothing a policy can demand${close ? `; ${close}?` : ''}`);
        continue;
      }
      const demand = demandOf(key, value, within);
      if (demand !== undefined) read.set(key, demand);
    }
    return read.size === entries.length ? read : undefined;
  },
};

/** A policy for each of some logins, of some groups (`@name`), and for everybody else (`*`). */
export const devicePolicies: ValueType<Dictionary> = {
  name: 'dictionary of policies',
  expected: 'a dictionary, as { "*" = { … }; }, of policies by login, @group or *',
  secret: false,
  read(node, reading) {
    if (node.kind !== 'dictionary') return reading.wrong(node, devicePolicies.expected);
    const entries = effectiveEntries(node, reading);
    const read = new Map<string, Value>();
    for (const { key, value } of entries) {
      const one = policy.read(value, reading.within(`.${key}`));
      if (one !== undefined) read.set(key, one);
    }
    return read.size === entries.length ? read : undefined;
  },
};
