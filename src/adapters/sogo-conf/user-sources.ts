import { nearest } from '../../domain/nearest.ts';
import { ldapSourceKeys } from './parameters/ldap-source.ts';
import { sqlSourceKeys } from './parameters/sql-source.ts';
import type { PlistNode } from './plist.ts';
import { type Rows, standingOf } from './row.ts';
import {
  type Dictionary,
  effectiveEntries,
  type Reading,
  type Value,
  type ValueType,
} from './value-type.ts';

interface SourceKind {
  readonly keys: Rows;
  /** Without these a source is of no use. */
  readonly required: readonly string[];
}

const kinds: Readonly<Record<string, SourceKind>> = {
  ldap: { keys: ldapSourceKeys, required: ['id', 'baseDN'] },
  sql: { keys: sqlSourceKeys, required: ['id', 'viewURL'] },
};

/** SOGo takes a source that doesn't say its type for LDAP. */
const DEFAULT_KIND = 'ldap';

/** Whether this version asks such a source for people. */
const isServed = (kind: string, node: PlistNode | undefined): boolean =>
  kind === 'ldap' || (node?.kind === 'text' && /^(?:postgresql|mysql):/.test(node.text));

const source = (node: PlistNode, reading: Reading): Dictionary | undefined => {
  if (node.kind !== 'dictionary') return reading.wrong(node, 'a dictionary, as { type = sql; … }');
  const entries = effectiveEntries(node, reading.within('.'));
  const valueOf = (key: string): PlistNode | undefined =>
    entries.find((entry) => entry.key === key)?.value;
  const type = valueOf('type');
  const name =
    type === undefined ? DEFAULT_KIND : type.kind === 'text' ? type.text.toLowerCase() : '';
  const kind = Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  if (kind === undefined) return reading.within('.type').wrong(type ?? node, 'ldap or sql');
  const { keys, required } = kind;
  const served = isServed(name, valueOf('viewURL'));
  const read = new Map<string, Value>();
  let sound = true;
  for (const entry of entries) {
    const { key } = entry;
    const here = reading.within(`.${key}`);
    const row = Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (row === undefined) {
      const meant = nearest(key, Object.keys(keys));
      here.warn(
        entry.at,
        `is no key of such a source${meant === undefined ? '' : `; did you mean ${meant}?`}`,
      );
      continue;
    }
    const value = row.type.read(
      entry.value,
      row.type.secret ? reading.within(`.${key}`, true) : here,
    );
    if (value === undefined) sound = false;
    else {
      read.set(key, value);
      here.found(entry, value, {
        secret: row.type.secret,
        ...standingOf({ ...row, inEffect: served && row.inEffect }),
        ...(served ? {} : { because: `${reading.path} of type ${name}` }),
      });
    }
  }
  for (const key of required)
    if (valueOf(key) === undefined) {
      sound = false;
      reading.error(node.at, `lacks ${key}`);
    }
  const id = read.get('id');
  if (typeof id === 'string' && !reading.unique(`source ${id}`))
    return reading
      .within('.id')
      .error(valueOf('id')?.at ?? node.at, `'${id}' names another source`);
  for (const [key, row] of Object.entries(keys))
    if (row.fallback !== undefined && !read.has(key)) read.set(key, row.fallback);
  return sound ? read : undefined;
};

/** SOGoUserSources: each entry checked by the table of its kind, defaults filled in. */
export const userSources: ValueType<readonly Dictionary[]> = {
  name: 'list of sources',
  expected: 'an array of dictionaries, as ( { type = sql; … } )',
  secret: false,
  read(node, reading) {
    if (node.kind !== 'array') return reading.wrong(node, userSources.expected);
    const read = node.items.map((each, index) => source(each, reading.within(`[${index}]`)));
    const sound = read.filter((each) => each !== undefined);
    return sound.length === read.length ? sound : undefined;
  },
};
