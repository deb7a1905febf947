import type { Refusal } from '../errors.ts';
import { HREF, hrefElement } from '../href.ts';
import type { Property, Subject, Tables } from '../tables.ts';
import type { XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import {
  element,
  elementsNamed,
  elementWith,
  kept,
  type Markup,
  tagPair,
  text,
  textElement,
} from '../xml/write.ts';

/* Names that every response has: made once, for a listing has thousands of each. */
const RESPONSE = dav('response');
const PROPSTAT = dav('propstat');
const PROP = dav('prop');

/** Which properties a request asks for (RFC 4918 §9.1, and the same in every REPORT). */
export type PropertyRequest =
  | { readonly kind: 'prop'; readonly asked: readonly XmlElement[] }
  | { readonly kind: 'allprop'; readonly include: readonly XmlElement[] }
  | { readonly kind: 'propname' };

/**
 * `DAV:response` with the properties of one resource in its `DAV:propstat`s: 200 for what it has,
 * 404 for what it has not.
 */
export const propertyResponse = (
  href: string,
  subject: Subject,
  request: PropertyRequest,
): Markup => {
  const { found, others } = answersOf(subject, request);
  if (others.length > 0 || found === '') return response(href, ...propstats(found, others));
  return (HEAD + text(href) + MIDDLE + found + TAIL) as Markup;
};

/** `DAV:response` of a resource that could not be read (RFC 4918 §14.24): `statusResponse(href, 404)`. */
export const statusResponse = (href: string, status: number, ...more: readonly Markup[]): Markup =>
  response(href, statusElement(status), ...more);

const response = (href: string, ...content: readonly Markup[]): Markup =>
  element(RESPONSE, hrefElement(href), ...content);

const reasons: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  424: 'Failed Dependency',
  503: 'Service Unavailable',
  507: 'Insufficient Storage',
};

const statuses = new Map<number, Markup>();

const statusElement = (status: number): Markup => {
  const known = statuses.get(status);
  if (known !== undefined) return known;
  const line = `HTTP/1.1 ${status} ${reasons[status] ?? ''}`.trimEnd();
  const written = textElement(dav('status'), line);
  statuses.set(status, written);
  return written;
};

/** One `DAV:propstat`. */
export const propstat = (
  status: number,
  properties: readonly Markup[],
  ...more: readonly Markup[]
): Markup => element(PROPSTAT, element(PROP, ...properties), statusElement(status), ...more);

/* What stands around href and properties of a resource that has all that is asked for. */
const [responseBegin, responseEnd] = tagPair(RESPONSE);
const [hrefBegin, hrefEnd] = tagPair(HREF);
const [propstatBegin, propstatEnd] = tagPair(PROPSTAT);
const [propBegin, propEnd] = tagPair(PROP);
const HEAD = responseBegin + hrefBegin;
const MIDDLE = hrefEnd + propstatBegin + propBegin;
const TAIL = propEnd + statusElement(200) + propstatEnd + responseEnd;

/** One property that is asked for, as far as it is the same in all responses of an answer. */
interface Step {
  readonly name: Name;
  readonly asked: XmlElement;
  /** `undefined` where no resource of the place has it. */
  readonly row: Property | undefined;
  write(content: Markup): Markup;
}

interface Steps {
  readonly rows: ReadonlyMap<Name, Property>;
  readonly steps: readonly Step[];
}

const stepsOf = new WeakMap<PropertyRequest, Steps>();

/** What was asked for and the rows of a place, put together once for the thousands that are answered. */
const stepsFor = (
  request: Extract<PropertyRequest, { kind: 'prop' }>,
  rows: ReadonlyMap<Name, Property>,
): readonly Step[] => {
  const known = stepsOf.get(request);
  if (known?.rows === rows) return known.steps;
  const steps = request.asked.map((asked) => {
    const { name } = asked;
    const row = rows.get(name);
    const attributes = row?.attributes?.(asked);
    const write =
      attributes === undefined
        ? elementsNamed(name)
        : (content: Markup) => elementWith(name, attributes, content);
    return { name, asked, row, write };
  });
  stepsOf.set(request, { rows, steps });
  return steps;
};

