import type { AccountId } from '../kernel/ids.ts';
import type { CollectionKind } from '../kernel/streams.ts';
import { accountGrantee, type Grantee, type Grants } from './grants.ts';
import {
  type Classification,
  classifications,
  type Level,
  levelIn,
  levels,
  type Role,
  roleAt,
} from './roles.ts';

/** Who wants something of a collection, as far as rights care. */
export interface Asker {
  readonly account: AccountId;
  /** The groups they are in. */
  readonly groups: ReadonlySet<Grantee>;
  /** Whether they are as good as every owner (SOGoSuperUsernames). */
  readonly isSuperuser: boolean;
  /** What everybody has in collections whose owner said nothing of them nor of everybody. */
  readonly usual: Readonly<Record<CollectionKind, readonly Role[]>>;
  /** Whether nobody knows who it is: of all that owners say, only what they say of such people counts. */
  readonly isAnonymous?: boolean;
  /** The link they came by; nothing else then counts. Whether it has ended is for the caller to know. */
  readonly link?: Grantee;
}

/** What rights stand on, of a collection. */
export interface Guarded {
  readonly kind: CollectionKind;
  readonly owner: AccountId;
  readonly grants: Grants;
}

/** What somebody may do in a collection. */
export interface Access {
  /** Owners and superusers: everything, the rights of others and the collection itself included. */
  readonly isOwner: boolean;
  /** Whether new objects may be stored. */
  readonly create: boolean;
  /** Whether objects may be deleted. */
  readonly erase: boolean;
  /** With the objects that are there; cards have no classification, and all one level. */
  readonly levels: Readonly<Record<Classification, Level>>;
}

const all = (level: Level): Access['levels'] => ({
  PUBLIC: level,
  CONFIDENTIAL: level,
  PRIVATE: level,
});

const owning: Access = { isOwner: true, create: true, erase: true, levels: all('modify') };

/** Whose word gave the roles that count. */
export type Because =
  | 'owner'
  | 'superuser'
  | 'account'
  | 'group'
  | 'authenticated'
  | 'usual'
  | 'link'
  | 'anonymous';

/** The roles that count, and why. */
export interface Standing {
  readonly because: Because;
  readonly roles: readonly Role[];
}

/**
 * The roles somebody has: as owner or superuser all; else their own; else those of their groups together;
 * else those of everybody; else what is usual where the owner said nothing of any of these. The first of
 * these that there is counts alone, without roles too. Who is not known has what such people were given, and
 * nothing that everybody else has.
 */
export const standingOf = (asker: Asker, { kind, owner, grants }: Guarded): Standing => {
  if (asker.link !== undefined) return { because: 'link', roles: grants.get(asker.link) ?? [] };
  if (asker.isAnonymous === true)
    return { because: 'anonymous', roles: grants.get('anonymous') ?? [] };
  if (asker.account === owner) return { because: 'owner', roles: [] };
  if (asker.isSuperuser) return { because: 'superuser', roles: [] };
  const own = grants.get(accountGrantee(asker.account));
  if (own !== undefined) return { because: 'account', roles: own };
  const theirs = [...asker.groups].flatMap((group) => {
    const roles = grants.get(group);
    return roles === undefined ? [] : [roles];
  });
  if (theirs.length > 0) return { because: 'group', roles: theirs.flat() };
  const everybodys = grants.get('authenticated');
  if (everybodys !== undefined) return { because: 'authenticated', roles: everybodys };
  return { because: 'usual', roles: asker.usual[kind] };
};

/** What somebody may do; `undefined`: nothing, and for them the collection does not exist. */
export const accessTo = (asker: Asker, guarded: Guarded): Access | undefined => {
  const { because, roles } = standingOf(asker, guarded);
  if (because === 'owner' || because === 'superuser') return owning;
  const access = withRoles(guarded.kind, roles);
  const isStranger = because === 'anonymous' || because === 'link';
  return isStranger && access !== undefined ? onlyReading(access) : access;
};

