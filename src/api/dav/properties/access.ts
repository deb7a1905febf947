import { onlyReading, withRoles } from '../../../domain/rights/access.ts';
import { type Grantee, granteeParts } from '../../../domain/rights/grants.ts';
import type { Role } from '../../../domain/rights/roles.ts';
import type { CollectionRow } from '../../../projections/collection/rows.ts';
import type { Principal } from '../../services.ts';
import { hrefElement, hrefs } from '../href.ts';
import { grantOf } from '../acl/entries.ts';
import { type Property, property, type Subject, subjectPlaces, type View } from '../tables.ts';
import { dav, type Name } from '../xml/names.ts';
import {
  binding,
  granted,
  privilege,
  reading,
  type Place,
  type Privilege,
  showing,
  supported,
} from './privileges.ts';
import { element, elementWith, join, type Markup, nothing, text } from '../xml/write.ts';

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

/** What a directory says belongs to nobody here, and all who see it may read it. */
const isNobodys = (subject: Subject): boolean =>
  subject.place === 'known-principal' || ('book' in subject && !subject.book.isOwn);

/**
 * An entry for each grantee; a group has no principal here, and goes by the name its directory gives it. What the
 * configuration gives to everybody is an entry that nobody can change, while the owner says nothing of them.
 */
const othersIn = ({ kind, grants }: CollectionRow, { owners, viewer }: View): readonly Markup[] => {
  const entry = (grantee: Grantee, roles: readonly Role[], ...marks: readonly Markup[]) => {
    const given = withRoles(kind, roles);
    const access = given && grantee === 'anonymous' ? onlyReading(given) : given;
    const principal = principalOf(grantee, owners);
    if (principal === undefined) return nothing;
    return element(
      dav('ace'),
      element(dav('principal'), principal),
      element(dav('grant'), ...grantOf(kind, access).map(named)),
      ...marks,
    );
  };
  const usual = viewer.asker.usual[kind];
  const isUsual = usual.length > 0 && !grants.has('authenticated');
  return [
    ...[...grants].map(([grantee, roles]) => entry(grantee, roles)),
    ...(isUsual ? [entry('authenticated', usual, element(dav('protected')))] : []),
  ];
};

const principalOf = (grantee: Grantee, people: View['owners']): Markup | undefined => {
  const parts = granteeParts(grantee);
  switch (parts.kind) {
    case 'authenticated':
      return element(dav('authenticated'));
    case 'anonymous':
      return element(dav('unauthenticated'));
    case 'link':
      return undefined;
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
      const owner = isNobodys(subject) ? undefined : ownerOf(subject);
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
      if (subject.place === 'known-principal') return readOnly;
      if ('book' in subject) return subject.book.writing === undefined ? readOnly : changing;
      const names = granted(subject);
      if (names !== undefined) return join(names.map(named));
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
      if (isNobodys(subject)) return entries.root;
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
