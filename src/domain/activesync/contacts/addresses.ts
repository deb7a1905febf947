import { clean, maybe, textIn } from '../elements.ts';
import { line, type Lines } from '../properties.ts';
import { type CardField, partIn, replacing, typesOf, withPart, without } from './view.ts';

/** Parts of ADR (RFC 6350 §6.3.1) and what their elements are called. */
const PARTS = [
  ['Street', 2],
  ['City', 3],
  ['State', 4],
  ['PostalCode', 5],
  ['Country', 6],
] as const;
const EXTENDED = 1;
const STREET = 2;

type Place = 'Business' | 'Home' | 'Other';

const placeOf = (address: Lines[number]): Place => {
  const types = typesOf(address);
  if (types.has('home')) return 'Home';
  return types.has('work') ? 'Business' : 'Other';
};

const unified = (text: string): string => text.replaceAll(/\r\n?/g, '\n');

/** The first address of a place. What else it has, the post office box for one, stays. */
const addressField = (place: Place): CardField => {
  const tagOf = (part: string): string => `contacts:${place}Address${part}`;
  const addressIn = (lines: Lines) =>
    lines.find((one) => one.name === 'ADR' && placeOf(one) === place);
  const shown = (address: Lines[number], at: number): string => {
    const text = partIn(address, at).trim();
    if (at !== STREET) return text;
    // Flat or house come before the street, on a line of their own.
    return [partIn(address, EXTENDED).trim(), text].filter((one) => one !== '').join('\n');
  };
  return {
    tags: PARTS.map(([part]) => tagOf(part)),
    omitted: 'cleared',
    read(lines) {
      const address = addressIn(lines);
      if (address === undefined) return [];
      return PARTS.flatMap(([part, at]) =>
        maybe(tagOf(part), shown(address, at).replaceAll('\n', '\r\n') || undefined),
      );
    },
    write(lines, data, { isFour }) {
      const old = addressIn(lines);
      const types = { Business: 'WORK', Home: 'HOME', Other: '' }[place];
      const written = isFour ? types.toLowerCase() : types;
      const address = old ?? line('ADR', ';;;;;;', written === '' ? {} : { TYPE: written });
      let { value } = address;
      for (const [part, at] of PARTS) {
        const text = unified(clean(textIn(data, tagOf(part)) ?? '')).trim();
        if (text === shown(address, at)) continue;
        const extended = partIn(address, EXTENDED).trim();
        const isKept = at === STREET && extended !== '' && text.startsWith(`${extended}\n`);
        value = withPart(value, at, isKept ? text.slice(extended.length + 1) : text);
        if (at === STREET && !isKept) value = withPart(value, EXTENDED, '');
      }
      if (value === address.value) return lines;
      // A label says the address as it was.
      const edited = /^[;\s]*$/.test(value) ? undefined : { ...without(address, 'LABEL'), value };
      if (old === undefined) return edited === undefined ? lines : [...lines, edited];
      return replacing(lines, new Map([[old, edited]]), []);
    },
  };
};

export const addressFields: readonly CardField[] = [
  addressField('Business'),
  addressField('Home'),
  addressField('Other'),
];
