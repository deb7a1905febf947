import { multistatus } from '../answer.ts';
import { depthOf } from '../depth.ts';
import { descendants } from '../descendants.ts';
import { groupsOf, knownAt } from '../../books/principals.ts';
import { knownSubject, tellingOfGroups } from '../directory/principal.ts';
import { badRequest } from '../errors.ts';
import { viewFor } from '../listing.ts';
import { hrefs } from '../href.ts';
import { readHref } from '../path.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { type PropertyRequest, propertyResponse } from '../properties/respond.ts';
import { hrefsIn, propertyMarkup } from '../properties/values.ts';
import type { DavRequest, Report, Subject } from '../tables.ts';
import { childOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { dav } from '../xml/names.ts';
import { join, type Markup } from '../xml/write.ts';

/** Resources that are whoever asks (`self`), or that name them in a property, in and below a collection. */
export const principalMatch: Report = {
  name: dav('principal-match'),
  source: 'RFC 3744 §9.3',
  on: ['root', 'principal', 'calendar-home', 'addressbook-home', 'calendar', 'addressbook'],
  async handle(request, body) {
    if (depthOf(request.headers, '0') !== '0')
      throw badRequest('Depth must be 0 for principal-match.');
    const matches = matcherOf(request, body);
    const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
    const names = asked.kind === 'prop' ? asked.asked.map(({ name }) => name) : [];
    const telling = tellingOfGroups(request, names);
    const isSelf = childOf(body, dav('self')) !== undefined;
    const groups =
      isSelf && request.resource.kind === 'root' ? await ownGroups(telling, asked) : [];
    return multistatus(responses(telling, matches, asked, groups));
  },
};

const matcherOf = (request: DavRequest, body: XmlElement): ((subject: Subject) => boolean) => {
  const self = childOf(body, dav('self'));
  const property = childOf(body, dav('principal-property'));
  if ((self === undefined) === (property === undefined))
    throw badRequest('principal-match needs either self or principal-property.');
  if (property === undefined) {
    return ({ place, view }) => place === 'principal' && view.whose.account === view.viewer.account;
  }
  const [named, ...others] = elementsOf(property);
  if (named === undefined || others.length > 0)
    throw badRequest('principal-property names one property.');
  const own = JSON.stringify(readHref(hrefs.principal(request.principal.login)));
  return (subject) => {
    const markup = propertyMarkup(subject, named.name);
    return (
      markup !== undefined && hrefsIn(markup).some((href) => JSON.stringify(readHref(href)) === own)
    );
  };
};

/** The groups that whoever asks is in match them as well (RFC 3744 §9.3). */
const ownGroups = async (
  request: DavRequest,
  asked: PropertyRequest,
): Promise<readonly Markup[]> => {
  const { services, principal } = request;
  const view = viewFor(request);
  const own = await knownAt(services.directories, principal, principal.login);
  const users = own === undefined ? [] : await groupsOf(services.directories, principal, own);
  const found: Markup[] = [];
  for (const user of users) {
    const group = await knownAt(services.directories, principal, user);
    if (group === undefined) continue;
    const subject = await knownSubject(request, group, view);
    found.push(propertyResponse(hrefs.principal(user), subject, asked));
  }
  return found;
};

async function* responses(
  request: DavRequest,
  matches: (subject: Subject) => boolean,
  asked: PropertyRequest,
  groups: readonly Markup[],
): AsyncGenerator<Markup> {
  for await (const page of descendants(request))
    yield join(
      page
        .filter(({ subject }) => matches(subject))
        .map(({ href, subject }) => propertyResponse(href, subject, asked)),
    );
  yield* groups;
}