/** Who is not known changes nothing, whatever the roles say. */
export const onlyReading = ({ levels: given }: Access): Access => {
  const [PUBLIC, CONFIDENTIAL, PRIVATE] = classifications.map((one) =>
    reaches(given[one], 'view') ? 'view' : given[one],
  );
  return {
    isOwner: false,
    create: false,
    erase: false,
    levels: {
      PUBLIC: PUBLIC ?? 'none',
      CONFIDENTIAL: CONFIDENTIAL ?? 'none',
      PRIVATE: PRIVATE ?? 'none',
    },
  };
};

/** What roles come to; `undefined` for none. */
export const withRoles = (kind: CollectionKind, roles: readonly Role[]): Access | undefined => {
  if (roles.length === 0) return undefined;
  const held = new Set(roles);
  const [create, erase] = [held.has('ObjectCreator'), held.has('ObjectEraser')];
  if (kind === 'addressbook') {
    const level = held.has('ObjectEditor') ? 'modify' : held.has('ObjectViewer') ? 'view' : 'none';
    return { isOwner: false, create, erase, levels: all(level) };
  }
  const [PUBLIC, CONFIDENTIAL, PRIVATE] = classifications.map((one) => levelIn(held, one));
  return {
    isOwner: false,
    create,
    erase,
    levels: {
      PUBLIC: PUBLIC ?? 'none',
      CONFIDENTIAL: CONFIDENTIAL ?? 'none',
      PRIVATE: PRIVATE ?? 'none',
    },
  };
};

/** The fewest roles that come to some access. `undefined`: none do. Cards have one level, of three. */
export const rolesFor = (kind: CollectionKind, access: Access): readonly Role[] | undefined => {
  const [one] = classifications;
  const objects: readonly (Role | undefined)[] =
    kind === 'calendar'
      ? classifications.map((each) => roleAt(each, access.levels[each]))
      : [cardRoles.get(access.levels[one])];
  const roles: readonly (Role | undefined)[] = [
    ...(access.create ? (['ObjectCreator'] as const) : []),
    ...(access.erase ? (['ObjectEraser'] as const) : []),
    ...objects,
  ];
  const found = roles.filter((role) => role !== undefined);
  const given = withRoles(kind, found);
  const isSame = given === undefined || isSameAccess(given, access);
  return !access.isOwner && isSame ? found : undefined;
};

const cardRoles: ReadonlyMap<Level, Role> = new Map([
  ['view', 'ObjectViewer'],
  ['modify', 'ObjectEditor'],
]);

export const isSameAccess = (a: Access, b: Access): boolean =>
  a.isOwner === b.isOwner &&
  a.create === b.create &&
  a.erase === b.erase &&
  classifications.every((one) => a.levels[one] === b.levels[one]);

/** The classifications of one object's components, each once; empty where nobody knows them. */
export type Classes = readonly Classification[];

/**
 * What somebody may do with an object: what they may with every component of it. One whose classification
 * nobody knows may have any.
 */
export const levelOf = ({ levels: given }: Access, classes: Classes): Level => {
  const asked = classes.length === 0 ? classifications : classes;
  return levels[Math.min(...asked.map((one) => levels.indexOf(given[one])))] ?? 'none';
};

const reaches = (level: Level, wanted: Level): boolean =>
  levels.indexOf(level) >= levels.indexOf(wanted);

/** What of an object is shown. */
export type Sight = 'nothing' | 'date-and-time' | 'whole';

export const sightAt = (level: Level): Sight =>
  level === 'none' ? 'nothing' : level === 'date-and-time' ? level : 'whole';

export const mayRespond = (access: Access, classes: Classes): boolean =>
  reaches(levelOf(access, classes), 'respond');

export const mayModify = (access: Access, classes: Classes): boolean =>
  reaches(levelOf(access, classes), 'modify');

/** Whether every object there can be is shown whole. */
export const seesAll = (access: Access): boolean =>
  classifications.every((one) => sightAt(access.levels[one]) === 'whole');

/**
 * What of a collection somebody sees, as a text that is the same for those who see the same. A token of
 * another view is worth nothing: objects it never told of may be visible now.
 */
export const viewText = (access: Access): string =>
  access.isOwner
    ? 'owner'
    : classifications.map((one) => `${one}=${sightAt(access.levels[one])}`).join(' ');
