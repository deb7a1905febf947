/** One part of a distinguished name: mostly one pair, several where `+` joins them. */
export type Rdn = readonly { readonly attribute: string; readonly value: string }[];

/** A value as it stands in a distinguished name (RFC 4514 §2.4). */
const escapedValue = (value: string): string =>
  value.replaceAll(/["+,;<>\\=]|^[ #]| $/g, String.raw`\$&`).replaceAll('\0', String.raw`\00`);

/** The name of an entry right below another. */
export const childOf = (parent: string, attribute: string, value: string): string =>
  parent === ''
    ? `${attribute}=${escapedValue(value)}`
    : `${attribute}=${escapedValue(value)},${parent}`;

/** A base with `%d` in the place of a domain; `undefined` when it needs one and there is none. */
export const baseFor = (base: string, domain: string | undefined): string | undefined => {
  if (!base.includes('%d')) return base;
  return domain === undefined ? undefined : base.replaceAll('%d', () => escapedValue(domain));
};

const PAIR = /\s*([A-Za-z][A-Za-z0-9-]*|\d+(?:\.\d+)*)\s*=\s*((?:[^,;+\\"]|\\.)*)\s*([,;+]|$)/suy;

const unescaped = (value: string): string => {
  const trimmed = value.replace(/^\s+/, '').replace(/(?<!\\)\s+$/, '');
  const octets: number[] = [];
  const encoder = new TextEncoder();
  for (const [, hex, literal, plain] of trimmed.matchAll(/\\([0-9a-f]{2})|\\(.)|([^\\])/giu)) {
    if (hex === undefined) octets.push(...encoder.encode(literal ?? plain ?? ''));
    else octets.push(Number.parseInt(hex, 16));
  }
  return new TextDecoder().decode(Uint8Array.from(octets));
};

/** Longest name that is read, and most parts of it. */
const LONGEST = 2048;

/** The first part of a distinguished name (RFC 4514 §2) and the rest of it; `undefined` for no such name. */
export const splitDn = (dn: string): { readonly rdn: Rdn; readonly parent: string } | undefined => {
  if (dn.length > LONGEST) return undefined;
  const reading = new RegExp(PAIR);
  const rdn: { attribute: string; value: string }[] = [];
  for (;;) {
    const found = reading.exec(dn);
    if (found === null) return undefined;
    const [, attribute = '', value = '', end = ''] = found;
    rdn.push({ attribute, value: unescaped(value) });
    if (end !== '+') return { rdn, parent: dn.slice(reading.lastIndex).trim() };
  }
};

/** The same text for two ways of writing one name, as directories compare them: case and spaces aside. */
export const comparableDn = (dn: string): string => {
  const parts: string[] = [];
  let rest = dn;
  while (rest !== '') {
    const split = splitDn(rest);
    if (split === undefined) return dn.toLowerCase();
    parts.push(
      split.rdn
        .map(({ attribute, value }) => `${attribute}=${escapedValue(value)}`.toLowerCase())
        .toSorted()
        .join('+'),
    );
    rest = split.parent;
  }
  return parts.join(',');
};
