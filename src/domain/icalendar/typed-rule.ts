/** A recurrence rule as jCal has it (RFC 7265 §3.6.10): parts by name in lower case, lists as arrays. */
export interface TypedRule {
  readonly [part: string]: string | number | readonly (string | number)[];
}

/** How the values of UNTIL are written. */
interface Times {
  readonly date: TimeForm;
  readonly dateTime: TimeForm;
}

interface TimeForm {
  read(written: string): unknown;
  write(value: string): string | undefined;
}

/** Parts whose values are numbers; a leap month, `5L` (RFC 7529 §4.2), is still a string. */
const numeric: ReadonlySet<string> = new Set([
  'count',
  'interval',
  'bysecond',
  'byminute',
  'byhour',
  'bymonthday',
  'byyearday',
  'byweekno',
  'bymonth',
  'bysetpos',
]);
const single: ReadonlySet<string> = new Set(['freq', 'until', 'count', 'interval', 'wkst']);
const NAME = /^[a-z][a-z0-9-]*$/;

/** Reads `FREQ=DAILY;COUNT=3`; `undefined` where there is a part that is none. */
export const readRule = (written: string, times: Times): TypedRule | undefined => {
  const parts: [string, TypedRule[string]][] = [];
  for (const part of (written.endsWith(';') ? written.slice(0, -1) : written).split(';')) {
    const equals = part.indexOf('=');
    const name = part.slice(0, Math.max(equals, 0)).toLowerCase();
    const value = part.slice(equals + 1).toUpperCase();
    if (!NAME.test(name) || value === '') return undefined;
    const items = single.has(name) ? [value] : value.split(',');
    const typed = items.map((item) => readItem(name, item, times));
    const [first] = typed;
    if (first === undefined || typed.includes(undefined)) return undefined;
    parts.push([name, typed.length === 1 ? first : typed.filter((item) => item !== undefined)]);
  }
  return Object.fromEntries(parts);
};

const readItem = (name: string, item: string, { date, dateTime }: Times) => {
  if (name === 'until') {
    const until = date.read(item) ?? dateTime.read(item);
    return typeof until === 'string' ? until : undefined;
  }
  return numeric.has(name) && /^[+-]?\d{1,10}$/.test(item) ? Number(item) : item;
};

/** The other way round; `undefined` where a part is none. */
export const writeRule = (rule: TypedRule, times: Times): string | undefined => {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(rule)) {
    const items = (typeof value === 'object' ? value : [value]).map((item) =>
      writeItem(name, String(item), times),
    );
    if (!NAME.test(name) || items.includes(undefined)) return undefined;
    parts.push(`${name.toUpperCase()}=${items.join(',')}`);
  }
  return parts.length === 0 ? undefined : parts.join(';');
};

const writeItem = (name: string, item: string, { date, dateTime }: Times): string | undefined => {
  if (name === 'until') return date.write(item) ?? dateTime.write(item);
  return /^[\w+-]{1,40}$/.test(item) ? item : undefined;
};
