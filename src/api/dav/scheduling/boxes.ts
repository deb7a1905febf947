import { PERSONAL } from '../../../domain/home/home.ts';
import { collectionBelow, hrefElement, hrefs } from '../href.ts';
import { type DavRequest, type Property, property, type SubjectAt, type View } from '../tables.ts';
import { caldav, dav } from '../xml/names.ts';
import { join, text } from '../xml/write.ts';

/** The inbox with what its properties tell of its owner's calendars. */
export const inboxSubject = async (
  { services }: DavRequest,
  view: View,
): Promise<SubjectAt<'schedule-inbox'>> => {
  const { entries } = await services.home(view.whose.account);
  const counted = entries.filter(
    ({ kind, owner, properties }) =>
      kind === 'calendar' && owner === undefined && properties.transparency !== 'transparent',
  );
  return { place: 'schedule-inbox', view, counted };
};

const principals = ['principal', 'known-principal'] as const;

/** Somebody's own: others have no use for it. */
const own = ({ view }: SubjectAt<(typeof principals)[number]>, box: 'inbox' | 'outbox') =>
  view.whose.account === view.viewer.account || view.viewer.asker.isSuperuser
    ? hrefElement(hrefs.scheduling(view.whose.login, box))
    : undefined;

/** Where messages of scheduling come in and go out (RFC 6638 §2). */
export const schedulingProperties: readonly Property[] = [
  property({
    name: caldav('schedule-inbox-URL'),
    source: 'RFC 6638 §2.2.1',
    on: ['principal'],
    allprop: false,
    read: (subject) => own(subject, 'inbox'),
  }),
  property({
    name: caldav('schedule-outbox-URL'),
    source: 'RFC 6638 §2.1.1',
    on: ['principal'],
    allprop: false,
    read: (subject) => own(subject, 'outbox'),
  }),
  property({
    name: caldav('schedule-default-calendar-URL'),
    source: 'RFC 6638 §9.2',
    on: ['schedule-inbox'],
    allprop: false,
    read: ({ view }) =>
      hrefElement(collectionBelow(hrefs.home(view.whose.login, 'calendar'), PERSONAL)),
  }),
  property({
    name: caldav('calendar-free-busy-set'),
    source: 'draft-desruisseaux-caldav-sched-03 §5.3.1',
    on: ['schedule-inbox'],
    allprop: false,
    read: ({ view, counted }) =>
      join(counted.map((entry) => hrefElement(hrefs.collection({ principal: view.whose, entry })))),
  }),
  property({
    name: caldav('schedule-tag'),
    source: 'RFC 6638 §9.3',
    on: ['calendar-object'],
    allprop: false,
    read: ({ member: { scheduleTag } }) =>
      scheduleTag === undefined ? undefined : text(`"${scheduleTag}"`),
  }),
  property({
    name: dav('displayname'),
    source: 'RFC 4918 §15.2',
    on: ['schedule-inbox', 'schedule-outbox'],
    allprop: true,
    read: ({ place }) => text(place === 'schedule-inbox' ? 'Inbox' : 'Outbox'),
  }),
];
