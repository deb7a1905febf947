import { unescapeText } from '../../icalendar/content-lines.ts';
import { escapeText } from '../../icalendar/writing.ts';
import { labelsInThree } from './addresses.ts';
import { binaryInThree, binaryProperties } from './binary.ts';
import { dateInThree, revisionInThree } from './dates.ts';
import { labelledInThree } from './labelled.ts';
import {
  type CardLine,
  firstOf,
  lineOf,
  typesOf,
  valueType,
  withParameter,
  without,
} from './line.ts';

/** Parameters that vCard 3.0 has no use for. */
const unknown = ['ALTID', 'PID', 'PREF', 'SORT-AS', 'CALSCALE', 'INDEX'];

/** A card of version 4.0 as RFC 2426 and its readers write it; `lines` without VERSION. */
export const fourToThree = (lines: readonly CardLine[]): readonly CardLine[] => {
  const best = preferred(lines);
  const typed = lines
    .filter(({ name, value }) => name !== 'CLIENTPIDMAP' && !isDefaultKind(name, value))
    .map((line) => (best.has(line) ? { ...line, parameters: withPref(line) } : line));
  const converted = labelledInThree(labelsInThree(sorting(typed))).map(inThree);
  if (converted.some(({ name }) => name === 'N')) return converted;
  // vCard 3.0 demands N (RFC 2426 §3.1.2).
  const name = converted.find((line) => line.name === 'FN')?.value ?? '';
  return [...converted, lineOf('N', `${escapeText(unescapeText(name))};;;;`)];
};

/** A card that says nothing of its kind is an individual's. */
const isDefaultKind = (name: string, value: string): boolean =>
  name === 'KIND' && value.trim().toLowerCase() === 'individual';

/** vCard 3.0 knows no degrees of preference: of each name the line with the best is preferred. */
const preferred = (lines: readonly CardLine[]): ReadonlySet<CardLine> => {
  const best = new Map<string, readonly [CardLine, number]>();
  for (const line of lines) {
    const degree = Number(firstOf(line.parameters, 'PREF') ?? Number.NaN);
    const known = best.get(line.name)?.[1] ?? Infinity;
    if (degree < known) best.set(line.name, [line, degree]);
  }
  return new Set([...best.values()].map(([line]) => line));
};

const withPref = ({ parameters }: CardLine) =>
  typesOf(parameters).includes('pref')
    ? parameters
    : [...parameters, { name: 'TYPE', values: ['PREF'] }];

const sorting = (lines: readonly CardLine[]): readonly CardLine[] => {
  const named = lines.find(({ name }) => name === 'N');
  const value = named === undefined ? undefined : firstOf(named.parameters, 'SORT-AS');
  return value === undefined ? lines : [...lines, lineOf('SORT-STRING', value)];
};

const names: ReadonlyMap<string, string> = new Map([
  ['KIND', 'X-ADDRESSBOOKSERVER-KIND'],
  ['MEMBER', 'X-ADDRESSBOOKSERVER-MEMBER'],
  ['GENDER', 'X-GENDER'],
]);

const inThree = (line: CardLine): CardLine => {
  const known = { ...line, parameters: without(line.parameters, ...unknown) };
  if (binaryProperties.has(line.name)) return binaryInThree(known);
  const { parameters, ...converted } = converters.get(line.name)?.(known) ?? known;
  return {
    ...converted,
    name: names.get(converted.name) ?? converted.name,
    parameters: without(parameters, 'MEDIATYPE'),
  };
};

const converters: ReadonlyMap<string, (line: CardLine) => CardLine> = new Map([
  ['BDAY', dateInThree],
  ['REV', revisionInThree],
  ['UID', (line) => ({ ...line, parameters: without(line.parameters, 'VALUE') })],
  ['GEO', (line) => ({ ...line, value: line.value.replace(GEO_URI, '$1;$2') })],
  [
    'TEL',
    (line) =>
      valueType(line) === 'uri'
        ? {
            ...line,
            parameters: without(line.parameters, 'VALUE'),
            value: line.value.replace(/^tel:/i, ''),
          }
        : line,
  ],
  [
    'TZ',
    (line) => {
      if (valueType(line) === 'uri') return line;
      const [, hours, minutes] = /^([+-]\d\d)(\d\d)?$/.exec(line.value) ?? [];
      return valueType(line) === 'utc-offset' && hours !== undefined
        ? {
            ...line,
            parameters: without(line.parameters, 'VALUE'),
            value: `${hours}:${minutes ?? '00'}`,
          }
        : { ...line, parameters: withParameter(line.parameters, 'VALUE', 'text') };
    },
  ],
  [
    'RELATED',
    (line) =>
      typesOf(line.parameters).includes('agent') && valueType(line) !== 'text'
        ? {
            ...line,
            name: 'AGENT',
            parameters: withParameter(without(line.parameters, 'TYPE'), 'VALUE', 'uri'),
          }
        : line,
  ],
  [
    'KIND',
    // Apple's word for a card of a company.
    (line) =>
      line.value.trim().toLowerCase() === 'org'
        ? { ...line, name: 'X-ABShowAs', value: 'COMPANY' }
        : line,
  ],
]);

const GEO_URI = /^\s*geo:([-+.\d]+),([-+.\d]+).*$/i;
