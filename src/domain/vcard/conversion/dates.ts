import { type CardLine, firstOf, valueType, withParameter, without } from './line.ts';

/** Apple's parameter for a date whose year is not known, and its year, which has a 29 February. */
const OMIT_YEAR = 'X-APPLE-OMIT-YEAR';
const NO_YEAR = '1604';

/**
 * A birthday or anniversary of vCard 3.0, which is ISO 8601 in either format (RFC 2426 §3.1.5), in the
 * basic format of RFC 6350 §4.3; what is no date becomes a text, which §6.2.5 allows.
 */
export const dateInFour = (line: CardLine): CardLine => {
  const parameters = without(line.parameters, OMIT_YEAR, 'VALUE');
  if (valueType(line) === 'text') return line;
  const value = basicDateTime(line.value.trim());
  const year = firstOf(line.parameters, OMIT_YEAR);
  if (year !== undefined && /^\d{8}$/.test(value) && value.startsWith(year))
    return { ...line, parameters, value: `--${value.slice(4)}` };
  return DATE_OR_TIME.test(value)
    ? { ...line, parameters, value }
    : { ...line, parameters: withParameter(parameters, 'VALUE', 'text') };
};

const DATE_OR_TIME = /^(?:\d{4}(?:\d{4}|-\d\d)?|--\d\d(?:\d\d)?|---\d\d)(?:T[\d:+-]+Z?)?$/;

/**
 * The other way: the extended format, which readers of vCard 3.0 expect. A date without year is given
 * Apple's way; what else is cut short has no notation in 3.0 and stays as it is.
 */
export const dateInThree = (line: CardLine): CardLine => {
  if (valueType(line) === 'text') return line;
  const parameters = without(line.parameters, 'VALUE', 'CALSCALE');
  const [, month, day] = /^--(\d\d)(\d\d)$/.exec(line.value) ?? [];
  if (month !== undefined)
    return {
      ...line,
      parameters: withParameter(parameters, OMIT_YEAR, NO_YEAR),
      value: `${NO_YEAR}-${month}-${day}`,
    };
  const value = extendedDateTime(line.value);
  return value.includes('T')
    ? { ...line, parameters: withParameter(parameters, 'VALUE', 'date-time'), value }
    : { ...line, parameters, value };
};

/** REV is a complete timestamp in RFC 6350 §6.7.4, where RFC 2426 §3.6.4 allows a date. */
export const revisionInFour = (line: CardLine): CardLine => {
  const value = basicDateTime(line.value.trim());
  return {
    ...line,
    parameters: without(line.parameters, 'VALUE'),
    value: /^\d{8}$/.test(value) ? `${value}T000000Z` : value,
  };
};

export const revisionInThree = (line: CardLine): CardLine => ({
  ...line,
  parameters: without(line.parameters, 'VALUE'),
  value: extendedDateTime(line.value),
});

const basicDate = (_: string, year: string, month: string, day: string): string =>
  `${year === '--' ? year : year.slice(0, 4)}${month}${day}`;

/** Fractions of seconds go: RFC 6350 §4.3 has none. */
const basicDateTime = (value: string): string =>
  value.replace(/^(\d{4}-|--)(\d\d)-(\d\d)(?=T|$)/, basicDate).replace(
    /T(\d\d):?(\d\d):?(\d\d)(?:[.,]\d+)?(Z|[+-]\d\d)?:?(\d\d)?$/,
    (_, ...parts: readonly (string | undefined)[]) =>
      `T${parts
        .slice(0, 5)
        .map((part) => part ?? '')
        .join('')}`,
  );

const extendedDateTime = (value: string): string =>
  value
    .replace(/^(\d{4})(\d\d)(\d\d)(?=T|$)/, '$1-$2-$3')
    .replace(
      /T(\d\d)(\d\d)(\d\d)(Z|[+-]\d\d)?(\d\d)?$/,
      (_, hour: string, minute: string, second: string, zone = '', minutes?: string) =>
        `T${hour}:${minute}:${second}${zone}${minutes === undefined ? '' : `:${minutes}`}`,
    );
