import type { ContentLine } from '../../../domain/icalendar/content-lines.ts';
import { type TypedProperty, typedProperty } from '../../../domain/icalendar/typed-properties.ts';
import { excerptLines } from '../../../domain/vcard/excerpt.ts';
import type { Book } from '../../../domain/vcard/lists/book.ts';
import { cardVocabulary } from '../../../domain/vcard/typed-card.ts';
import { elementWith, type Markup } from '../xml/write.ts';
import { plain, xmlProperty, type XmlVocabulary } from './xml-properties.ts';

/** RFC 6351 §4. */
export const XCARD = 'urn:ietf:params:xml:ns:vcard-4.0';

/**
 * A card as xCard (RFC 6351), which is of version 4.0 and says so by its namespace alone. Properties of
 * a group stand in it. Total, as the typing of values is.
 */
export const xcardOf = (text: string, book?: Book): Markup => {
  const lines = excerptLines(text, { properties: undefined, version: '4.0', book });
  const groups = new Map<string, Markup[]>();
  const single: Markup[] = [];
  for (const line of lines) {
    if (line.name === 'VERSION') continue;
    const written = xmlProperty(asWritten(line), vocabulary);
    const group = line.group === '' ? single : (groups.get(line.group) ?? []);
    group.push(written);
    if (line.group !== '') groups.set(line.group, group);
  }
  return plain(
    'vcard',
    ...single,
    ...[...groups].map(([name, members]) => elementWith('{}group', { name }, ...members)),
  );
};

/** Dates and times stay in the basic format that text has (RFC 6351 §5, appendix A). */
const asWritten = (line: ContentLine): TypedProperty => {
  const typed = typedProperty(line, cardVocabulary);
  return basic.has(typed.type) ? { ...typed, values: [line.value] } : typed;
};

const basic: ReadonlySet<string> = new Set([
  'date',
  'time',
  'date-time',
  'date-and-or-time',
  'timestamp',
  'utc-offset',
]);

const of = (type: string, names: string) => names.split(' ').map((name) => [name, type] as const);

/** RFC 6351 §5. */
const vocabulary: XmlVocabulary = {
  parameters: new Map([
    ...of('text', 'altid calscale label mediatype pid sort-as type'),
    ...of('uri', 'geo tz'),
    ...of('language-tag', 'language'),
    ...of('integer', 'pref index'),
  ]),
  components: new Map([
    ['n', ['surname', 'given', 'additional', 'prefix', 'suffix']],
    ['adr', ['pobox', 'ext', 'street', 'locality', 'region', 'code', 'country']],
    ['gender', ['sex', 'identity']],
    ['clientpidmap', ['sourceid', 'uri']],
  ]),
};
