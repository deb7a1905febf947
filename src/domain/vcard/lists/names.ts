import type { VcardVersion } from '../versions.ts';

/** What groups call their kind and their members: RFC 6350 §6.1.4 and §6.6.5, and Apple's words in version 3.0. */
export const groupNames: Readonly<
  Record<VcardVersion, { readonly kind: string; readonly member: string }>
> = {
  '3.0': { kind: 'X-ADDRESSBOOKSERVER-KIND', member: 'X-ADDRESSBOOKSERVER-MEMBER' },
  '4.0': { kind: 'KIND', member: 'MEMBER' },
};

/** Marks what only a list has, within a group; and what only a group has, within a list. */
export const OF_LIST = 'X-VLIST-';
export const OF_GROUP = 'X-VCARD-';

/** A property's name in the other notation, both ways; each name comes back as what it was. */
export interface Renaming {
  toGroup(name: string): string;
  toList(name: string): string;
}

const core = (name: string, prefix: string): string => {
  let from = 0;
  while (name.startsWith(prefix, from)) from += prefix.length;
  return name.slice(from);
};

/**
 * One notation's name for what the other calls differently goes over; a name that would mean something else there is
 * marked, and a marked one loses one mark on its way back. All other names are the same in both.
 */
export const renaming = (version: VcardVersion): Renaming => {
  const { kind, member } = groupNames[version];
  const shared: readonly (readonly [list: string, group: string])[] = [
    ['DESCRIPTION', 'NOTE'],
    ['CARD', member],
  ];
  const inLists = new Set(shared.map(([list]) => list));
  const inGroups = new Set([kind, ...shared.map(([, group]) => group)]);
  const over = new Map(shared);
  const back = new Map(shared.map(([list, group]) => [group, list]));
  const renamed = (
    name: string,
    known: ReadonlyMap<string, string>,
    theirs: readonly [prefix: string, names: ReadonlySet<string>],
    ours: readonly [prefix: string, names: ReadonlySet<string>],
  ): string => {
    const same = known.get(name);
    if (same !== undefined) return same;
    if (name.startsWith(theirs[0]) && theirs[1].has(core(name, theirs[0])))
      return name.slice(theirs[0].length);
    return ours[1].has(core(name, ours[0])) ? ours[0] + name : name;
  };
  // What a group's own `KIND` is called in a list, unless it is the plain one that every group has.
  const groupsOwn = new Set([...inLists, kind]);
  return {
    toGroup: (name) => renamed(name, over, [OF_GROUP, groupsOwn], [OF_LIST, inGroups]),
    toList: (name) => renamed(name, back, [OF_LIST, inGroups], [OF_GROUP, groupsOwn]),
  };
};
