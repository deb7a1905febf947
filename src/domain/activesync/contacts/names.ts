import { unescapeText, type ContentLine } from '../../icalendar/content-lines.ts';
import { escapeText } from '../../icalendar/writing.ts';
import { clean, cleanLine, maybe, textIn as saidIn } from '../elements.ts';
import { line, lineIn, type Lines, textIn, withLine, withText } from '../properties.ts';
import { type CardField, partIn, typesOf, withPart } from './view.ts';

/** One part of a property that has several: N and ORG. */
const partField = (property: string, at: number, tag: string): CardField => ({
  tags: [tag],
  omitted: 'cleared',
  read: (lines) => maybe(tag, partIn(lineIn(lines, property), at).trim() || undefined),
  write(lines, data) {
    const old = lineIn(lines, property) ?? line(property, '');
    const value = withPart(old.value, at, cleanLine(saidIn(data, tag) ?? ''));
    // A card of 3.0 has to have an N, whatever is in it (RFC 2426 §3.1.2).
    const isEmpty = property !== 'N' && /^[;\s]*$/.test(value);
    return withLine(lines, property, isEmpty ? undefined : { ...old, value });
  },
});

/** One text, in the first of these properties that the card has; a new one in the first of all. */
const textField = (tag: string, ...properties: readonly string[]): CardField => {
  const propertyIn = (lines: Lines): string =>
    properties.find((name) => lineIn(lines, name) !== undefined) ?? properties[0] ?? '';
  return {
    tags: [tag],
    omitted: 'cleared',
    read: (lines) => maybe(tag, clean(textIn(lines, propertyIn(lines))).trim() || undefined),
    write: (lines, data) =>
      withText(lines, propertyIn(lines), cleanLine(saidIn(data, tag) ?? '').trim()),
  };
};

const FILE_AS = 'X-EVOLUTION-FILE-AS';

/** Under what a contact is filed. FN is how it is called, and is not changed by filing it elsewhere. */
const fileAs: CardField = {
  tags: ['contacts:FileAs'],
  omitted: 'kept',
  read(lines) {
    const filed = textIn(lines, FILE_AS) || textIn(lines, 'FN');
    return maybe('contacts:FileAs', clean(filed || filedOf(lines)) || undefined);
  },
  write: (lines, data) =>
    withText(lines, FILE_AS, cleanLine(saidIn(data, 'contacts:FileAs') ?? '').trim()),
};

const nameParts = (lines: Lines): readonly string[] =>
  [0, 1, 2, 3, 4].map((at) => partIn(lineIn(lines, 'N'), at).trim());

const filedOf = (lines: Lines): string => {
  const [last = '', first = ''] = nameParts(lines);
  const filed = [last, first].filter((part) => part !== '').join(', ');
  return filed || partIn(lineIn(lines, 'ORG'), 0) || textIn(lines, 'EMAIL');
};

const calledOf = (lines: Lines): string => {
  const [last = '', first = '', middle = '', , suffix = ''] = nameParts(lines);
  return [first, middle, last, suffix].filter((part) => part !== '').join(' ');
};

/**
 * A card with FN as its changed name has it: in the same order as before, and made up where it has none, as it
 * must not be without (RFC 2426 §3.1.1).
 */
export const withFullName = (before: Lines, after: Lines, filed: string): Lines => {
  const isNamed = textIn(after, 'FN').trim() !== '';
  const isChanged = lineIn(before, 'N')?.value !== lineIn(after, 'N')?.value;
  if (isNamed && !isChanged) return after;
  const wasFiled = filedOf(before) !== '' && textIn(before, 'FN') === filedOf(before);
  const called = calledOf(after);
  const name =
    (called !== '' && wasFiled ? filedOf(after) : called) ||
    (isNamed ? textIn(after, 'FN') : '') ||
    filed ||
    filedOf(after) ||
    '-';
  return withText(after, 'FN', name);
};

/** What a relation of a kind is kept in; RELATED only where it is a text (RFC 6350 §6.6.6). */
const related = (lines: Lines, type: string, ...names: readonly string[]): Lines =>
  lines.filter(
    (one) =>
      names.includes(one.name) ||
      (one.name === 'RELATED' &&
        typesOf(one).has(type) &&
        !/^(?:urn|https?|mailto):/i.test(one.value)),
  );

const relatedLine = (type: string, name: string, text: string, isFour: boolean): ContentLine =>
  isFour
    ? line('RELATED', escapeText(text), { VALUE: 'text', TYPE: type })
    : line(name, escapeText(text));

