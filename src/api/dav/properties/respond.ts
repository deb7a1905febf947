import type { Refusal } from '../errors.ts';
import { hrefElement } from '../href.ts';
import type { Property, Subject, Tables } from '../tables.ts';
import type { XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import { element, elementWith, kept, type Markup, textElement } from '../xml/write.ts';

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
): Markup => response(href, ...propstats(subject, request));

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
  const line = `HTTP/1.1 ${status} ${reasons[status] ?? ''}`.trimEnd();
  const written = statuses.get(status) ?? textElement(dav('status'), line);
  statuses.set(status, written);
  return written;
};

/** One `DAV:propstat`. */
export const propstat = (
  status: number,
  properties: readonly Markup[],
  ...more: readonly Markup[]
): Markup => element(PROPSTAT, element(PROP, ...properties), statusElement(status), ...more);

const propstats = (subject: Subject, request: PropertyRequest): readonly Markup[] => {
  const found: Markup[] = [];
  const missing: Markup[] = [];
  const refused: Markup[] = [];
  const rows = rowsFor(subject.view.tables, subject.place);
  const dead = deadOf(subject);
  const read = (name: Name, asked?: XmlElement): void => {
    const xml = dead?.get(name);
    if (xml !== undefined) {
      found.push(kept(xml));
      return;
    }
    const row = rows.get(name);
    const content = row?.read(subject, asked);
    const attributes = asked === undefined ? undefined : row?.attributes?.(asked);
    if (content === undefined) missing.push(element(name));
    else if (typeof content !== 'string') refused.push(refusedPropstat(name, content));
    else if (attributes === undefined) found.push(element(name, content));
    else found.push(elementWith(name, attributes, content));
  };
  switch (request.kind) {
    case 'prop':
      for (const asked of request.asked) read(asked.name, asked);
      break;
    case 'allprop': {
      const names = new Set<Name>();
      for (const row of rows.values())
        if (row.allprop && row.read(subject) !== undefined) names.add(row.name);
      for (const name of dead?.keys() ?? []) names.add(name as Name);
      for (const name of names) read(name);
      for (const asked of request.include) if (!names.has(asked.name)) read(asked.name, asked);
      break;
    }
    case 'propname':
      for (const row of rows.values())
        if (row.read(subject) !== undefined) found.push(element(row.name));
      for (const name of dead?.keys() ?? []) found.push(element(name as Name));
      break;
  }
  const unanswered =
    missing.length === 0 || subject.view.minimal ? refused : [propstat(404, missing), ...refused];
  // A response needs a propstat even when nothing was asked (RFC 4918 §14.24).
  return found.length === 0 && unanswered.length > 0
    ? unanswered
    : [propstat(200, found), ...unanswered];
};

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
