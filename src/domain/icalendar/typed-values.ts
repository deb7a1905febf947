import { escapeText } from './writing.ts';
import { unescapeText } from './content-lines.ts';
import { readRule, type TypedRule, writeRule } from './typed-rule.ts';
import { isDuration } from './values.ts';

/** A value that is not made of others, as JSON has it. */
export type Scalar = string | number | boolean;

/**
 * A value as jCal has it in JSON (RFC 7265 §3.4): a period is an array of its two ends, a recurrence rule
 * an object, a structured value an array of its components, each of which may have several texts.
 */
export type TypedValue = Scalar | TypedRule | readonly (string | number | readonly string[])[];

/** How values of one type are read from a content line and written into one. */
export interface ValueForm {
  /** `undefined` for a text that is no value of this type. */
  read(written: string): TypedValue | undefined;
  /** `undefined` for a value that is none of this type. */
  write(value: TypedValue): string | undefined;
}

/** A line end within would begin another line. */
const asIs: ValueForm = {
  read: (written) => written,
  write: (value) => (typeof value === 'string' && !/[\r\n]/.test(value) ? value : undefined),
};

/** Both ways by pattern: groups of the one form between the marks of the other. */
const byPattern = (
  written: RegExp,
  extended: (groups: readonly string[]) => string,
  typed: RegExp,
  basic: (groups: readonly string[]) => string,
): ValueForm => ({
  read: (value) => {
    const groups = written.exec(value);
    return groups === null ? undefined : extended(groups.map((group) => group ?? ''));
  },
  write: (value) => {
    const groups = typeof value === 'string' ? typed.exec(value) : null;
    return groups === null ? undefined : basic(groups.map((group) => group ?? ''));
  },
});

/** RFC 7265 §3.6.4. */
const date = byPattern(
  /^(\d{4})(\d\d)(\d\d)$/,
  ([, year, month, day]) => `${year}-${month}-${day}`,
  /^(\d{4})-(\d\d)-(\d\d)$/,
  ([, year, month, day]) => `${year}${month}${day}`,
);

/** RFC 7265 §3.6.5. */
const dateTime = byPattern(
  /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)$/,
  ([, year, month, day, hour, minute, second, utc]) =>
    `${year}-${month}-${day}T${hour}:${minute}:${second}${utc}`,
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(Z?)$/,
  ([, ...parts]) => `${parts.slice(0, 3).join('')}T${parts.slice(3).join('')}`,
);

/** RFC 7265 §3.6.12. */
const time = byPattern(
  /^(\d\d)(\d\d)(\d\d)(Z?)$/,
  ([, hour, minute, second, utc]) => `${hour}:${minute}:${second}${utc}`,
  /^(\d\d):(\d\d):(\d\d)(Z?)$/,
  ([, ...parts]) => parts.join(''),
);

/** RFC 7265 §3.6.14. */
const utcOffset = byPattern(
  /^([+-]\d\d)(\d\d)(\d\d)?$/,
  ([, hour, minute, second]) => `${hour}:${minute}${second === '' ? '' : `:${second}`}`,
  /^([+-]\d\d):(\d\d)(?::(\d\d))?$/,
  ([, ...parts]) => parts.join(''),
);

const duration: ValueForm = {
  read: (written) => (isDuration(written) ? written : undefined),
  write: (value) => (typeof value === 'string' && isDuration(value) ? value : undefined),
};

/** RFC 7265 §3.6.9. */
const period: ValueForm = {
  read: (written) => {
    const [first = '', last = '', ...more] = written.split('/', 3);
    const start = dateTime.read(first);
    const end = dateTime.read(last) ?? duration.read(last);
    return typeof start === 'string' && typeof end === 'string' && more.length === 0
      ? [start, end]
      : undefined;
  },
  write: (value) => {
    if (!Array.isArray(value) || value.length !== 2) return undefined;
    const [first = '', last = ''] = value.map(String);
    const start = dateTime.write(first);
    const end = dateTime.write(last) ?? duration.write(last);
    return start === undefined || end === undefined ? undefined : `${start}/${end}`;
  },
};

const number = (form: RegExp): ValueForm => ({
  read: (written) => (form.test(written) ? Number(written) : undefined),
  write: (value) => {
    if (typeof value !== 'number') return undefined;
    const written = String(value);
    return form.test(written) ? written : undefined;
  },
});

/** Beyond this many digits JSON's readers would see another number (RFC 8259 §6). */
const integer = number(/^[+-]?\d{1,15}$/);
const float = number(/^[+-]?\d{1,15}(?:\.\d{1,15})?$/);

const boolean: ValueForm = {
  read: (written) => {
    const word = written.toUpperCase();
    return word === 'TRUE' ? true : word === 'FALSE' ? false : undefined;
  },
  write: (value) => (typeof value === 'boolean' ? String(value).toUpperCase() : undefined),
};

const text: ValueForm = {
  read: unescapeText,
  write: (value) => (typeof value === 'string' ? escapeText(value) : undefined),
};

const recur: ValueForm = {
  read: (written) => readRule(written, { date, dateTime }),
  write: (value) =>
    typeof value === 'object' && !Array.isArray(value)
      ? writeRule(value as TypedRule, { date, dateTime })
      : undefined,
};

/** A type nobody defined here is carried as it is written (RFC 7265 §5.2). */
export const unknownForm = asIs;

/** Value types that iCalendar and vCard have in common. */
export const commonForms = [
  ['boolean', boolean],
  ['float', float],
  ['integer', integer],
  ['text', text],
  ['uri', asIs],
] as const satisfies readonly (readonly [string, ValueForm])[];

/** The value types of iCalendar (RFC 5545 §3.3), by their names in jCal and xCal. */
export const calendarForms: ReadonlyMap<string, ValueForm> = new Map<string, ValueForm>([
  ...commonForms,
  ['binary', asIs],
  ['cal-address', asIs],
  ['date', date],
  ['date-time', dateTime],
  ['duration', duration],
  ['period', period],
  ['recur', recur],
  ['time', time],
  ['utc-offset', utcOffset],
]);
