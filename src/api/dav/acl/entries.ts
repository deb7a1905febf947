import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { type Access, rolesFor, seesAll } from '../../../domain/rights/access.ts';
import { classifications, type Level, levels, type Role } from '../../../domain/rights/roles.ts';
import { type Privilege, supported } from '../properties/privileges.ts';
import { caldav, dav, inverse, type Name } from '../xml/names.ts';

const ALWAYS = dav('read-current-user-privilege-set');
const FREE_BUSY = caldav('read-free-busy');

/** SOGo's privilege of a level, by its beginning; the end says of which classification. */
const records: Readonly<Record<Exclude<Level, 'none'>, string>> = {
  'date-and-time': 'viewdant',
  view: 'viewwhole',
  respond: 'respondto',
  modify: 'modify',
};

const recordOf = (level: Exclude<Level, 'none'>, classification: string): Name =>
  inverse(`${records[level]}-${classification.toLowerCase()}-records`);

/**
 * What an entry of `DAV:acl` grants for what somebody may do in a collection: each access has an entry
 * of its own, from which `rolesGranting` makes it again. `DAV:read` is to see all; who sees a part has SOGo's
 * privileges for that alone. Without any roles only what is always there.
 */
export const grantOf = (kind: CollectionKind, access: Access | undefined): readonly Name[] => {
  if (access === undefined) return [ALWAYS];
  const { create, erase, levels: given } = access;
  const isModifier = classifications.every((one) => given[one] === 'modify');
  const whole = create && erase && isModifier;
  const seesTimes = classifications.every((one) => given[one] !== 'none');
  return [
    ALWAYS,
    ...(seesAll(access) ? [dav('read')] : []),
    ...(kind === 'calendar' && seesTimes ? [FREE_BUSY] : []),
    ...(whole ? [dav('write')] : []),
    ...(isModifier ? [dav('write-content')] : []),
    ...(create ? [dav('bind')] : []),
    ...(erase ? [dav('unbind')] : []),
    ...(kind === 'calendar'
      ? classifications.flatMap((one) => {
          const level = given[one];
          return level === 'none' ? [] : [recordOf(level, one)];
        })
      : []),
  ];
};

const within = (tree: Privilege): readonly Name[] => [tree.name, ...tree.contains.flatMap(within)];

const find = (tree: Privilege, name: Name): Privilege | undefined =>
  tree.name === name
    ? tree
    : tree.contains.reduce<Privilege | undefined>(
        (found, each) => found ?? find(each, name),
        undefined,
      );

/** Why an entry cannot be granted: a privilege that is none here, or a set that no roles come to. */
export type Ungrantable = 'not-supported' | 'no-roles';

/**
 * The roles that come to the privileges of an entry and to nothing more. Roles say nothing of the collection
 * itself: `DAV:write-properties` is granted within `DAV:write` alone, for objects, and of inviting nothing but with adding.
 */
export const rolesGranting = (
  kind: CollectionKind,
  asked: readonly Name[],
): readonly Role[] | Ungrantable => {
  const trees = asked.map((name) => find(supported[kind], name));
  const known = trees.filter((tree) => tree !== undefined);
  if (known.length < trees.length) return 'not-supported';
  const all = new Set(known.flatMap(within));
  const isRuling = [dav('all'), dav('read-acl'), dav('write-acl')].some((name) => all.has(name));
  const seen = sightsIn(kind, all);
  const seesTimes = Object.values(seen).every((level) => level !== 'none');
  const seesWhole = Object.values(seen).every((level) => levels.indexOf(level) >= VIEW);
  const create = all.has(dav('bind'));
  const isApart =
    (all.has(dav('write-properties')) && !all.has(dav('write'))) ||
    (all.has(dav('write-content')) && !seesWhole) ||
    (all.has(FREE_BUSY) && !seesTimes) ||
    ([...all].some((name) => isScheduling(name)) && !create);
  if (isRuling || isApart) return 'no-roles';
  const access: Access = {
    isOwner: false,
    create,
    erase: all.has(dav('unbind')),
    levels: all.has(dav('write-content'))
      ? { PUBLIC: 'modify', CONFIDENTIAL: 'modify', PRIVATE: 'modify' }
      : seen,
  };
  return rolesFor(kind, access) ?? 'no-roles';
};

const VIEW = levels.indexOf('view');

const isScheduling = (name: Name): boolean => name.startsWith(caldav('schedule'));

/** The levels that privileges of seeing and SOGo's come to, without those of writing. */
const sightsIn = (kind: CollectionKind, all: ReadonlySet<Name>): Access['levels'] => {
  const of = (classification: (typeof classifications)[number]): Level => {
    const own =
      kind === 'addressbook'
        ? undefined
        : levels.findLast((level) => level !== 'none' && all.has(recordOf(level, classification)));
    const least: Level = all.has(dav('read')) ? 'view' : 'none';
    return own !== undefined && levels.indexOf(own) > levels.indexOf(least) ? own : least;
  };
  return { PUBLIC: of('PUBLIC'), CONFIDENTIAL: of('CONFIDENTIAL'), PRIVATE: of('PRIVATE') };
};
