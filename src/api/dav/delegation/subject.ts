import { UserSourceUnavailable } from '../../../domain/account/user-source.ts';
import type { Delegation } from '../../../domain/rights/delegation.ts';
import { groupsOf, knownAt } from '../../books/principals.ts';
import { hrefs } from '../href.ts';
import { isAtHome, type Resource } from '../resource.ts';
import type { DavRequest, SubjectAt, View } from '../tables.ts';
import { delegatesOf, delegatorsOf } from './delegates.ts';

/** Somebody with an account as a principal. Groups and delegations are told to himself and to superusers. */
export const accountSubject = async (
  request: DavRequest,
  view: View,
): Promise<SubjectAt<'principal'>> => {
  const { whose, viewer } = view;
  const isTold = viewer.asker.isSuperuser || whose.account === viewer.account;
  if (!isTold || request.tellsOfGroups !== true) return { place: 'principal', view };
  const delegators = await delegatorsOf(request, whose.account);
  const proxies = [...delegators].map(([{ login }, given]) => hrefs.calendarProxy(login, given));
  const forWhom = (wanted: Delegation) =>
    [...delegators].flatMap(([{ login }, given]) =>
      given === wanted ? [hrefs.principal(login)] : [],
    );
  const groups = await directoryGroups(request, whose.login);
  return {
    place: 'principal',
    view,
    groups: groups === 'away' ? groups : [...proxies, ...groups],
    delegators: { read: forWhom('read'), write: forWhom('write') },
  };
};

/** One's own principal is there whether the directory is or not. */
const directoryGroups = async (
  { services, principal }: DavRequest,
  login: string,
): Promise<readonly string[] | 'away'> => {
  try {
    const known = await knownAt(services.directories, principal, login);
    return known === undefined
      ? []
      : (await groupsOf(services.directories, principal, known)).map(hrefs.principal);
  } catch (error) {
    if (error instanceof UserSourceUnavailable) return 'away';
    throw error;
  }
};

/** A group of delegates; its members are told to their owner and to superusers. */
export const proxySubject = async (
  request: DavRequest,
  resource: Extract<Resource, { kind: 'calendar-proxy' }>,
  view: View,
): Promise<SubjectAt<'calendar-proxy'>> => {
  const subject = { place: 'calendar-proxy', view, of: resource.of } as const;
  if (request.tellsOfGroups !== true || !isAtHome(resource, request.principal)) return subject;
  const members: string[] = [];
  for (const [account, given] of await delegatesOf(request, resource.principal.account)) {
    if (given !== resource.of) continue;
    const person = await request.services.sharing.personWith(account, request.principal);
    if (person !== undefined) members.push(hrefs.principal(person.login));
  }
  return { ...subject, members };
};
