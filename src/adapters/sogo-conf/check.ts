import { nearest } from '../../domain/nearest.ts';
import { type ParameterName, parameters, renamed } from './parameters.ts';
import type { Place, PlistDictionary, PlistEntry, PlistNode } from './plist.ts';
import { redact } from './print.ts';
import { type Rows, standingOf } from './row.ts';
import { effectiveEntries, type Reading, type Standing, type Value } from './value-type.ts';

/** Something to say about the file. An error keeps the server from starting. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly at: Place;
  readonly message: string;
}

/** A parameter that the file sets. */
export interface Setting extends Standing {
  /** `domains.acme.com.SOGoMailDomain`. */
  readonly path: string;
  readonly at: Place;
  readonly value: Value;
}

type Values = ReadonlyMap<string, Value>;

/** A configuration file, typed; with errors it is not to be used. */
export interface Checked {
  readonly root: Values;
  /** By the domains' names, in small letters. */
  readonly domains: ReadonlyMap<string, Values>;
  /** In the file's order. */
  readonly settings: readonly Setting[];
  readonly problems: readonly Problem[];
}

const rows: Rows = parameters;
const names = Object.keys(parameters);

/** Names looked up for somebody who mistyped them; a file full of them is not worth the time. */
const HINTS = 100;
const SHOWN = 40;

const shown = (node: PlistNode, secret: boolean): string => {
  switch (node.kind) {
    case 'array':
      return 'an array';
    case 'dictionary':
      return 'a dictionary';
    case 'data':
      return 'data';
    case 'text': {
      if (secret) return 'something else';
      const text = redact(node.text);
      return `'${text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}'`;
    }
  }
};

/** Types everything in a configuration file by the tables of parameters, and says what is wrong with it. */
export const checkConfiguration = (file: PlistDictionary): Checked => {
  const problems: Problem[] = [];
  const settings: Setting[] = [];
  const claimed = new Set<string>();
  let hints = HINTS;

  const readingAt = (path: string, secret: boolean): Reading => {
    const say = (severity: Problem['severity'], at: Place, message: string): undefined => {
      problems.push({ severity, at, message: `${path.replaceAll('..', '.')} ${message}` });
    };
    return {
      path,
      wrong: (node, expected) =>
        say('error', node.at, `takes ${expected}; found ${shown(node, secret)}`),
      error: (at, message) => say('error', at, message),
      warn: (at, message) => say('warning', at, message),
      found: ({ at }, value, standing) => void settings.push({ path, at, value, ...standing }),
      unique: (name) => !claimed.has(name) && claimed.add(name).has(name),
      within: (part, hidden = false) => readingAt(`${path}${part}`, secret || hidden),
    };
  };

  const unknown = ({ key, at }: PlistEntry, reading: Reading): void => {
    const meant = hints > 0 ? nearest(key, names) : undefined;
    hints -= 1;
    reading.warn(
      at,
      `is no known parameter${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
  };

  /** The name under which an entry counts; `undefined` when it doesn't. */
  const meaning = (
    entry: PlistEntry,
    beside: ReadonlySet<string>,
    reading: Reading,
  ): ParameterName | undefined => {
    const { key, at } = entry;
    if (Object.hasOwn(parameters, key)) return key as ParameterName;
    if (!Object.hasOwn(renamed, key)) {
      unknown(entry, reading);
      return undefined;
    }
    const now = renamed[key];
    if (now === undefined) reading.warn(at, 'does nothing any more');
    else if (beside.has(now))
      reading.warn(at, `is the old name of ${now}, and only that one counts`);
    else reading.warn(at, `is now called ${now}`);
    return now !== undefined && beside.has(now) ? undefined : now;
  };

  const level = (dictionary: PlistDictionary, prefix: string): Values => {
    const values = new Map<string, Value>();
    const entries = effectiveEntries(dictionary, readingAt(prefix, false));
    const beside = new Set(entries.map(({ key }) => key));
    for (const entry of entries) {
      const reading = readingAt(`${prefix}${entry.key}`, false);
      const name = meaning(entry, beside, reading);
      const row = name === undefined ? undefined : rows[name];
      if (name === undefined || row === undefined || (name === 'domains' && prefix === ''))
        continue;
      if (prefix !== '' && row.level === 'S') {
        reading.warn(entry.at, 'holds for the whole system: it counts at the root only');
        continue;
      }
      const { secret } = row.type;
      const value = row.type.read(entry.value, secret ? reading.within('', true) : reading);
      if (value === undefined) continue;
      values.set(name, value);
      // A list of sources is told key by key.
      if (name !== 'SOGoUserSources') reading.found(entry, value, { secret, ...standingOf(row) });
    }
    return values;
  };

  const root = level(file, '');
  const domains = new Map<string, Values>();
  const among = file.entries.findLast(({ key }) => key === 'domains')?.value;
  if (among !== undefined) {
    const reading = readingAt('domains', false);
    if (among.kind !== 'dictionary') reading.wrong(among, rows['domains']?.type.expected ?? '');
    else
      for (const { key, value } of effectiveEntries(among, reading.within('.')))
        if (value.kind === 'dictionary')
          domains.set(key.toLowerCase(), level(value, `domains.${key}.`));
        else reading.within(`.${key}`).wrong(value, 'a dictionary, as { SOGoMailDomain = …; }');
  }
  const inOrder = (one: { at: Place }, other: { at: Place }): number =>
    one.at.line - other.at.line || one.at.column - other.at.column;
  return {
    root,
    domains,
    settings: settings.toSorted(inOrder),
    problems: problems.toSorted(inOrder),
  };
};
