import type { Entry } from 'ldapts';

/** What a directory answered about one entry. Names of attributes are compared without regard to case. */
export interface Attributes {
  readonly dn: string;
  /** All texts of an attribute, in the directory's order. */
  all(name: string): readonly string[];
  /** The first one that says something. */
  first(name: string): string | undefined;
  /** How many values to skip for those that the server left out (MS-ADTS §3.1.1.3.1.3.3); mostly none are. */
  more(name: string): number | undefined;
  /** The first value of octets. */
  octets(name: string): Uint8Array | undefined;
}

/** What Active Directory calls the first values of an attribute that has too many for one answer. */
const RANGE = /;range=\d+-(\d{1,9})(?:;|$)/i;

export const attributesOf = (entry: Entry): Attributes => {
  const values = new Map<string, readonly (string | Buffer)[]>();
  const left = new Map<string, number>();
  for (const [name, value] of Object.entries(entry)) {
    if (name === 'dn') continue;
    // `cn;lang-de` is a kind of cn (RFC 4512 §2.5.2), and comes after the plain one.
    const [plain = ''] = name.toLowerCase().split(';');
    const [, upTo] = RANGE.exec(name) ?? [];
    if (upTo !== undefined) left.set(plain, Number(upTo) + 1);
    const more = Array.isArray(value) ? value : [value];
    const before = values.get(plain) ?? [];
    values.set(plain, name.includes(';') ? [...before, ...more] : [...more, ...before]);
  }
  const all = (name: string): readonly string[] =>
    (values.get(name.toLowerCase()) ?? []).filter((value) => typeof value === 'string');
  return {
    dn: entry.dn,
    all,
    more: (name) => left.get(name.toLowerCase()),
    first: (name) =>
      all(name)
        .map((value) => value.trim())
        .find((value) => value !== ''),
    octets: (name) =>
      (values.get(name.toLowerCase()) ?? []).find((value) => typeof value !== 'string'),
  };
};
