import { scalar, type ValueType } from './value-type.ts';

/** What GNUstep reads as a boolean, and no garbage. */
export const bool: ValueType<boolean> = scalar('bool', 'YES or NO', (text) =>
  /^(?:yes|y|true|t|1)$/i.test(text)
    ? true
    : /^(?:no|n|false|f|0)$/i.test(text)
      ? false
      : undefined,
);

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

const bounded = (value: number, { min = 0, max = 2 ** 31 - 1 }: Bounds): number | undefined =>
  value >= min && value <= max ? value : undefined;

const range = ({ min = 0, max }: Bounds): string =>
  max === undefined ? (min === 0 ? '' : `, ${min} or more`) : `, ${min} to ${max}`;

/** A whole number from 0; `unit` in the plural. */
export const integer = (unit?: string, bounds: Bounds = {}): ValueType<number> =>
  scalar(
    unit ?? 'integer',
    `${unit === undefined ? 'a whole number' : `a whole number of ${unit}`}${range(bounds)}`,
    (text) => (/^[+-]?\d{1,10}$/.test(text) ? bounded(Number(text), bounds) : undefined),
  );

export const seconds = integer('seconds');
export const minutes = integer('minutes');

/** A number with or without a fraction, from 0. */
export const decimal = (unit?: string): ValueType<number> =>
  scalar(unit ?? 'number', unit === undefined ? 'a number' : `a number of ${unit}`, (text) =>
    /^\d{1,10}(?:\.\d{1,10})?$/.test(text) ? Number(text) : undefined,
  );

export const text: ValueType<string> = scalar('text', 'text', (found) => found);

/** Text that is never shown. */
export const secret: ValueType<string> = { ...text, name: 'secret', secret: true };

/** The same type, never shown. */
const hidden = (type: ValueType<string>): ValueType<string> => ({ ...type, secret: true });

/** Text of a form; `expected` follows "takes". */
export const matching = (name: string, expected: string, form: RegExp): ValueType<string> =>
  scalar(name, expected, (found) => (form.test(found) ? found : undefined));

/** One of some words, compared without regard to case; the word as it is written here. */
export const oneOf = <const Word extends string>(...words: readonly Word[]): ValueType<Word> => {
  const shown = words.map((word) => (word === '' ? 'nothing' : word));
  const all =
    shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
  return scalar(`one of ${shown.join(', ')}`, all, (found) =>
    words.find((word) => word.toLowerCase() === found.toLowerCase()),
  );
};

export const path = matching('path', 'an absolute path', /^\/[^\0]*$/);
export const logFile = matching(
  'path',
  'an absolute path, or - for the console',
  /^(?:-|\/[^\0]*)$/,
);
export const folder = matching('path', 'a path', /^[^\0]+$/);

const hours = /^(?:(?:[01]?\d|2[0-3])(?::[0-5]\d)?|24(?::00)?)$/;
/** As HH:MM. */
export const hour: ValueType<string> = scalar('hour', 'an hour, 0 to 24, or HH:MM', (found) => {
  if (!hours.test(found)) return undefined;
  const [hour = '', minute = '00'] = found.split(':');
  return `${hour.padStart(2, '0')}:${minute}`;
});

const knowsZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
};
export const timeZone: ValueType<string> = scalar(
  'time zone',
  'the name of a time zone, as Europe/Berlin',
  (found) => (/^[A-Za-z]/.test(found) && knowsZone(found) ? found : undefined),
);

/** SOGo names its translations itself: `BrazilianPortuguese`. */
export const language = matching(
  'language',
  'the name of a language, as English',
  /^[A-Z][A-Za-z]+$/,
);

export const dateFormat = matching(
  'strftime format',
  'a strftime format, as %H:%M',
  /^(?=.*%)(?:[^%]|%[-_0^#]?[A-Za-z%])+$/,
);

export const reminder = matching(
  'trigger',
  'NONE or a duration before the start, as -PT15M',
  /^(?:NONE|-?P(?:\d+[WD]|(?:\d+D)?T(?:\d+H)?(?:\d+M)?(?<=[HM])))$/,
);

/** A SASL mechanism's name (RFC 4422 §3.1), written in any case. */
export const mechanism = matching(
  'SASL mechanism',
  'a SASL mechanism, as PLAIN',
  /^[A-Za-z0-9_-]{1,20}$/,
);

export const colour = matching('colour', 'a colour, as #F0F0F0', /^#(?:[0-9A-Fa-f]{3}){1,2}$/);
export const address = matching('mail address', 'a mail address', /^[^\s@]+@[^\s@]+$/);
export const sixteen: ValueType<string> = hidden(
  matching('secret', 'exactly 16 characters', /^.{16}$/s),
);
export const folderFormat = matching(
  'format',
  'text with no variables but %{FolderName}, %{UserName} and %{Email}',
  /^(?:[^%]|%(?!\{)|%\{(?:FolderName|UserName|Email)\})+$/,
);
export const certificate: ValueType<string> = hidden(
  matching('certificate', 'PEM or base 64', /^(?:-----BEGIN [\s\S]+|[A-Za-z0-9+/=\s]+)$/),
);
