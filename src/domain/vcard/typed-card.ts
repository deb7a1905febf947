import { commonForms, type ValueForm } from '../icalendar/typed-values.ts';
import type { PropertyForm, Vocabulary } from '../icalendar/typed-properties.ts';

/** Date, time and zone of RFC 6350 §4.3, which may be cut short at either end. */
const DATE = /^(?:(\d{4})(?:(\d\d)(\d\d)|-(\d\d))?|--(\d\d)(\d\d)?|---(\d\d))$/;
const TIME = /^(?:(\d\d)(?:(\d\d)(\d\d)?)?|-(\d\d)(\d\d)?|--(\d\d))(Z|[+-]\d\d(?:\d\d)?)?$/;

const extendedDate = (text: string): string =>
  text.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3').replace(/^--(\d\d)(\d\d)$/, '--$1-$2');

const extendedTime = (text: string): string =>
  text
    .replace(/^(\d\d)(\d\d)(\d\d)/, '$1:$2:$3')
    .replace(/^(\d\d)(\d\d)/, '$1:$2')
    .replace(/^-(\d\d)(\d\d)/, '-$1:$2')
    .replace(/([+-]\d\d)(\d\d)$/, '$1:$2');

const basicDate = (text: string): string =>
  text.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$1$2$3').replace(/^--(\d\d)-(\d\d)$/, '--$1$2');

/** One value of a form, with the marks of ISO 8601's extended format in JSON (RFC 7095 §3.5.3 to §3.5.7). */
const marked = (
  isWritten: (text: string) => boolean,
  extended: (text: string) => string,
  basic: (text: string) => string,
): ValueForm => ({
  read: (written) => (isWritten(written) ? extended(written) : undefined),
  write: (value) => {
    const written = typeof value === 'string' ? basic(value) : '';
    return isWritten(written) ? written : undefined;
  },
});

/** Of a date, a time, or both with a T between them; a time alone begins with the T. */
const eachPart =
  (date: (text: string) => string, time: (text: string) => string) =>
  (text: string): string => {
    const at = text.indexOf('T');
    return at === -1 ? date(text) : `${date(text.slice(0, at))}T${time(text.slice(at + 1))}`;
  };

const basicTime = (text: string): string => text.replaceAll(':', '');
const isDate = (text: string): boolean => DATE.test(text);
const isTime = (text: string): boolean => TIME.test(text);
const isDateTime = (text: string): boolean => {
  const at = text.indexOf('T');
  return at > 0 && isDate(text.slice(0, at)) && isTime(text.slice(at + 1));
};
const isDateAndOrTime = (text: string): boolean =>
  isDate(text) || isDateTime(text) || (text.startsWith('T') && isTime(text.slice(1)));
const isTimestamp = (text: string): boolean => /^\d{8}T\d{6}/.test(text) && isDateTime(text);
const extended = eachPart(extendedDate, extendedTime);
const basic = eachPart(basicDate, basicTime);

const types: ReadonlyMap<string, ValueForm> = new Map<string, ValueForm>([
  ...commonForms,
  ['utc-offset', marked((text) => /^[+-]\d\d(?:\d\d)?$/.test(text), extendedTime, basicTime)],
  ['date', marked(isDate, extendedDate, basicDate)],
  ['time', marked(isTime, extendedTime, basicTime)],
  ['date-time', marked(isDateTime, extended, basic)],
  ['date-and-or-time', marked(isDateAndOrTime, extended, basic)],
  ['timestamp', marked(isTimestamp, extended, basic)],
]);

const of = (type: string, names: string, shape?: PropertyForm['shape']) =>
  names.split(' ').map((name) => [name, shape === undefined ? { type } : { type, shape }] as const);

/** RFC 6350 §6, RFC 6474, RFC 6715 and RFC 8605. */
export const cardVocabulary: Vocabulary = {
  properties: new Map<string, PropertyForm>([
    ...of(
      'text',
      'version kind xml fn tel email tz title role note prodid birthplace deathplace expertise hobby interest',
    ),
    ...of('text', 'nickname categories', 'list'),
    ...of('text', 'gender org clientpidmap', 'structured'),
    ...of('text', 'n adr', 'texts'),
    ...of(
      'uri',
      'source photo impp geo logo member related sound uid url key fburl caladruri caluri org-directory contact-uri',
    ),
    ...of('date-and-or-time', 'bday anniversary deathdate'),
    ...of('timestamp', 'rev'),
    ...of('language-tag', 'lang'),
  ]),
  types,
  guess: (type) => type,
};
