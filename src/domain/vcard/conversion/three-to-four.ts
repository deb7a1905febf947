import type { Parameter } from '../../icalendar/content-lines.ts';
import { addressTypes, labelsInFour } from './addresses.ts';
import { binaryInFour, binaryProperties } from './binary.ts';
import { dateInFour, revisionInFour } from './dates.ts';
import { labelledInFour } from './labelled.ts';
import {
  type CardLine,
  firstOf,
  isUri,
  typesOf,
  valueType,
  withParameter,
  without,
  withoutTypes,
} from './line.ts';

/** A card of version 3.0 as RFC 6350 writes it (its appendix A); `lines` without VERSION. */
export const threeToFour = (lines: readonly CardLine[]): readonly CardLine[] => {
  const kept = lines
    .filter(({ name }) => name !== 'PROFILE')
    .map((line) => ({ ...line, parameters: without(line.parameters, 'CHARSET', 'CONTEXT') }));
  const converted = sorted(labelsInFour(labelledInFour(kept))).map(inFour);
  // Writers give an anniversary in as many ways as there are readers.
  const seen = new Set<string>();
  return converted.filter(({ name, value }) => {
    if (name !== 'ANNIVERSARY') return true;
    const isNew = !seen.has(value);
    seen.add(value);
    return isNew;
  });
};

/** SORT-STRING (RFC 2426 §3.6.5) is a parameter of N (RFC 6350 §5.9). */
const sorted = (lines: readonly CardLine[]): readonly CardLine[] => {
  const sorting = lines.find(({ name }) => name === 'SORT-STRING');
  const at = lines.findIndex(({ name }) => name === 'N');
  const named = lines[at];
  if (sorting === undefined || named === undefined) return lines;
  const parameters = withParameter(named.parameters, 'SORT-AS', sorting.value);
  return lines.with(at, { ...named, parameters }).filter((line) => line !== sorting);
};

/** Names that vCard 4.0 has for what others named first. */
const names: ReadonlyMap<string, string> = new Map([
  ['X-ADDRESSBOOKSERVER-KIND', 'KIND'],
  ['X-ADDRESSBOOKSERVER-MEMBER', 'MEMBER'],
  ['X-ANNIVERSARY', 'ANNIVERSARY'],
  ['X-EVOLUTION-ANNIVERSARY', 'ANNIVERSARY'],
  ['X-KADDRESSBOOK-X-ANNIVERSARY', 'ANNIVERSARY'],
  ['X-GENDER', 'GENDER'],
]);

const inFour = (line: CardLine): CardLine => {
  const renamed = { ...line, name: names.get(line.name) ?? line.name };
  const converted = binaryProperties.has(renamed.name)
    ? binaryInFour(renamed)
    : (converters.get(renamed.name)?.(renamed) ?? renamed);
  return { ...converted, parameters: preferred(converted.parameters) };
};

/** `TYPE=PREF` becomes `PREF=1` (RFC 6350 §5.3). */
const preferred = (parameters: readonly Parameter[]): readonly Parameter[] =>
  typesOf(parameters).includes('pref')
    ? [...withoutTypes(parameters, new Set(['pref'])), { name: 'PREF', values: ['1'] }]
    : parameters;

const unescapedUri = (line: CardLine): CardLine => ({
  ...line,
  // Apple escapes colons.
  value: line.value.replaceAll(/\\([:;,])/g, '$1'),
});

const converters: ReadonlyMap<string, (line: CardLine) => CardLine> = new Map([
  ['ANNIVERSARY', dateInFour],
  ['BDAY', dateInFour],
  ['REV', revisionInFour],
  ['URL', unescapedUri],
  ['IMPP', unescapedUri],
  ['SOURCE', unescapedUri],
  ['ADR', (line) => ({ ...line, parameters: withoutTypes(line.parameters, addressTypes) })],
  [
    'EMAIL',
    (line) => ({ ...line, parameters: withoutTypes(line.parameters, new Set(['internet'])) }),
  ],
  [
    'GEO',
    (line) => ({
      ...line,
      value: line.value.replace(/^\s*([-+.\d]+)\s*;\s*([-+.\d]+)\s*$/, 'geo:$1,$2'),
    }),
  ],
  [
    'TEL',
    (line) =>
      valueType(line) === 'phone-number'
        ? { ...line, parameters: without(line.parameters, 'VALUE') }
        : line,
  ],
  [
    'TZ',
    (line) => {
      const [, hours, minutes] = /^([+-]\d\d):?(\d\d)$/.exec(line.value.trim()) ?? [];
      const isOffset = hours !== undefined && valueType(line) !== 'text';
      if (!isOffset) return { ...line, parameters: without(line.parameters, 'VALUE') };
      const parameters = withParameter(line.parameters, 'VALUE', 'utc-offset');
      return { ...line, parameters, value: `${hours}${minutes}` };
    },
  ],
  [
    'AGENT',
    (line) => {
      if (firstOf(line.parameters, 'VALUE')?.toLowerCase() !== 'uri') return line;
      const parameters = withParameter(without(line.parameters, 'VALUE'), 'TYPE', 'agent');
      return { ...line, name: 'RELATED', parameters };
    },
  ],
  ['GENDER', (line) => ({ ...line, value: line.value.replace(/^(?:(m)ale|(f)emale)$/i, sex) })],
  ['X-ABSHOWAS', (line) => (isCompany(line) ? { ...line, name: 'KIND', value: 'org' } : line)],
  [
    'UID',
    // The value stays: it tells objects apart, whatever version they are read in.
    (line) => {
      const parameters = without(line.parameters, 'VALUE');
      const isText = !isUri(line.value);
      return { ...line, parameters: isText ? [...parameters, TEXT] : parameters };
    },
  ],
]);

const TEXT: Parameter = { name: 'VALUE', values: ['text'] };
const sex = (word: string): string => word.charAt(0).toUpperCase();
const isCompany = ({ value }: CardLine): boolean => value.trim().toUpperCase() === 'COMPANY';
