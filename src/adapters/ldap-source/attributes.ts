import type { Entry } from 'ldapts';

/** What a directory answered about one entry. Names of attributes are compared without regard to case. */
export interface Attributes {
  readonly dn: string;
  /** All texts of an attribute, in the directory's order. */
  all(name: string): readonly string[];
  /** The first one that says something. */
  first(name: string): string | undefined;
  /** The first value of octets. */
  octets(name: string): Uint8Array | undefined;
}

export const attributesOf = (entry: Entry): Attributes => {
  const values = new Map<string, readonly (string | Buffer)[]>();
  for (const [name, value] of Object.entries(entry)) {
    if (name === 'dn') continue;
    // `cn;lang-de` is a kind of cn (RFC 4512 §2.5.2), and comes after the plain one.
    const [plain = ''] = name.toLowerCase().split(';');
    const more = Array.isArray(value) ? value : [value];
    const before = values.get(plain) ?? [];
    values.set(plain, name.includes(';') ? [...before, ...more] : [...more, ...before]);
  }
  const all = (name: string): readonly string[] =>
    (values.get(name.toLowerCase()) ?? []).filter((value) => typeof value === 'string');
  return {
    dn: entry.dn,
    all,
    first: (name) =>
      all(name)
        .map((value) => value.trim())
        .find((value) => value !== ''),
    octets: (name) =>
      (values.get(name.toLowerCase()) ?? []).find((value) => typeof value !== 'string'),
  };
};
