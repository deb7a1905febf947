import { type ContentLine, type Parameter, parametersOf, unescapeText } from './content-lines.ts';
import { calendarForms, type TypedValue, unknownForm, type ValueForm } from './typed-values.ts';
import { escapeText, writeParameters } from './writing.ts';

/** What a property's value is made of where nothing else is said. */
export interface PropertyForm {
  readonly type: string;
  /**
   * `list`: several values, a comma between them. `structured`: one value of components, a semicolon
   * between them. `texts`: as that, but each component may be several texts. Absent: one value.
   */
  readonly shape?: 'list' | 'structured' | 'texts';
}

/** The properties and value types of iCalendar or of vCard. */
export interface Vocabulary {
  /** By name in lower case. */
  readonly properties: ReadonlyMap<string, PropertyForm>;
  readonly types: ReadonlyMap<string, ValueForm>;
  /** The type of a value for which the line names none, where writers are known to leave it out. */
  guess(type: string, written: string): string;
}

/** A property with its values typed, on which jCal, xCal and the same for cards are built. */
export interface TypedProperty {
  /** Lower case. */
  readonly name: string;
  /** As written; '' for none. */
  readonly group: string;
  /** Names in lower case, each once; without VALUE, which `type` says. */
  readonly parameters: readonly Parameter[];
  /** Lower case; `unknown` where nobody says what it is (RFC 7265 §5.1). */
  readonly type: string;
  readonly values: readonly TypedValue[];
}

/**
 * Types a line's value. Total: a value that is not of its type is given as it is written, as `unknown`,
 * so that nothing that could be stored cannot be read.
 */
export const typedProperty = (
  { group, name: upper, parameters, value }: ContentLine,
  { properties, types, guess }: Vocabulary,
): TypedProperty => {
  const name = upper.toLowerCase();
  const given = merged(parametersOf(parameters));
  const form = properties.get(name);
  const said = given.get('value')?.[0]?.toLowerCase();
  const type = said ?? guess(form?.type ?? 'unknown', value);
  given.delete('value');
  // Components are texts or numbers, as the property's own type says.
  const shape = form?.shape === 'list' || form?.type === type ? form?.shape : undefined;
  const values = valuesOf(value, types.get(type) ?? unknownForm, shape);
  return {
    name,
    group,
    parameters: [...given].map(([key, all]) => ({ name: key, values: all })),
    ...(values === undefined ? { type: 'unknown', values: [value] } : { type, values }),
  };
};

/** By name in lower case; `TYPE=a;TYPE=b` is `TYPE=a,b`. */
const merged = (parameters: readonly Parameter[]): Map<string, readonly string[]> => {
  const all = new Map<string, readonly string[]>();
  for (const { name, values } of parameters) {
    const key = name.toLowerCase();
    all.set(key, [...(all.get(key) ?? []), ...values]);
  }
  return all;
};

const valuesOf = (
  written: string,
  form: ValueForm,
  shape: PropertyForm['shape'],
): readonly TypedValue[] | undefined => {
  if (shape === undefined) return complete([form.read(written)]);
  if (shape === 'list') return complete(splitEscaped(written, ',').map((item) => form.read(item)));
  const components = splitEscaped(written, ';').map((item): TypedValue | undefined => {
    if (shape === 'structured') return form.read(item);
    const texts = splitEscaped(item, ',').map(unescapeText);
    return texts.length === 1 ? texts[0] : texts;
  });
  const all = complete(components);
  if (all === undefined) return undefined;
  // A structured value of one component is that (RFC 7095 §3.3.1.3).
  return all.length === 1 ? all : [all as Extract<TypedValue, readonly unknown[]>];
};

const complete = (
  values: readonly (TypedValue | undefined)[],
): readonly TypedValue[] | undefined =>
  values.includes(undefined) ? undefined : values.filter((value) => value !== undefined);

/** Splits a value at one character where no backslash stands before it; the parts still escaped. */
const splitEscaped = (value: string, separator: string): readonly string[] => {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === separator) {
      parts.push(value.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(value.slice(from));
  return parts;
};

/** A typed property as a content line; `undefined` where a value is not of its type. */
export const untypedLine = (
  { name, group, parameters, type, values }: TypedProperty,
  { properties, types }: Vocabulary,
): ContentLine | undefined => {
  const form = properties.get(name);
  const kind = types.get(type) ?? unknownForm;
  const names = [
    name,
    type,
    ...(group === '' ? [] : [group]),
    ...parameters.map((each) => each.name),
  ];
  if (!names.every((each) => NAME.test(each))) return undefined;
  if (values.length > 1 && form !== undefined && form.shape !== 'list') return undefined;
  const written = values.map((value) => {
    if (!Array.isArray(value) || type === 'period') return kind.write(value);
    const parts = value.map((part: string | number | readonly string[]) =>
      typeof part === 'object' ? part.map(escapeText).join(',') : kind.write(part),
    );
    return parts.includes(undefined) ? undefined : parts.join(';');
  });
  if (written.length === 0 || written.includes(undefined)) return undefined;
  // What the property's own type is need not be said; `unknown` is none that could be.
  const said = type === 'unknown' || type === (form?.type ?? 'unknown');
  const all = said ? parameters : [{ name: 'value', values: [type.toUpperCase()] }, ...parameters];
  return {
    group,
    name: name.toUpperCase(),
    parameters: writeParameters(all.map((each) => ({ ...each, name: each.name.toUpperCase() }))),
    value: written.join(','),
  };
};

const NAME = /^[A-Za-z0-9_-]+$/;

/** Property names, divided by blanks, that have one form. */
const of = (type: string, names: string, shape?: PropertyForm['shape']) =>
  names.split(' ').map((name) => [name, shape === undefined ? { type } : { type, shape }] as const);

/**
 * RFC 5545 §3.7 and §3.8, RFC 7808, 7953, 7986, 9073, 9074 and 9253; without those whose lines always name
 * their type.
 */
export const calendarVocabulary: Vocabulary = {
  properties: new Map<string, PropertyForm>([
    ...of(
      'text',
      'action busytype calscale class color comment contact description location location-type method name participant-type prodid proximity related-to relationship resource-type status summary transp tzid tzid-alias-of tzname uid version xml refid',
    ),
    ...of('text', 'categories resources', 'list'),
    ...of('text', 'request-status', 'structured'),
    ...of('float', 'geo', 'structured'),
    ...of('uri', 'attach concept source tzurl url'),
    ...of('cal-address', 'attendee calendar-address organizer'),
    ...of(
      'date-time',
      'acknowledged completed created dtend dtstamp dtstart due last-modified recurrence-id tzuntil',
    ),
    ...of('date-time', 'exdate rdate', 'list'),
    ...of('period', 'freebusy', 'list'),
    ...of('duration', 'duration trigger'),
    ...of('recur', 'exrule rrule'),
    ...of('integer', 'percent-complete priority repeat sequence'),
    ...of('utc-offset', 'tzoffsetfrom tzoffsetto'),
  ]),
  types: calendarForms,
  guess: (type, written) => {
    if (type !== 'date-time') return type;
    if (/^\d{8}(?:,|$)/.test(written)) return 'date';
    return written.includes('/') ? 'period' : type;
  },
};
