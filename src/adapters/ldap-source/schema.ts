import type { Attributes } from './attributes.ts';
import { attributesOf } from './attributes.ts';
import type { Connection } from './connection.ts';
import { present } from './filters.ts';

/** What a directory lets entries have (RFC 4512 §4.2). */
export interface Schema {
  /** Whether an entry of these classes may have an attribute; true where the directory does not tell. */
  allows(classes: readonly string[], attribute: string): boolean;
}

interface ObjectClass {
  readonly above: readonly string[];
  readonly attributes: readonly string[];
}

/** Longest description that is read. */
const LONGEST = 20_000;

/** One name, or several in brackets. */
const NAMES = String.raw`(?:'([^']*)'|\(\s*((?:'[^']*'\s*)+)\))`;
const OIDS = String.raw`(?:([\w.;-]+)|\(\s*([\w.;$\s-]+?)\s*\))`;

const names = (description: string): readonly string[] => {
  const [, one, several] = new RegExp(String.raw`\sNAME\s+${NAMES}`).exec(description) ?? [];
  return (one ?? several ?? '')
    .split(/['\s]+/)
    .filter((name) => name !== '')
    .map((name) => name.toLowerCase());
};

const oids = (description: string, word: string): readonly string[] => {
  const [, one, several] =
    new RegExp(String.raw`\s${word}\s+${OIDS}(?=\s)`).exec(description) ?? [];
  return (one ?? several ?? '')
    .split(/[\s$]+/)
    .filter((name) => name !== '')
    .map((name) => name.toLowerCase());
};

/** Texts of descriptions hold words of their own. */
const bare = (description: string): string =>
  description.slice(0, LONGEST).replace(/\sDESC\s+'[^']*'/, ' ');

/** Attributes by all their names; each has one that stands for it. */
const canonicalNames = (subschema: Attributes): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  for (const description of subschema.all('attributeTypes')) {
    const all = names(bare(description));
    for (const name of all) found.set(name, all[0] ?? name);
  }
  return found;
};

const classesIn = (subschema: Attributes): ReadonlyMap<string, ObjectClass> => {
  const found = new Map<string, ObjectClass>();
  for (const description of subschema.all('objectClasses').map(bare)) {
    const read = {
      above: oids(description, 'SUP'),
      attributes: [...oids(description, 'MUST'), ...oids(description, 'MAY')],
    };
    for (const name of names(description)) found.set(name, read);
  }
  return found;
};

const schemaFrom = (subschema: Attributes): Schema => {
  const canonical = canonicalNames(subschema);
  const classes = classesIn(subschema);
  const named = (name: string): string => canonical.get(name.toLowerCase()) ?? name.toLowerCase();
  return {
    allows(asked, attribute) {
      if (classes.size === 0) return true;
      const wanted = named(attribute);
      const seen = new Set<string>();
      const left = asked.map((name) => name.toLowerCase());
      for (let name = left.pop(); name !== undefined; name = left.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        const { above = [], attributes = [] } = classes.get(name) ?? {};
        if (name === 'extensibleobject' && canonical.has(attribute.toLowerCase())) return true;
        if (attributes.some((each) => named(each) === wanted)) return true;
        left.push(...above);
      }
      return false;
    },
  };
};

/** Reads the schema of a directory, of which the root of all entries says where it is (RFC 4512 §4.4). */
export const readSchema = async (connection: Connection): Promise<Schema> => {
  const read = async (base: string, attributes: readonly string[]) => {
    const [entry] = await connection.search({
      base,
      scope: 'base',
      filter: present('objectClass'),
      attributes,
      limit: 1,
    });
    return entry && attributesOf(entry);
  };
  const root = await read('', ['subschemaSubentry']);
  const base = root?.first('subschemaSubentry');
  const subschema =
    base === undefined ? undefined : await read(base, ['objectClasses', 'attributeTypes']);
  return subschema === undefined ? { allows: () => true } : schemaFrom(subschema);
};
