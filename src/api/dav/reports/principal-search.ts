import { matcherOf, matchTypes } from '../../../domain/collection/collation.ts';
import type { EntryKind } from '../../../domain/account/directory.ts';
import {
  type EntryCondition,
  EVERYTHING,
  every,
  isTooLong,
  some,
} from '../../../domain/account/entry-condition.ts';
import { knownBy } from '../../books/principals.ts';
import { type Answer, multistatus, xml } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { accountSubject } from '../delegation/subject.ts';
import { knownSubject, tellingOfGroups } from '../directory/principal.ts';
import { tooLong } from '../directory/query.ts';
import { principalCondition } from '../directory/principal-condition.ts';
import { badRequest } from '../errors.ts';
import { hrefs } from '../href.ts';
import { viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { propertyResponse } from '../properties/respond.ts';
import { propertyMarkup, textsIn } from '../properties/values.ts';
import type { DavRequest, Place, Report, Subject } from '../tables.ts';
import {
  attributeOf,
  childOf,
  childrenOf,
  elementsOf,
  textOf,
  type XmlElement,
} from '../xml/element.ts';
import { caldav, calendarServer, dav, type Name } from '../xml/names.ts';
import { document, element, elementWith, type Markup, text } from '../xml/write.ts';
import { limitOf, truncatedResponse } from './limit.ts';
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

/** What principals have to be: to be asked of directories, and of each that these find. */
interface Sought {
  readonly condition: EntryCondition;
  readonly matches: Matches;
}

/** Entries of each directory that are looked at, and principals that are told of without a limit. */
const LOOKED_AT = 500;
const TOLD = 100;

/**
 * `DAV:multistatus` of the principals that match: whoever asks, and those that their directories know.
 * It ends with 507 when there are more.
 */
const found = async (
  request: DavRequest,
  body: XmlElement,
  { condition, matches }: Sought,
  limit: number,
): Promise<Answer> => {
  if (isTooLong(condition)) throw tooLong();
  const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
  const names = asked.kind === 'prop' ? asked.asked.map(({ name }) => name) : [];
  const telling = tellingOfGroups(request, names);
  const { services, principal, path } = request;
  const view = { ...viewFor(request), whose: principal };
  const own = await accountSubject(telling, view);
  const known = await knownBy(services.directories, principal, condition, LOOKED_AT);
  const others = known.found
    .filter(({ user }) => user !== principal.login)
    .filter((each) => matches({ place: 'known-principal', view, known: each }));
  const asOther = known.found.find(({ user }) => user === principal.login);
  const isOwn =
    matches(own) ||
    (asOther !== undefined && matches({ place: 'known-principal', view, known: asOther }));
  const responses = isOwn ? [propertyResponse(hrefs.principal(principal.login), own, asked)] : [];
  for (const each of others.slice(0, limit - responses.length)) {
    const subject = await knownSubject(telling, each, view);
    responses.push(propertyResponse(hrefs.principal(each.user), subject, asked));
  }
  const isAll = known.isComplete && others.length <= limit - (isOwn ? 1 : 0);
  return multistatus(isAll ? responses : [...responses, truncatedResponse(path.raw)]);
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
    const isAll = test === 'allof';
    const parts = conditions.map(({ condition }) => condition);
    const sought: Sought = {
      condition: isAll ? every(parts) : some(parts),
      matches: (principal) =>
        isAll
          ? conditions.every(({ matches }) => matches(principal))
          : conditions.some(({ matches }) => matches(principal)),
    };
    return found(request, body, sought, TOLD);
  },
};

const conditionsOf = (search: XmlElement): readonly Sought[] => {
  const prop = childOf(search, dav('prop'));
  const match = childOf(search, dav('match'));
  const names = prop === undefined ? [] : elementsOf(prop).map(({ name }) => name);
  if (match === undefined || names.length === 0 || names.length > CONDITIONS)
    throw badRequest('property-search needs prop, naming properties, and match.');
  const type = oneOf(match, 'match-type', matchTypes, 'contains');
  const wanted = textOf(match).trim();
  return names.map((name) => ({
    condition: principalCondition(name, type, wanted),
    matches: (principal) => compares(principal, name, type, wanted),
  }));
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
    const limit = Math.min(limitOf(body, calendarServer) ?? TOLD, TOLD);
    const kinds = contexts.get(attributeOf(body, 'context') ?? '');
    const inSome = (token: string): Sought => ({
      condition: some(searched.map((name) => principalCondition(name, 'contains', token))),
      matches: (principal) => searched.some((name) => compares(principal, name, 'contains', token)),
    });
    const words = tokens.map(inSome);
    const ofKind = kinds === undefined ? EVERYTHING : some(kinds.map((kind) => ({ kind })));
    const sought: Sought = {
      condition: every([...words.map(({ condition }) => condition), ofKind]),
      matches: (principal) =>
        (kinds === undefined || kinds.includes(kindOf(principal))) &&
        words.every(({ matches }) => matches(principal)),
    };
    return found(request, body, sought, limit);
  },
};

/** What people type looks at. */
const searched: readonly Name[] = [
  dav('displayname'),
  calendarServer('first-name'),
  calendarServer('last-name'),
  calendarServer('email-address-set'),
  caldav('calendar-user-address-set'),
];

/** For what a search is made, and what is meant by it; anything else means all. */
const contexts: ReadonlyMap<string, readonly EntryKind[]> = new Map([
  ['user', ['individual']],
  ['group', ['group']],
  ['location', ['location']],
  ['resource', ['thing']],
]);

const kindOf = (principal: Subject): EntryKind =>
  principal.place === 'known-principal' ? principal.known.entry.kind : 'individual';

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
