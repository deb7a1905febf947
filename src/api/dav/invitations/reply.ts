import type { Answer as Reply, Invitation } from '../../../domain/notifications/notifications.ts';
import { accountGrantee } from '../../../domain/rights/grants.ts';
import { type Answer, empty, xml } from '../answer.ts';
import { accepted, calendarRefusal } from '../conditions.ts';
import { badRequest, notFound, refuse } from '../errors.ts';
import { hrefElement, hrefs } from '../href.ts';
import { isLive } from '../listing.ts';
import { seen } from '../methods/home.ts';
import { readPath } from '../path.ts';
import { resolve } from '../resolve.ts';
import { type CollectionResource, treeOf } from '../resource.ts';
import { subscribeTo, unsubscribeFrom } from '../sogo/subscribe.ts';
import type { DavRequest, Method } from '../tables.ts';
import { needPrivilege } from '../viewer.ts';
import { xmlBodyOf } from '../xml/body.ts';
import { childOf, textOf, type XmlElement } from '../xml/element.ts';
import { calendarServer, dav } from '../xml/names.ts';
import { document } from '../xml/write.ts';
import { notify, replyTo } from './notify.ts';

interface Answering {
  readonly answer: Reply;
  /** Path of the owner's calendar. */
  readonly host: string;
  /** The invitation's id; empty where it is not said. */
  readonly invitation: string;
  readonly summary: string;
}

/** @throws DavError 400 */
const answeringIn = (body: XmlElement): Answering => {
  const has = (name: string): boolean => childOf(body, calendarServer(name)) !== undefined;
  const said = (name: string): string => {
    const found = childOf(body, calendarServer(name));
    return found === undefined ? '' : textOf(found).trim();
  };
  const accepts = has('invite-accepted');
  const host = childOf(body, calendarServer('hosturl'));
  const href = host && childOf(host, dav('href'));
  if (accepts === has('invite-declined') || href === undefined)
    throw badRequest('invite-reply needs invite-accepted or invite-declined, and a hosturl.');
  return {
    answer: accepts ? 'accepted' : 'declined',
    host: textOf(href).trim(),
    invitation: said('in-reply-to'),
    summary: said('summary'),
  };
};

/**
 * Answers an invitation: who accepts has the calendar at home, and is told where; who declines loses what was
 * offered, and what they had at home of it. The owner is told. Once more is as good as once.
 *
 * @throws DavError 403 in somebody else's home and where there is no such invitation, 400
 */
const handle = async (request: DavRequest): Promise<Answer> => {
  const { resource, principal, path, services } = request;
  const body = xmlBodyOf(request, calendarServer('invite-reply'));
  if (body === undefined) throw badRequest('POST needs invite-reply here.');
  if (treeOf(resource, principal).account !== principal.account)
    throw needPrivilege(path.raw, dav('bind'));
  const answering = answeringIn(body);
  const calendar = await calendarAt(request, answering.host);
  const { invitations } = await services.notificationsOf(principal.account);
  const found = calendar && invitations.get(calendar.entry.collection);
  const invitation = found?.state === 'withdrawn' ? undefined : found;
  if (calendar === undefined) throw noInvitation();
  return answering.answer === 'accepted'
    ? accept(request, calendar, answering, invitation)
    : decline(request, calendar, answering, invitation);
};

const noInvitation = () =>
  refuse(403, calendarServer('invite-invalid'), {
    reason: 'There is no such invitation any more.',
  });

/** Somebody else's calendar, while whoever asks may see it. */
const calendarAt = async (
  { services, principal }: DavRequest,
  host: string,
): Promise<CollectionResource | undefined> => {
  const found = await resolve(services, principal, readPath(host));
  if (found.kind !== 'collection' || found.entry.kind !== 'calendar') return undefined;
  const row = (await services.collections.collections([found.stream])).get(found.stream);
  return isLive(row) && found.owner.account !== principal.account ? found : undefined;
};

const accept = async (
  request: DavRequest,
  calendar: CollectionResource,
  answering: Answering,
  invitation: Invitation | undefined,
): Promise<Answer> => {
  const { services, principal } = request;
  await subscribeTo(request, calendar, principal);
  await settle(request, calendar, answering, invitation);
  const { entries } = await services.home(principal.account);
  const entry = entries.find(({ collection }) => collection === calendar.entry.collection);
  if (entry === undefined) throw notFound();
  return xml(
    200,
    document(calendarServer('shared-as'), hrefElement(hrefs.collection({ principal, entry }))),
  );
};

const decline = async (
  request: DavRequest,
  calendar: CollectionResource,
  answering: Answering,
  invitation: Invitation | undefined,
): Promise<Answer> => {
  if (invitation === undefined) throw noInvitation();
  const { services, principal, by } = request;
  const { stream, owner, entry } = calendar;
  await unsubscribeFrom(request, calendar, principal.account);
  // Of rights everybody may give back his own, and nothing else.
  const { revision } = accepted(
    await services.calendars({
      stream,
      owner: owner.account,
      command: {
        type: 'ChangeRights',
        changes: [{ of: accountGrantee(principal.account), roles: undefined }],
      },
      by: { ...by, onBehalfOf: owner.account },
    }),
    (rejection) => calendarRefusal(rejection, calendar, request),
  );
  await seen(request, stream, revision);
  await settle(request, { ...calendar, entry }, answering, invitation);
  return empty(200);
};

/** Tells the owner, and puts the invitation away. */
const settle = async (
  request: DavRequest,
  { owner, entry }: CollectionResource,
  { answer, summary }: Answering,
  invitation: Invitation | undefined,
): Promise<void> => {
  if (invitation === undefined) return;
  const { account } = request.principal;
  if (invitation.state === 'asked' || answer === 'declined')
    await replyTo(request, owner.account, {
      collection: entry.collection,
      from: account,
      answer,
      summary,
      invitation: invitation.id,
    });
  await notify(request, account, { type: 'AnswerInvitation', id: invitation.id, answer });
};

/** POST to one's own home of calendars: an answer to an invitation. */
export const postHome: Method = {
  name: 'POST',
  source: 'calendarserver.org, caldav-sharing',
  on: ['calendar-home'],
  body: 'xml',
  compliance: ['calendarserver-sharing'],
  handle,
};
