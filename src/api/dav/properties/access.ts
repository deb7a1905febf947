import { hrefElement, hrefs } from '../href.ts';
import { type Property, property, type Subject, subjectPlaces } from '../tables.ts';
import { caldav, dav, type Name } from '../xml/names.ts';
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

const writing = privilege(
  dav('write'),
  'Change everything',
  privilege(dav('write-properties'), 'Change properties'),
  privilege(dav('write-content'), 'Change contents'),
  ...binding,
);

const all = (...contains: readonly Privilege[]): Privilege =>
  privilege(dav('all'), 'Do everything', ...contains);

/** RFC 4791 §6.1.1. */
const freeBusy = privilege(caldav('read-free-busy'), 'See when there is time');

/** What there is to be granted, place by place. Whoever sees a place is its owner and has all of it. */
const supported: Readonly<Record<Place, Privilege>> = {
  root: all(...reading()),
  principal: all(...reading()),
  'known-principal': all(...reading()),
  'calendar-home': all(...reading(), ...binding),
  'addressbook-home': all(...reading(), ...binding),
  calendar: all(...reading(freeBusy), writing),
  addressbook: all(...reading(), writing),
  'calendar-object': all(...reading(freeBusy), writing),
  'address-object': all(...reading(), writing),
  directory: all(...reading(), writing),
  'directory-card': all(...reading(), writing),
  'free-busy': all(...reading(freeBusy)),
  folder: all(...reading(), writing),
  file: all(...reading(), writing),
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

/** What one has of a web calendar: everything but changing what its feed says. */
const showing: Privilege = privilege(
  dav('read'),
  'See',
  privilege(dav('read-acl'), ''),
  privilege(dav('read-current-user-privilege-set'), ''),
  privilege(caldav('read-free-busy'), ''),
  privilege(dav('write-properties'), ''),
);
const showingSet = join(flat(showing));
const showsFeed = (subject: Subject): boolean =>
  'entry' in subject && subject.entry.properties.source !== undefined;

const supportedSets = perPlace(described);
const grantedSets = perPlace((tree) => join(flat(tree)));

/** In a directory that somebody may only read. */
const readOnly = join(reading().flatMap(flat));
/** In one whose entries they may change; it has no properties to be changed. */
const changing = join(
  [...reading(), privilege(dav('write-content'), ''), ...binding].flatMap(flat),
);

const ace = (principal: Markup, granted: Name): Markup =>
  element(
    dav('ace'),
    element(dav('principal'), principal),
    element(dav('grant'), named(granted)),
    element(dav('protected')),
  );

/** RFC 3744 §5.5: one entry each, which nobody can change. */
const entries: Readonly<Record<'root' | 'principal' | 'owned', Markup>> = {
  root: ace(element(dav('authenticated')), dav('read')),
  principal: ace(element(dav('self')), dav('all')),
  owned: ace(element(dav('property'), element(dav('owner'))), dav('all')),
};

/** What a directory says belongs to nobody here, and all who see it may read it. */
const isNobodys = (subject: Subject): boolean =>
  subject.place === 'known-principal' || ('book' in subject && !subject.book.isOwn);

/** Who may do what (RFC 3744 §5): the owner everything, others nothing, while nothing can be shared. */
export const accessProperties: readonly Property[] = [
  property({
    name: dav('owner'),
    source: 'RFC 3744 §5.1',
    on: subjectPlaces.filter((place) => place !== 'root'),
    allprop: false,
    read: (subject) =>
      isNobodys(subject) ? undefined : hrefElement(hrefs.principal(subject.view.viewer.login)),
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
      if (subject.place === 'known-principal') return readOnly;
      if ('book' in subject) return subject.book.writing === undefined ? readOnly : changing;
      return showsFeed(subject) ? showingSet : grantedSets[subject.place];
    },
  }),
  property({
    name: dav('acl'),
    source: 'RFC 3744 §5.5',
    on: subjectPlaces,
    allprop: false,
    read: (subject) => {
      const { place } = subject;
      if (place === 'root' || place === 'principal') return entries[place];
      return isNobodys(subject) ? entries.root : entries.owned;
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
