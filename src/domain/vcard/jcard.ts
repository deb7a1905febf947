import type { ContentLine } from '../icalendar/content-lines.ts';
import { type JsonProperty, jsonProperty } from '../icalendar/jcal.ts';
import {
  type JsonReading,
  listOf,
  parsedJson,
  propertyLine,
  reading,
  wrong,
} from '../icalendar/json-reading.ts';
import { typedProperty } from '../icalendar/typed-properties.ts';
import { cardVocabulary } from './typed-card.ts';

/** RFC 7095 §3.2; ready for `JSON.stringify`. */
export type JsonCard = readonly ['vcard', readonly JsonProperty[]];

/** The lines of a card of version 4.0, the only one that jCard knows, without BEGIN and END. */
export const jcardOf = (lines: readonly ContentLine[]): JsonCard => [
  'vcard',
  lines.map((line) => jsonProperty(typedProperty(line, cardVocabulary))),
];

/**
 * A jCard text as vCard 4.0. Only what JSON adds is judged here; whether it is an address object is for
 * `readAddressObject` to say.
 */
export const readJcard = (json: string): JsonReading =>
  reading(() => {
    const [name, properties, ...more] = listOf(parsedJson(json));
    if (typeof name !== 'string' || name.toLowerCase() !== 'vcard' || more.length > 0)
      return wrong('a jCard is "vcard" and its properties');
    const lines = listOf(properties).map((property) => propertyLine(property, cardVocabulary));
    return `BEGIN:VCARD\r\n${lines.join('')}END:VCARD\r\n`;
  });
