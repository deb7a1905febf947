import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { type Access, accessTo, type Classes, levelOf } from '../../../domain/rights/access.ts';
import { classifications, type Level } from '../../../domain/rights/roles.ts';
import type { Subject } from '../tables.ts';
import { caldav, dav, inverse, type Name } from '../xml/names.ts';

export type Place = Subject['place'];

/** A privilege and those it contains (RFC 3744 §3.12). */
export interface Privilege {
  readonly name: Name;
  readonly description: string;
  readonly contains: readonly Privilege[];
}

export const privilege = (
  name: Name,
  description: string,
  ...contains: readonly Privilege[]
): Privilege => ({ name, description, contains });

export const reading = (...more: readonly Privilege[]): readonly Privilege[] => [
  privilege(dav('read'), 'See', ...more),
  privilege(dav('read-acl'), 'See who may do what'),
  privilege(dav('read-current-user-privilege-set'), 'See what one may do oneself'),
];

export const binding: readonly Privilege[] = [
  privilege(dav('bind'), 'Add members'),
  privilege(dav('unbind'), 'Remove members'),
];

/** RFC 6638 §6.1. */
const delivering = privilege(
  caldav('schedule-deliver'),
  'Be told of what others plan',
  privilege(caldav('schedule-deliver-invite'), 'Be invited'),
  privilege(caldav('schedule-deliver-reply'), 'Be answered'),
  privilege(caldav('schedule-query-freebusy'), 'Be asked for free time'),
);

/** RFC 6638 §6.2. */
const sending = privilege(
  caldav('schedule-send'),
  'Tell others of what one plans',
  privilege(caldav('schedule-send-invite'), 'Invite'),
  privilege(caldav('schedule-send-reply'), 'Answer'),
  privilege(caldav('schedule-send-freebusy'), 'Ask for free time'),
);

/** SOGo's clients look for these where objects may be added (RFC 6638 §6). */
const scheduling: readonly Privilege[] = [
  privilege(
    caldav('schedule'),
    'Invite, and be invited',
    privilege(
      caldav('schedule-post'),
      'Send invitations',
      ...['vevent', 'vtodo', 'vjournal', 'vfreebusy'].map((kind) =>
        privilege(caldav(`schedule-post-${kind}`), `Send a ${kind}`),
      ),
    ),
    privilege(
      caldav('schedule-deliver'),
      'Take invitations',
      ...['vevent', 'vtodo', 'vjournal', 'vfreebusy'].map((kind) =>
        privilege(caldav(`schedule-deliver-${kind}`), `Take a ${kind}`),
      ),
    ),
    privilege(
      caldav('schedule-respond'),
      'Answer invitations',
      ...['vevent', 'vtodo'].map((kind) =>
        privilege(caldav(`schedule-respond-${kind}`), `Answer a ${kind}`),
      ),
    ),
  ),
];

const writing = (...more: readonly Privilege[]): Privilege =>
  privilege(
    dav('write'),
    'Change everything',
    privilege(dav('write-properties'), 'Change properties'),
    privilege(dav('write-content'), 'Change contents'),
    ...more,
  );

const writingAcl = privilege(dav('write-acl'), 'Change who may do what');

/** SOGo's, by classification. */
const byClassification: readonly Privilege[] = (
  [
    ['viewdant', 'See when it is'],
    ['viewwhole', 'See all of it'],
    ['respondto', 'Answer for the owner'],
    ['modify', 'Change it'],
  ] as const
).flatMap(([right, description]) =>
  (['public', 'confidential', 'private'] as const).map((part) =>
    privilege(inverse(`${right}-${part}-records`), `${description}: ${part} objects`),
  ),
);

const viewing: readonly Privilege[] = [
  privilege(inverse('view-date-and-time'), 'See when it is'),
  privilege(inverse('view-whole-component'), 'See all of it'),
];

const responding = privilege(inverse('respond-to-component'), 'Answer for the owner');

const all = (...contains: readonly Privilege[]): Privilege =>
  privilege(dav('all'), 'Do everything', ...contains);

/** RFC 4791 §6.1.1. */
const freeBusy = privilege(caldav('read-free-busy'), 'See when there is time');

