import { createHash } from 'node:crypto';
import type { HomeEntry } from '../../../domain/home/home.ts';
import type { ETag, Instant } from '../../../domain/kernel/ids.ts';
import { streams } from '../../../domain/kernel/streams.ts';
import type { Invitation, InvitationReply } from '../../../domain/notifications/notifications.ts';
import type { Principal } from '../../services.ts';
import { hrefElement, hrefs } from '../href.ts';
import type { DavRequest } from '../tables.ts';
import { caldav, calendarServer, type Name } from '../xml/names.ts';
import { document, element, elementWith, type Markup, nothing, textElement } from '../xml/write.ts';
import type { Told } from './shown.ts';
import { addressOf, organizer } from './people.ts';

const ENDING = '.xml';

/** RFC 5545 §3.3.5, as clients read it here. */
const stamp = (at: Instant): string => at.replaceAll(/[-:]|\.\d+/g, '');

const toldAs = (id: string, at: Instant, kind: Name, ...content: readonly Markup[]): Told => {
  const body = document(
    calendarServer('notification'),
    textElement(calendarServer('dtstamp'), stamp(at)),
    element(kind, ...content),
  );
  const etag = createHash('sha256').update(body).digest('base64url').slice(0, 22) as ETag;
  return { name: `${id}${ENDING}`, at, kind, body, etag };
};

const calendar = (name: string): Name => calendarServer(name);

const stateElements = {
  asked: calendar('invite-noresponse'),
  changed: calendar('invite-accepted'),
  withdrawn: calendar('invite-deleted'),
} as const satisfies Record<Invitation['state'], Name>;

interface Of {
  readonly owner: Principal;
  readonly entry: HomeEntry;
  /** Components it takes; none where the calendar is not shown any more. */
  readonly components: readonly string[];
}

const invitationTold = (
  { id, at, state, offer, summary }: Invitation,
  { owner, entry, components }: Of,
  to: Principal,
): Told =>
  toldAs(
    id,
    at,
    calendar('invite-notification'),
    textElement(calendar('uid'), id),
    hrefElement(addressOf(to)),
    element(stateElements[state]),
    element(calendar('access'), element(calendar(offer))),
    element(calendar('hosturl'), hrefElement(hrefs.collection({ principal: owner, entry }))),
    organizer(owner),
    summary === '' ? nothing : textElement(calendar('summary'), summary),
    components.length === 0
      ? nothing
      : element(
          caldav('supported-calendar-component-set'),
          ...components.map((name) => elementWith(caldav('comp'), { name })),
        ),
  );

const replyTold = (
  { id, at, answer, invitation, summary }: InvitationReply,
  from: Principal,
  host: string,
): Told =>
  toldAs(
    id,
    at,
    calendar('invite-reply'),
    hrefElement(addressOf(from)),
    element(calendar(`invite-${answer}`)),
    element(calendar('hosturl'), hrefElement(host)),
    textElement(calendar('in-reply-to'), invitation),
    summary === '' ? nothing : textElement(calendar('summary'), summary),
  );

/**
 * What whoever asks is told about sharing, in the order in which it came. Invitations to what they may not see any more,
 * or have at home by now, and what is about calendars that are gone, is left out.
 */
export const toldTo = async ({ services, principal }: DavRequest): Promise<readonly Told[]> => {
  const { account } = principal;
  const { invitations, replies } = await services.notificationsOf(account);
  if (invitations.size === 0 && replies.size === 0) return [];
  const rows = await services.collections.collections(
    [...invitations.keys()].map((one) => streams.calendar(one)),
  );
  const { entries } = await services.home(account);
  const has = (one: Invitation) => entries.some(({ collection }) => collection === one.collection);
  const told: Told[] = [];
  for (const invitation of invitations.values()) {
    const row = rows.get(streams.calendar(invitation.collection));
    const isShown = row?.status === 'live';
    const isDue =
      invitation.state === 'withdrawn'
        ? !has(invitation)
        : isShown && has(invitation) === (invitation.state === 'changed');
    const owner = isDue ? await services.sharing.personWith(invitation.from, principal) : undefined;
    if (owner === undefined) continue;
    const theirs = (await services.home(owner.account)).entries;
    const entry = theirs.find(({ collection }) => collection === invitation.collection);
    if (entry !== undefined && entry.owner === undefined)
      told.push(
        invitationTold(
          invitation,
          { owner, entry, components: isShown ? row.components : [] },
          principal,
        ),
      );
  }
  for (const { reply, isRead } of replies.values()) {
    const entry = entries.find(({ collection }) => collection === reply.collection);
    if (isRead || entry === undefined) continue;
    const from = await services.sharing.personWith(reply.from);
    if (from !== undefined)
      told.push(replyTold(reply, from, hrefs.collection({ principal, entry })));
  }
  return told.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
};

/** The notification that a name is of; `undefined` where there is none. */
export const idIn = (name: string): string =>
  name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : '';