const relation = (
  tag: string,
  type: string,
  ...names: readonly [string, ...string[]]
): CardField => ({
  tags: [tag],
  omitted: 'cleared',
  read: (lines) => {
    const [first] = related(lines, type, ...names);
    return maybe(tag, first && (clean(unescapeText(first.value)).trim() || undefined));
  },
  write(lines, data, { isFour }) {
    const text = cleanLine(saidIn(data, tag) ?? '').trim();
    const [first] = related(lines, type, ...names);
    if (first === undefined)
      return text === '' ? lines : [...lines, relatedLine(type, names[0], text, isFour)];
    return lines.flatMap((one) => {
      if (one !== first) return [one];
      return text === '' ? [] : [{ ...one, value: escapeText(text) }];
    });
  },
});

const CHILDREN = 300;

const children: CardField = {
  tags: ['contacts:Children'],
  omitted: 'cleared',
  read(lines) {
    const names = related(lines, 'child', 'X-CHILDREN')
      .map(({ value }) => clean(unescapeText(value)).trim())
      .filter((name) => name !== '')
      .slice(0, CHILDREN);
    if (names.length === 0) return [];
    return [
      {
        tag: 'contacts:Children',
        value: names.map((value) => ({ tag: 'contacts:Child', value })),
      },
    ];
  },
  write(lines, data, { isFour }) {
    const told = new Set(related(lines, 'child', 'X-CHILDREN').slice(0, CHILDREN));
    const value = data[0]?.value;
    const names =
      value === undefined || typeof value === 'string' || value instanceof Uint8Array
        ? []
        : value.map(({ value: name }) => (typeof name === 'string' ? cleanLine(name).trim() : ''));
    const made = names
      .filter((name) => name !== '')
      .slice(0, CHILDREN)
      .map((name) => relatedLine('child', 'X-CHILDREN', name, isFour));
    return [...lines.filter((one) => !told.has(one)), ...made];
  },
};

/** The office is what some keep as the third part of ORG. */
const office: CardField = {
  tags: ['contacts:OfficeLocation'],
  omitted: 'cleared',
  read: (lines) =>
    maybe(
      'contacts:OfficeLocation',
      (clean(textIn(lines, 'X-MS-OFFICE')) || partIn(lineIn(lines, 'ORG'), 2)).trim() || undefined,
    ),
  write(lines, data) {
    const text = cleanLine(saidIn(data, 'contacts:OfficeLocation') ?? '').trim();
    const org = lineIn(lines, 'ORG');
    if (org === undefined || partIn(org, 2) === '' || lineIn(lines, 'X-MS-OFFICE') !== undefined)
      return withText(lines, 'X-MS-OFFICE', text);
    return withLine(lines, 'ORG', { ...org, value: withPart(org.value, 2, text) });
  },
};

/** Who it is, and what it has to do with whom. */
export const nameFields: readonly CardField[] = [
  fileAs,
  partField('N', 0, 'contacts:LastName'),
  partField('N', 1, 'contacts:FirstName'),
  partField('N', 2, 'contacts:MiddleName'),
  partField('N', 3, 'contacts:Title'),
  partField('N', 4, 'contacts:Suffix'),
  textField('contacts:YomiLastName', 'X-PHONETIC-LAST-NAME'),
  textField('contacts:YomiFirstName', 'X-PHONETIC-FIRST-NAME'),
  textField('contacts:YomiCompanyName', 'X-PHONETIC-ORG'),
  textField('contacts2:NickName', 'NICKNAME'),
  partField('ORG', 0, 'contacts:CompanyName'),
  partField('ORG', 1, 'contacts:Department'),
  textField('contacts:JobTitle', 'TITLE'),
  office,
  relation('contacts2:ManagerName', 'manager', 'X-MANAGER', 'X-EVOLUTION-MANAGER', 'X-MS-MANAGER'),
  relation(
    'contacts:AssistantName',
    'assistant',
    'X-ASSISTANT',
    'X-EVOLUTION-ASSISTANT',
    'X-MS-ASSISTANT',
  ),
  relation('contacts:Spouse', 'spouse', 'X-SPOUSE', 'X-EVOLUTION-SPOUSE', 'X-MS-SPOUSE'),
  children,
  textField('contacts2:CustomerId', 'X-CUSTOMERID'),
  textField('contacts2:GovernmentId', 'X-GOVERNMENTID'),
  textField('contacts2:AccountName', 'X-ACCOUNTNAME'),
];