/** What there is to be granted, place by place. Owners have all of it. */
export const supported: Readonly<Record<Place, Privilege>> = {
  root: all(...reading()),
  principal: all(...reading()),
  'known-principal': all(...reading()),
  'calendar-proxy': all(...reading(), writing()),
  directory: all(...reading(), writing(...binding)),
  'directory-card': all(...reading(), writing(...binding)),
  'calendar-home': all(...reading(), ...binding),
  'addressbook-home': all(...reading(), ...binding),
  calendar: all(
    ...reading(freeBusy),
    writingAcl,
    writing(...binding, ...scheduling),
    ...byClassification,
  ),
  addressbook: all(...reading(), writingAcl, writing(...binding)),
  'calendar-object': all(...reading(freeBusy), ...viewing, writing(responding)),
  'address-object': all(...reading(), writing()),
  'free-busy': all(...reading(freeBusy)),
  'schedule-inbox': all(...reading(), delivering),
  'schedule-outbox': all(...reading(), sending),
  notifications: all(...reading(), ...binding),
  notification: all(...reading()),
  'calendar-export': all(...reading(freeBusy)),
  'addressbook-export': all(...reading()),
  folder: all(...reading(), writing(...binding)),
  file: all(...reading(), writing(...binding)),
};

/** What one has of a web calendar: everything but changing what its feed says. */
export const showing: Privilege = privilege(
  dav('read'),
  'See',
  privilege(dav('read-acl'), ''),
  privilege(dav('read-current-user-privilege-set'), ''),
  privilege(caldav('read-free-busy'), ''),
  privilege(dav('write-properties'), ''),
);

/** The names of a privilege and of all that it contains. */
const within = (tree: Privilege): readonly Name[] => [tree.name, ...tree.contains.flatMap(within)];

const read = [dav('read'), dav('read-current-user-privilege-set')];
const scheduled = scheduling.flatMap(within);

const sights: Readonly<Record<Level, readonly Name[]>> = {
  none: [],
  'date-and-time': [inverse('view-date-and-time')],
  view: viewing.map(({ name }) => name),
  respond: [...viewing.map(({ name }) => name), inverse('respond-to-component')],
  modify: [...viewing.map(({ name }) => name), inverse('respond-to-component')],
};

const records: Readonly<Record<Level, string | undefined>> = {
  none: undefined,
  'date-and-time': 'viewdant',
  view: 'viewwhole',
  respond: 'respondto',
  modify: 'modify',
};

/** What roles come to in a collection (RFC 3744 §5.4), with SOGo's own privileges. */
const inCollection = (kind: CollectionKind, access: Access): readonly Name[] => [
  ...read,
  ...(kind === 'calendar' ? [caldav('read-free-busy')] : []),
  ...(access.create
    ? [dav('bind'), dav('write-content'), ...(kind === 'calendar' ? scheduled : [])]
    : []),
  ...(access.erase ? [dav('unbind')] : []),
  ...(kind === 'calendar'
    ? classifications.flatMap((one) => {
        const right = records[access.levels[one]];
        return right === undefined ? [] : [inverse(`${right}-${one.toLowerCase()}-records`)];
      })
    : []),
];

/** The same with one object. */
const withObject = (kind: CollectionKind, access: Access, classes: Classes): readonly Name[] => {
  const level = levelOf(access, classes);
  return [
    ...read,
    ...(kind === 'calendar' ? [caldav('read-free-busy'), ...sights[level]] : []),
    ...(level === 'respond' || level === 'modify' ? [dav('write-content')] : []),
    ...(level === 'modify' ? [dav('write'), dav('write-properties')] : []),
  ];
};

/** What of a place whoever asks may do; `undefined`: everything. */
export const granted = (subject: Subject): readonly Name[] | undefined => {
  const { viewer, whose } = subject.view;
  if (!('row' in subject))
    return viewer.asker.isSuperuser || whose.account === viewer.account ? undefined : read;
  const access = accessTo(viewer.asker, subject.row);
  if (access === undefined) return [];
  if (access.isOwner) return undefined;
  const { kind } = subject.row;
  return 'member' in subject
    ? withObject(kind, access, subject.member.classes ?? [])
    : inCollection(kind, access);
};
