import { matcherOf, matchTypes } from '../../../domain/collection/collation.ts';
import { multistatus, xml } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { badRequest } from '../errors.ts';
import { hrefs } from '../href.ts';
import { viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { propertyResponse } from '../properties/respond.ts';
import { propertyMarkup, textsIn } from '../properties/values.ts';
import type { DavRequest, Place, Report, Subject } from '../tables.ts';
import { childOf, childrenOf, elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { caldav, calendarServer, dav, type Name } from '../xml/names.ts';
import { document, element, elementWith, type Markup, text } from '../xml/write.ts';
import { limitOf } from './limit.ts';
import { oneOf } from './text-match.ts';

/** Conditions of one search. */
const CONDITIONS = 50;

/** What principals are found by, with words for people (RFC 3744 §9.5). */
const searchable: readonly (readonly [Name, string])[] = [
  [dav('displayname'), 'Full name'],
  [calendarServer('first-name'), 'Given name'],
  [calendarServer('last-name'), 'Surname'],
  [calendarServer('email-address-set'), 'Mail address'],
  [caldav('calendar-user-address-set'), 'Calendar user address'],
  [caldav('calendar-user-type'), 'Calendar user type'],
];

const anywhere = [
  'root',
  'principal',
  'calendar-home',
  'addressbook-home',
  'calendar',
  'addressbook',
] as const satisfies readonly Place[];

type Matches = (principal: Subject) => boolean;

/**
 * `DAV:multistatus` of the principals that match. Whoever asks sees only themselves until calendars can
 * be shared: others are not looked for, so neither answer nor time tells of them.
 */
const found = (request: DavRequest, body: XmlElement, matches: Matches) => {
  const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
  const view = { ...viewFor(request), whose: request.principal };
  const subject: Subject = { place: 'principal', view };
  const href = hrefs.principal(request.principal.login);
  return multistatus(matches(subject) ? [propertyResponse(href, subject, asked)] : []);
};

const mustBeFlat = ({ headers }: DavRequest): void => {
  if (depthOf(headers, '0') !== '0') throw badRequest('Depth must be 0 for a principal search.');
};

/** Whether one of a property's texts compares as asked, without regard to case. */
const compares = (
  principal: Subject,
  name: Name,
  type: (typeof matchTypes)[number],
  wanted: string,
): boolean => {
  const matches = matcherOf({ text: wanted, type, collation: 'i;unicode-casemap', negate: false });
  const markup = propertyMarkup(principal, name);
  return markup !== undefined && textsIn(markup).some(matches);
};

/** All conditions have to be met, or with Apple's `test="anyof"` one of them. */
export const principalPropertySearch: Report = {
  name: dav('principal-property-search'),
  source: 'RFC 3744 §9.4',
  on: anywhere,
  compliance: ['calendarserver-principal-property-search'],
  async handle(request, body) {
    mustBeFlat(request);
    const searches = childrenOf(body, dav('property-search'));
    if (searches.length === 0 || searches.length > CONDITIONS)
      throw badRequest(`principal-property-search has 1 to ${CONDITIONS} property-search.`);
    const conditions = searches.flatMap(conditionsOf);
    const test = oneOf(body, 'test', ['allof', 'anyof'], 'allof');
    const everywhere = childOf(body, dav('apply-to-principal-collection-set')) !== undefined;
    const place = request.resource.kind;
    if (!everywhere && place !== 'root' && place !== 'principal') return multistatus([]);
    return found(request, body, (principal) =>
      test === 'allof'
        ? conditions.every((matches) => matches(principal))
        : conditions.some((matches) => matches(principal)),
    );
  },
};

const conditionsOf = (search: XmlElement): readonly Matches[] => {
  const prop = childOf(search, dav('prop'));
  const match = childOf(search, dav('match'));
  const names = prop === undefined ? [] : elementsOf(prop).map(({ name }) => name);
  if (match === undefined || names.length === 0 || names.length > CONDITIONS)
    throw badRequest('property-search needs prop, naming properties, and match.');
  const type = oneOf(match, 'match-type', matchTypes, 'contains');
  const wanted = textOf(match).trim();
  return names.map((name) => (principal: Subject) => compares(principal, name, type, wanted));
};

/** Each token has to be found in some property: what people type into one field. */
export const calendarserverPrincipalSearch: Report = {
  name: calendarServer('calendarserver-principal-search'),
  source: 'calendarserver.org, caldav-principal-search',
  on: ['root', 'principal'],
  compliance: ['calendarserver-principal-search'],
  async handle(request, body) {
    mustBeFlat(request);
    const tokens = childrenOf(body, calendarServer('search-token')).map((token) =>
      textOf(token).trim(),
    );
    if (tokens.length === 0 || tokens.length > CONDITIONS || tokens.includes(''))
      throw badRequest(`A principal search has 1 to ${CONDITIONS} tokens, none of them empty.`);
    // At least one is wanted, and there is at most one to be found.
    limitOf(body, calendarServer);
    return found(request, body, (principal) =>
      tokens.every((token) =>
        searchable.some(([name]) => compares(principal, name, 'contains', token)),
      ),
    );
  },
};

export const principalSearchPropertySet: Report = {
  name: dav('principal-search-property-set'),
  source: 'RFC 3744 §9.5',
  on: anywhere,
  async handle(request) {
    mustBeFlat(request);
    return xml(200, document(dav('principal-search-property-set'), ...searchable.map(described)));
  },
};

const described = ([name, description]: readonly [Name, string]): Markup =>
  element(
    dav('principal-search-property'),
    element(dav('prop'), element(name)),
    elementWith(dav('description'), { 'xml:lang': 'en' }, text(description)),
  );
