import type { AccountId } from '../../../domain/kernel/ids.ts';
import type { Offer } from '../../../domain/notifications/notifications.ts';
import { delegationOf, rolesOfDelegate } from '../../../domain/rights/delegation.ts';
import { accountGrantee, type Grants } from '../../../domain/rights/grants.ts';
import type { Principal } from '../../services.ts';
import { type Answer, empty, multistatus } from '../answer.ts';
import { badRequest, notFound } from '../errors.ts';
import { hrefElement } from '../href.ts';
import type { CollectionResource } from '../resource.ts';
import { mustRule } from '../sogo/acl-query.ts';
import { changeRightsIn } from '../sogo/change-rights.ts';
import { unsubscribeFrom } from '../sogo/subscribe.ts';
import type { DavRequest } from '../tables.ts';
import { childOf, elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { calendarServer, dav, type Name } from '../xml/names.ts';
import { element, textElement } from '../xml/write.ts';
import { invite, notify } from './notify.ts';
import { personAt } from './people.ts';

export const SHARE: Name = calendarServer('share');

/** People that one request may name. */
const NAMED = 50;

interface Change {
  readonly href: string;
  /** Absent: left out from now on. */
  readonly offer?: Offer;
  readonly summary: string;
}

/** @throws DavError 400 */
const changesIn = (body: XmlElement): readonly Change[] => {
  const changes = elementsOf(body).map((one): Change => {
    const href = childOf(one, dav('href'));
    if (href === undefined) throw badRequest('share names somebody in each set and remove.');
    const summary = childOf(one, calendarServer('summary'));
    const said = {
      href: textOf(href).trim(),
      summary: summary === undefined ? '' : textOf(summary),
    };
    if (one.name === calendarServer('remove')) return said;
    const reads = childOf(one, calendarServer('read')) !== undefined;
    const writes = childOf(one, calendarServer('read-write')) !== undefined;
    if (one.name !== calendarServer('set') || reads === writes)
      throw badRequest('share holds set, each with read or read-write, and remove.');
    return { ...said, offer: writes ? 'read-write' : 'read' };
  });
  if (changes.length === 0 || changes.length > NAMED)
    throw badRequest(`share names 1 to ${NAMED} people.`);
  return changes;
};

/** What roles come to, as clients know it that share so. */
const offerOf = (grants: Grants, account: AccountId): Offer | undefined => {
  const delegation = delegationOf(grants.get(accountGrantee(account)) ?? []);
  return delegation && (delegation === 'write' ? 'read-write' : 'read');
};

const roleOf = { read: 'read', 'read-write': 'write' } as const;

/**
 * Offers a calendar to people, and takes it back. Rights hold at once: who accepts has the calendar at home as well.
 * Whoever had roles has those of the offer now. Of people who are not there the answer says so, and the others get
 * theirs. Repeating the request after a fault finishes it.
 *
 * @throws DavError 403 for others than owners and superusers, 400
 */
export const answerShare = async (request: DavRequest, body: XmlElement): Promise<Answer> => {
  const { resource } = request;
  if (resource.kind !== 'collection') throw notFound();
  if (resource.entry.kind !== 'calendar') throw badRequest('Calendars are shared so.');
  const changes = changesIn(body);
  const grants = await mustRule(request, resource, dav('write-acl'));
  const found = new Map<AccountId, readonly [Principal, Change]>();
  const unknown: string[] = [];
  for (const change of changes) {
    const person = await personAt(request, change.href);
    if (person === undefined || person.account === resource.owner.account)
      unknown.push(change.href);
    else found.set(person.account, [person, change]);
  }
  const isFeed = resource.entry.properties.source !== undefined;
  const settled = [...found.values()].map(([person, change]): readonly [Principal, Change] =>
    // Nobody changes what a feed says.
    [person, isFeed && change.offer !== undefined ? { ...change, offer: 'read' } : change],
  );
  await changeRightsIn(request, resource, [
    ...settled
      .filter(([{ account }, { offer }]) => offerOf(grants, account) !== offer)
      .map(([{ account }, { offer }]) => ({
        of: accountGrantee(account),
        roles: offer && rolesOfDelegate[roleOf[offer]],
      })),
  ]);
  for (const [person, change] of settled) await tell(request, resource, person, change, grants);
  return unknown.length === 0 ? empty(200) : partly(changes, new Set(unknown));
};

/** Puts what changed before somebody; who is left out loses the calendar at home. */
const tell = async (
  request: DavRequest,
  collection: CollectionResource,
  { account }: Principal,
  { offer, summary }: Change,
  before: Grants,
): Promise<void> => {
  const { services } = request;
  const { owner, entry } = collection;
  const had = offerOf(before, account);
  const { entries } = await services.home(account);
  const isSubscribed = entries.some((one) => one.collection === entry.collection);
  await notify(request, owner.account, {
    type: 'ForgetInvitationReply',
    collection: entry.collection,
    from: account,
  });
  if (offer === undefined) {
    await unsubscribeFrom(request, collection, account);
    if (had === undefined && !isSubscribed) return;
  }
  if (isSubscribed && had === offer) return;
  await invite(request, account, {
    collection: entry.collection,
    from: owner.account,
    summary: summary === '' ? (entry.properties.displayName ?? entry.segment) : summary,
    offer: offer ?? had ?? 'read',
    state: offer === undefined ? 'withdrawn' : isSubscribed ? 'changed' : 'asked',
  });
};

const partly = (changes: readonly Change[], unknown: ReadonlySet<string>): Answer =>
  multistatus(
    [...new Set(changes.map(({ href }) => href))].map((href) =>
      element(
        dav('response'),
        hrefElement(href),
        textElement(
          dav('status'),
          unknown.has(href) ? 'HTTP/1.1 403 Forbidden' : 'HTTP/1.1 200 OK',
        ),
        ...(unknown.has(href) ? [element(dav('error'), element(dav('recognized-principal')))] : []),
      ),
    ),
  );
