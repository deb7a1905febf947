import { accessTo } from '../../../domain/rights/access.ts';
import { delegationOf } from '../../../domain/rights/delegation.ts';
import { accountGrantee } from '../../../domain/rights/grants.ts';
import { isBarred } from '../barred.ts';
import { hrefElement, hrefs } from '../href.ts';
import { type Property, property, type SubjectAt } from '../tables.ts';
import { calendarServer, dav } from '../xml/names.ts';
import { element, join, type Markup, text } from '../xml/write.ts';
import { named, organizer } from './people.ts';
import type { Sharee } from './shown.ts';

const source = 'calendarserver.org, caldav-sharing';

type Calendar = SubjectAt<'calendar'>;

const isOwners = ({ view, row, entry }: Calendar): boolean =>
  entry.owner === undefined && accessTo(view.viewer.asker, row)?.isOwner === true;

const user = ({ person, state, may }: Sharee): Markup =>
  element(
    calendarServer('user'),
    ...named(person),
    element(calendarServer(`invite-${state}`)),
    element(
      calendarServer('access'),
      element(calendarServer(may === 'write' ? 'read-write' : 'read')),
    ),
  );

/** Subscribers are told whose it is, and of themselves: not of others. */
const subscriberTold = ({ view, row }: Calendar): Markup | undefined => {
  const owner = view.owners?.get(row.owner);
  const { whose } = view;
  const may = delegationOf(row.grants.get(accountGrantee(whose.account)) ?? []);
  if (owner === undefined) return undefined;
  const self: readonly Sharee[] =
    may === undefined ? [] : [{ person: whose, state: 'accepted', may }];
  return join([organizer(owner), ...self.map(user)]);
};

/** How Apple's clients share calendars. */
export const sharingProperties: readonly Property[] = [
  property({
    name: calendarServer('invite'),
    source,
    on: ['calendar'],
    allprop: false,
    read: (subject) => {
      if (subject.entry.owner !== undefined) return subscriberTold(subject);
      if (!isOwners(subject)) return undefined;
      const { sharees = [] } = subject.view.shares?.get(subject.row.stream) ?? {};
      return sharees.length === 0
        ? undefined
        : join([organizer(subject.view.whose), ...sharees.map(user)]);
    },
  }),
  property({
    name: calendarServer('allowed-sharing-modes'),
    source,
    on: ['calendar'],
    allprop: false,
    read: (subject) => (isOwners(subject) ? element(calendarServer('can-be-shared')) : undefined),
  }),
  property({
    name: calendarServer('shared-url'),
    source,
    on: ['calendar'],
    allprop: false,
    read: ({ view, row, entry }) => {
      const host = entry.owner === undefined ? undefined : view.shares?.get(row.stream)?.host;
      return host === undefined ? undefined : hrefElement(host);
    },
  }),
  property({
    name: calendarServer('notification-URL'),
    source,
    on: ['principal'],
    allprop: false,
    read: ({ view: { viewer, whose } }) =>
      whose.account !== viewer.account || isBarred(viewer, 'calendar')
        ? undefined
        : hrefElement(hrefs.notifications(whose.login)),
  }),
  property({
    name: calendarServer('notificationtype'),
    source,
    on: ['notification'],
    allprop: false,
    read: ({ told }) => element(told.kind),
  }),
  property({
    name: dav('getetag'),
    source: 'RFC 4918 §15.6',
    on: ['notification'],
    allprop: true,
    read: ({ told }) => text(`"${told.etag}"`),
  }),
  property({
    name: dav('getcontenttype'),
    source: 'RFC 4918 §15.5',
    on: ['notification'],
    allprop: true,
    read: () => text('application/xml; charset=utf-8'),
  }),
  property({
    name: dav('getcontentlength'),
    source: 'RFC 4918 §15.4',
    on: ['notification'],
    allprop: true,
    read: ({ told }) => text(String(Buffer.byteLength(told.body))),
  }),
  property({
    name: calendarServer('getctag'),
    source: 'calendarserver.org, caldav-ctag',
    on: ['notifications'],
    allprop: false,
    read: ({ tag }) => text(tag),
  }),
];