interface Answers {
  /** Elements of the properties that the resource has. */
  readonly found: string;
  /** Propstats of all others. */
  readonly others: readonly Markup[];
}

const answersOf = (subject: Subject, request: PropertyRequest): Answers => {
  let found = '';
  let missing = '';
  const refused: Markup[] = [];
  const rows = rowsFor(subject.view.tables, subject.place);
  const dead = deadOf(subject);
  const read = ({ name, asked, row, write }: Step | NotAsked): void => {
    const xml = dead?.get(name);
    if (xml !== undefined) {
      found += kept(xml);
      return;
    }
    const content = row?.read(subject, asked);
    if (content === undefined) missing += element(name);
    else if (typeof content !== 'string') refused.push(refusedPropstat(name, content));
    else found += write === undefined ? element(name, content) : write(content);
  };
  switch (request.kind) {
    case 'prop':
      for (const step of stepsFor(request, rows)) read(step);
      break;
    case 'allprop': {
      const names = new Set<Name>();
      for (const row of rows.values())
        if (row.allprop && row.read(subject) !== undefined) names.add(row.name);
      for (const name of dead?.keys() ?? []) names.add(name as Name);
      for (const name of names) read({ name, row: rows.get(name) });
      const asked = request.include.filter(({ name }) => !names.has(name));
      for (const step of stepsFor({ kind: 'prop', asked }, rows)) read(step);
      break;
    }
    case 'propname':
      for (const row of rows.values())
        if (row.read(subject) !== undefined) found += element(row.name);
      for (const name of dead?.keys() ?? []) found += element(name as Name);
      break;
  }
  const isTold = missing !== '' && !subject.view.minimal;
  return { found, others: isTold ? [propstat(404, [missing as Markup]), ...refused] : refused };
};

/** A response needs a propstat even when nothing was asked (RFC 4918 §14.24). */
const propstats = (found: string, others: readonly Markup[]): readonly Markup[] =>
  found === '' && others.length > 0 ? others : [propstat(200, [found as Markup]), ...others];

/** A property that is answered because all are. */
interface NotAsked extends Pick<Step, 'name' | 'row'> {
  readonly asked?: undefined;
  readonly write?: undefined;
}

/** The propstat of one property that is not given, and why (RFC 4918 §14.22). */
export const refusedPropstat = (name: Name, { status, element: condition }: Refusal): Markup =>
  propstat(
    status,
    [element(name)],
    ...(condition === undefined ? [] : [element(dav('error'), element(condition))]),
  );

/** Dead properties, by Clark name. */
export const deadOf = (subject: Subject): ReadonlyMap<string, string> | undefined =>
  'folder' in subject
    ? subject.folder.dead
    : 'file' in subject
      ? subject.file.dead
      : 'member' in subject
        ? subject.member.dead
        : subject.place === 'calendar' || subject.place === 'addressbook'
          ? subject.entry.properties.dead
          : undefined;

const indexes = new WeakMap<Tables, Map<Subject['place'], ReadonlyMap<Name, Property>>>();

/** The rows of one place by name; indexed once per table. */
export const rowsFor = (tables: Tables, place: Subject['place']): ReadonlyMap<Name, Property> => {
  const index = indexes.get(tables) ?? new Map<Subject['place'], ReadonlyMap<Name, Property>>();
  indexes.set(tables, index);
  const known = index.get(place);
  if (known !== undefined) return known;
  const rows = new Map(
    tables.properties.filter((row) => row.on.includes(place)).map((row) => [row.name, row]),
  );
  index.set(place, rows);
  return rows;
};

/** Whether no more of a place's objects is looked at than their tags. */
export const asksForTagsAlone = (
  tables: Tables,
  place: Subject['place'],
  request: PropertyRequest,
): boolean => {
  const rows = rowsFor(tables, place);
  return (
    request.kind === 'prop' &&
    // What has no row can be a dead property alone.
    request.asked.every(({ name }) => rows.get(name)?.needsTagAlone ?? true)
  );
};
