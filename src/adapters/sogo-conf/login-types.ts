import { webUrl } from './network-types.ts';
import { bool, oneOf, seconds, secret, text } from './scalar-types.ts';
import {
  type Dictionary,
  effectiveEntries,
  type Reading,
  type Value,
  type ValueType,
} from './value-type.ts';
import type { PlistNode } from './plist.ts';
import { nearest } from '../../domain/nearest.ts';

/** What may stand in an entry. */
const keys: Readonly<Record<string, ValueType<Value>>> = {
  type: oneOf('plain', 'openid'),
  SOGoOpenIdConfigUrl: webUrl,
  SOGoOpenIdClient: text,
  SOGoOpenIdClientSecret: secret,
  SOGoOpenIdScope: text,
  SOGoOpenIdEmailParam: text,
  SOGoOpenIdEnableRefreshToken: bool,
  SOGoOpenIdTokenCheckInterval: seconds,
  SOGoOpenIdLogoutEnabled: bool,
  SOGoOpenIdSendDomainInfo: bool,
  imapAuthMech: text,
  smtpAuthMech: text,
};
const ofMail: ReadonlySet<string> = new Set(['imapAuthMech', 'smtpAuthMech']);

const entry = (node: PlistNode, reading: Reading): Dictionary | undefined => {
  if (node.kind !== 'dictionary')
    return reading.wrong(node, 'a dictionary, as { type = openid; … }');
  const read = new Map<string, Value>();
  const entries = effectiveEntries(node, reading.within('.'));
  let sound = true;
  for (const { key, at, value } of entries) {
    const type = Object.hasOwn(keys, key) ? keys[key] : undefined;
    const here = reading.within(`.${key}`, type?.secret ?? false);
    if (type === undefined) {
      const meant = nearest(key, Object.keys(keys));
      here.warn(at, `is not known here${meant === undefined ? '' : `; did you mean ${meant}?`}`);
      continue;
    }
    if (ofMail.has(key)) here.warn(at, 'counts when mail is read, which this version does not do');
    const typed = type.read(value, here);
    if (typed === undefined) sound = false;
    else read.set(key, typed);
  }
  if (!entries.some(({ key }) => key === 'type')) return reading.error(node.at, 'lacks type');
  return sound ? read : undefined;
};

/** SOGoLoginTypeByDomain: for each domain, and `login_default`, how its people prove themselves. */
export const loginTypes: ValueType<Dictionary> = {
  name: 'dictionary of login type',
  expected: 'a dictionary, as { "acme.com" = { type = plain; }; }',
  secret: false,
  read(node, reading) {
    if (node.kind !== 'dictionary') return reading.wrong(node, loginTypes.expected);
    const entries = effectiveEntries(node, reading.within('.'));
    const read = new Map<string, Value>();
    for (const { key, value } of entries) {
      const typed = entry(value, reading.within(`.${key}`));
      if (typed !== undefined) read.set(key.toLowerCase(), typed);
    }
    return read.size === entries.length ? read : undefined;
  },
};
