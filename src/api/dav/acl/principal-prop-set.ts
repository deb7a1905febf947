import type { AccountId } from '../../../domain/kernel/ids.ts';
import { granteeParts } from '../../../domain/rights/grants.ts';
import { knownAt } from '../../books/principals.ts';
import { multistatus } from '../answer.ts';
import { accountSubject } from '../delegation/subject.ts';
import { depthOf } from '../depth.ts';
import { knownSubject, tellingOfGroups } from '../directory/principal.ts';
import { badRequest, notFound } from '../errors.ts';
import { hrefs } from '../href.ts';
import { viewFor } from '../listing.ts';
import { propertyRequestOf } from '../properties/request.ts';
import { type PropertyRequest, propertyResponse } from '../properties/respond.ts';
import { mustRule } from '../sogo/acl-query.ts';
import type { DavRequest, Report } from '../tables.ts';
import { dav } from '../xml/names.ts';
import type { Markup } from '../xml/write.ts';

/**
 * Properties of the owner and of everybody who has rights in a collection by name. Told to those who are told of
 * rights. Of groups those are there that whoever asks finds in an address book.
 */
export const aclPrincipalPropSet: Report = {
  name: dav('acl-principal-prop-set'),
  source: 'RFC 3744 §9.2',
  on: ['calendar', 'addressbook'],
  async handle(request, body) {
    const { resource } = request;
    if (resource.kind !== 'collection') throw notFound();
    if (depthOf(request.headers, '0') !== '0')
      throw badRequest('Depth must be 0 for acl-principal-prop-set.');
    const grants = await mustRule(request, resource, dav('read-acl'));
    const asked = propertyRequestOf(body) ?? { kind: 'prop', asked: [] };
    const names = asked.kind === 'prop' ? asked.asked.map(({ name }) => name) : [];
    const telling = tellingOfGroups(request, names);
    const accounts = new Set([resource.owner.account]);
    const groups = new Set<string>();
    for (const grantee of grants.keys()) {
      const parts = granteeParts(grantee);
      if (parts.kind === 'account') accounts.add(parts.account);
      if (parts.kind === 'group') groups.add(`@${parts.group}`);
    }
    return multistatus(responses(telling, accounts, groups, asked));
  },
};

async function* responses(
  request: DavRequest,
  accounts: ReadonlySet<AccountId>,
  groups: ReadonlySet<string>,
  asked: PropertyRequest,
): AsyncGenerator<Markup> {
  const { services, principal } = request;
  const view = viewFor(request);
  for (const account of accounts) {
    const person = await services.sharing.personWith(account);
    if (person === undefined) continue;
    const subject = await accountSubject(request, { ...view, whose: person });
    yield propertyResponse(hrefs.principal(person.login), subject, asked);
  }
  for (const name of groups) {
    const known = await knownAt(services.directories, principal, name);
    if (known === undefined) continue;
    const subject = await knownSubject(request, known, view);
    yield propertyResponse(hrefs.principal(name), subject, asked);
  }
}
