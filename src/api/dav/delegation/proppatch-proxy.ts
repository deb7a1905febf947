import { canonicalLogin } from '../../../domain/account/login.ts';
import type { AccountId } from '../../../domain/kernel/ids.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import { type Delegation, rolesOfDelegate } from '../../../domain/rights/delegation.ts';
import { accountGrantee } from '../../../domain/rights/grants.ts';
import type { Principal } from '../../services.ts';
import { empty, multistatus } from '../answer.ts';
import { badRequest, notFound, type Refusal } from '../errors.ts';
import { hrefElement } from '../href.ts';
import { readHref } from '../path.ts';
import { appliedHeaders, prefers } from '../preferences.ts';
import { donePropstat, failedPropstats, protectedProperty } from '../properties/change.ts';
import { instructionsOf } from '../properties/request.ts';
import { belowRoot } from '../resolve.ts';
import { type CollectionResource, isAtHome } from '../resource.ts';
import { changeRightsIn } from '../sogo/change-rights.ts';
import { subscribeTo, unsubscribeFrom } from '../sogo/subscribe.ts';
import type { DavRequest, Method } from '../tables.ts';
import { needPrivilege } from '../viewer.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { dav, type Name } from '../xml/names.ts';
import { element, type Markup } from '../xml/write.ts';
import { delegatesOf, ownCalendars } from './delegates.ts';

/** Delegates that one request may name. */
const NAMED = 200;

const MEMBERS = dav('group-member-set');

/**
 * Says who the delegates of an owner are. Who is new gets the roles of a delegate in all calendars of the
 * owner and has them at home; who is left out loses both. Of several calendars each is an append of
 * its own. After a fault the same request finishes: who is named and is a delegate already gets the calendars about
 * which nothing is said of him, and those that he has rights in but not at home. What the owner gave him by name stays.
 */
export const proppatchProxy: Method = {
  name: 'PROPPATCH',
  source: 'calendarserver.org, caldav-proxy',
  on: ['calendar-proxy'],
  body: 'xml',
  compliance: ['calendar-proxy'],
  preferences: ['return=minimal'],
  async handle(request) {
    const { resource } = request;
    const body = xmlBodyOf(request, dav('propertyupdate'));
    if (body === undefined) throw badRequest('PROPPATCH needs a body.');
    const instructions = instructionsOf(body, ['set', 'remove']);
    if (instructions.length === 0) throw badRequest('propertyupdate names no property.');
    if (resource.kind !== 'calendar-proxy') throw notFound();
    if (!isAtHome(resource, request.principal))
      throw needPrivilege(request.path.raw, dav('write-properties'));
    const failures = new Map<Name, Refusal>(
      instructions
        .filter(({ name }) => name !== MEMBERS)
        .map(({ name }) => [name, protectedProperty]),
    );
    const members =
      failures.size > 0 ? undefined : await membersIn(request, instructions.at(-1)?.value);
    if (failures.size === 0 && members === undefined) failures.set(MEMBERS, { status: 403 });
    if (failures.size > 0 || members === undefined)
      return respond(request, failedPropstats(instructions, failures));
    await changeDelegates(request, resource.principal, resource.of, members);
    if (prefers(request.headers, 'return=minimal'))
      return empty(200, appliedHeaders(request.headers, 'return=minimal'));
    return respond(request, [donePropstat(instructions)]);
  },
};

type Members = ReadonlyMap<AccountId, Principal>;

/** The people that hrefs lead to; `undefined` where one leads to nobody, or to the owner. @throws DavError 400 */
const membersIn = async (
  { services, principal, resource }: DavRequest,
  value: XmlElement | undefined,
): Promise<Members | undefined> => {
  const members = new Map<AccountId, Principal>();
  const given = value === undefined ? [] : elementsOf(value);
  if (given.length > NAMED) throw badRequest(`More than ${NAMED} members are named.`);
  if (given.some(({ name }) => name !== dav('href')))
    throw badRequest('Members are named by href.');
  const owner = 'principal' in resource ? resource.principal.account : undefined;
  for (const href of given) {
    const within = belowRoot(readHref(textOf(href)) ?? []) ?? [];
    const [login] = within;
    if (login === undefined || within.length !== 1) return undefined;
    const person = await services.sharing.newcomerCalled(canonicalLogin(login), principal);
    if (person === undefined || person.account === owner) return undefined;
    members.set(person.account, person);
  }
  return members;
};

const changeDelegates = async (
  request: DavRequest,
  owner: Principal,
  of: Delegation,
  members: Members,
): Promise<void> => {
  const { services } = request;
  const now = await delegatesOf(request, owner.account);
  const added = [...members.values()].filter(({ account }) => now.get(account) !== of);
  const removed = [...now].flatMap(([account, had]) =>
    had === of && !members.has(account) ? [account] : [],
  );
  const staying = [...members.values()].filter(({ account }) => now.get(account) === of);
  for (const [entry, { grants }] of await ownCalendars(services, owner.account)) {
    const stream = streams.calendar(entry.collection);
    const calendar: CollectionResource = {
      kind: 'collection',
      principal: owner,
      owner,
      entry,
      stream,
    };
    // Nobody changes what a feed says.
    const roles = rolesOfDelegate[entry.properties.source === undefined ? of : 'read'];
    const given = [
      ...added,
      ...staying.filter(({ account }) => !grants.has(accountGrantee(account))),
    ];
    await changeRightsIn(request, calendar, [
      ...given.map(({ account }) => ({ of: accountGrantee(account), roles })),
      ...removed.map((account) => ({ of: accountGrantee(account), roles: undefined })),
    ]);
    for (const person of members.values()) await subscribeTo(request, calendar, person);
    for (const account of removed) await unsubscribeFrom(request, calendar, account);
  }
};

const respond = ({ path }: DavRequest, propstats: readonly Markup[]) =>
  multistatus([element(dav('response'), hrefElement(path.raw), ...propstats)]);
