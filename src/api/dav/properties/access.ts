import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import {
  type Access,
  accessTo,
  type Classes,
  levelOf,
  withRoles,
} from '../../../domain/rights/access.ts';
import { type Grantee, granteeParts } from '../../../domain/rights/grants.ts';
import { classifications, type Level } from '../../../domain/rights/roles.ts';
import type { CollectionRow } from '../../../projections/collection/rows.ts';
import type { Principal } from '../../services.ts';
import { hrefElement, hrefs } from '../href.ts';
import { type Property, property, type Subject, subjectPlaces, type View } from '../tables.ts';
import { caldav, dav, inverse, type Name } from '../xml/names.ts';
import { element, elementWith, join, type Markup, nothing, text } from '../xml/write.ts';

type Place = Subject['place'];

/** A privilege and those it contains (RFC 3744 §3.12). */
interface Privilege {
  readonly name: Name;
  readonly description: string;
  readonly contains: readonly Privilege[];
}

const privilege = (
  name: Name,
  description: string,
  ...contains: readonly Privilege[]
): Privilege => ({ name, description, contains });

const reading = (...more: readonly Privilege[]): readonly Privilege[] => [
  privilege(dav('read'), 'See', ...more),
  privilege(dav('read-acl'), 'See who may do what'),
  privilege(dav('read-current-user-privilege-set'), 'See what one may do oneself'),
];

const binding: readonly Privilege[] = [
  privilege(dav('bind'), 'Add members'),
  privilege(dav('unbind'), 'Remove members'),
];

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
const supported: Readonly<Record<Place, Privilege>> = {
  root: all(...reading()),
  principal: all(...reading()),
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
  folder: all(...reading(), writing(...binding)),
  file: all(...reading(), writing(...binding)),
};

const named = (name: Name): Markup => element(dav('privilege'), element(name));

const described = ({ name, description, contains }: Privilege): Markup =>
  element(
    dav('supported-privilege'),
    named(name),
    elementWith(dav('description'), { 'xml:lang': 'en' }, text(description)),
    ...contains.map(described),
  );

const flat = ({ name, contains }: Privilege): readonly Markup[] => [
  named(name),
  ...contains.flatMap(flat),
];

const perPlace = (write: (privilege: Privilege) => Markup): Readonly<Record<Place, Markup>> =>
  Object.fromEntries(subjectPlaces.map((place) => [place, write(supported[place])])) as Record<
    Place,
    Markup
  >;

const supportedSets = perPlace(described);
const grantedSets = perPlace((tree) => join(flat(tree)));

const ace = (principal: Markup, granted: Name): Markup =>
  element(
    dav('ace'),
    element(dav('principal'), principal),
    element(dav('grant'), named(granted)),
    element(dav('protected')),
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
const granted = (subject: Subject): readonly Name[] | undefined => {
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

/** Whose a resource is; nobody's where it is not known any more. */
const ownerOf = ({ view, ...subject }: Subject): Principal | undefined => {
  if (!('row' in subject)) return view.whose;
  const { owner } = subject.row;
  return owner === view.whose.account ? view.whose : view.owners?.get(owner);
};

/** RFC 3744 §5.5: entries which nobody can change. */
const entries: Readonly<Record<'root' | 'principal' | 'owned', Markup>> = {
  root: ace(element(dav('authenticated')), dav('read')),
  principal: ace(element(dav('self')), dav('all')),
  owned: ace(element(dav('property'), element(dav('owner'))), dav('all')),
};

/** An entry for each grantee; a group has no principal here, and goes by the name its directory gives it. */
const othersIn = ({ kind, grants }: CollectionRow, { owners }: View): readonly Markup[] =>
  [...grants].flatMap(([grantee, roles]) => {
    const access = withRoles(kind, roles);
    const principal = principalOf(grantee, owners);
    if (access === undefined || principal === undefined) return [];
    return [
      element(
        dav('ace'),
        element(dav('principal'), principal),
        element(dav('grant'), ...inCollection(kind, access).map(named)),
      ),
    ];
  });

const principalOf = (grantee: Grantee, people: View['owners']): Markup | undefined => {
  const parts = granteeParts(grantee);
  switch (parts.kind) {
    case 'authenticated':
      return element(dav('authenticated'));
    case 'anonymous':
      return element(dav('unauthenticated'));
    case 'group':
      return hrefElement(hrefs.principal(`@${parts.group}`));
    case 'account': {
      const person = people?.get(parts.account);
      return person && hrefElement(hrefs.principal(person.login));
    }
  }
};

/** Who may do what (RFC 3744 §5). */
export const accessProperties: readonly Property[] = [
  property({
    name: dav('owner'),
    source: 'RFC 3744 §5.1',
    on: subjectPlaces.filter((place) => place !== 'root'),
    allprop: false,
    read: (subject) => {
      const owner = ownerOf(subject);
      return owner && hrefElement(hrefs.principal(owner.login));
    },
  }),
  property({
    name: dav('group'),
    source: 'RFC 3744 §5.2',
    on: subjectPlaces,
    allprop: false,
    read: () => nothing,
  }),
  property({
    name: dav('supported-privilege-set'),
    source: 'RFC 3744 §5.3',
    on: subjectPlaces,
    allprop: false,
    read: ({ place }) => supportedSets[place],
  }),
  property({
    name: dav('current-user-privilege-set'),
    source: 'RFC 3744 §5.4',
    on: subjectPlaces,
    allprop: false,
    read: (subject) => {
      const names = granted(subject);
      return names === undefined ? grantedSets[subject.place] : join(names.map(named));
    },
  }),
  property({
    name: dav('acl'),
    source: 'RFC 3744 §5.5',
    on: subjectPlaces,
    allprop: false,
    read: (subject) => {
      const { place } = subject;
      // Only those who may change it are told of it.
      if (granted(subject) !== undefined && place !== 'root')
        return { status: 403, element: dav('need-privileges') };
      if (place === 'root' || place === 'principal') return entries[place];
      return 'row' in subject
        ? join([entries.owned, ...othersIn(subject.row, subject.view)])
        : entries.owned;
    },
  }),
  property({
    name: dav('acl-restrictions'),
    source: 'RFC 3744 §5.6',
    on: subjectPlaces,
    allprop: false,
    read: () => join([element(dav('grant-only')), element(dav('no-invert'))]),
  }),
  property({
    name: dav('inherited-acl-set'),
    source: 'RFC 3744 §5.7',
    on: subjectPlaces,
    allprop: false,
    read: () => nothing,
  }),
  property({
    name: dav('principal-collection-set'),
    source: 'RFC 3744 §5.8',
    on: subjectPlaces,
    allprop: false,
    read: () => hrefElement(hrefs.root),
  }),
];
