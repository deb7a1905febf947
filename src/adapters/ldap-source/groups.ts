import type { Filter } from 'ldapts';
import { type Attributes, attributesOf } from './attributes.ts';
import { type Connection, DirectoryAnswer, RESULT } from './connection.ts';
import { comparableDn, type Rdn, splitDn } from './dn.ts';
import { type Entries, withId } from './entries.ts';
import { type Fields, isGroup } from './entry.ts';
import { allOf, anyOf, equal, named, present } from './filters.ts';

/** Names in one question. */
const CHUNK = 100;
/** Groups in groups in groups: deeper than anybody means it. */
const DEEPEST = 20;
/** Most people and groups of one answer. */
const MOST = 10_000;

const chunks = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );

/** The members of a group that the server keeps for further questions, as Active Directory does. */
const furtherMembers = async (
  connection: Connection,
  group: Attributes,
): Promise<readonly string[]> => {
  const found: string[] = [];
  let from = group.more('member');
  while (from !== undefined && found.length < MOST) {
    const [entry] = await connection.search({
      base: group.dn,
      scope: 'base',
      filter: present('objectClass'),
      attributes: [`member;range=${from}-*`],
      limit: 1,
    });
    const some = entry && attributesOf(entry);
    const next = some?.more('member');
    found.push(...(some?.all('member') ?? []));
    from = next !== undefined && next > from ? next : undefined;
  }
  return found;
};

const memberNames = (group: Attributes): readonly string[] => [
  ...group.all('member'),
  // A name with an optional bit string after it (RFC 4517 §3.3.21).
  ...group.all('uniqueMember').map((name) => name.replace(/#'[01]*'B$/, '')),
];

export interface Groups {
  /** The people of a group and of its groups, each once; `undefined` when there is no such group. */
  members(
    connection: Connection,
    groupId: string,
    attributes: readonly string[],
  ): Promise<readonly Attributes[] | undefined>;
  /** The groups that an entry is in, directly or through others. */
  containing(
    connection: Connection,
    member: Attributes,
    attributes: readonly string[],
  ): Promise<readonly Attributes[]>;
}

export const groups = (entries: Entries, fields: Fields, disableSubgroups: boolean): Groups => {
  const isGroupFilter = anyOf(fields.GroupObjectClasses.map((name) => equal('objectClass', name)));
  const memberAttributes = ['objectClass', 'member', 'uniqueMember', 'memberUid'];
  const hasGroups = fields.GroupObjectClasses.length > 0;

  const unfiltered = (
    connection: Connection,
    filter: Filter,
    attributes: readonly string[],
  ): Promise<readonly Attributes[]> => {
    const base = entries.base(undefined);
    if (base === undefined) return Promise.resolve([]);
    return entries.matching(connection, {
      base,
      filter,
      attributes,
      limit: MOST,
      isUnfiltered: true,
    });
  };

  /** Entries by their names: one question for a hundred siblings, not one for each. */
  const byNames = async (
    connection: Connection,
    names: readonly string[],
    attributes: readonly string[],
  ): Promise<readonly Attributes[]> => {
    const siblings = new Map<string, Rdn[]>();
    for (const name of names) {
      const split = splitDn(name);
      if (split === undefined) continue;
      const parent = siblings.get(split.parent) ?? [];
      parent.push(split.rdn);
      siblings.set(split.parent, parent);
    }
    const questions = [...siblings].flatMap(([parent, rdns]) =>
      chunks(rdns).map((chunk) => ({ parent, filter: anyOf(chunk.map(named)) })),
    );
    const found: Attributes[] = [];
    for (const some of chunks(questions)) {
      const answers = await Promise.all(
        some.map(async ({ parent, filter }) => {
          try {
            return await connection.search({
              base: parent,
              scope: 'one',
              filter,
              attributes,
              limit: MOST,
            });
          } catch (error) {
            // A group may name who is gone, and where nothing is any more.
            if (error instanceof DirectoryAnswer && error.result === RESULT.noSuchObject) return [];
            throw error;
          }
        }),
      );
      found.push(...answers.flat().map(attributesOf));
    }
    const wanted = new Set(names.map(comparableDn));
    return found.filter(({ dn }) => wanted.has(comparableDn(dn)));
  };

  const byUids = async (
    connection: Connection,
    uids: readonly string[],
    attributes: readonly string[],
  ): Promise<readonly Attributes[]> => {
    const answers = await Promise.all(
      chunks(uids).map((chunk) =>
        unfiltered(
          connection,
          anyOf(chunk.map((uid) => equal(fields.UIDFieldName, uid))),
          attributes,
        ),
      ),
    );
    return answers.flat();
  };

  return {
    async members(connection, groupId, attributes) {
      if (!hasGroups || groupId.includes('\0')) return undefined;
      const asked = [...new Set([...attributes, ...memberAttributes])];
      const [first, another] = await unfiltered(
        connection,
        allOf([withId(groupId, fields), isGroupFilter]),
        asked,
      );
      if (first === undefined || another !== undefined) return undefined;
      const seen = new Set([comparableDn(first.dn)]);
      const people: Attributes[] = [];
      let level: readonly Attributes[] = [first];
      for (let depth = 0; level.length > 0 && depth < DEEPEST && seen.size < MOST; depth += 1) {
        const further: string[] = [];
        for (const group of level) further.push(...(await furtherMembers(connection, group)));
        const names = [...new Set([...level.flatMap(memberNames), ...further])].filter(
          (name) => !seen.has(comparableDn(name)),
        );
        const uids = [...new Set(level.flatMap((group) => group.all('memberUid')))];
        const found = [
          ...(await byNames(connection, names.slice(0, MOST), asked)),
          ...(await byUids(connection, uids.slice(0, MOST), asked)),
        ];
        const inner: Attributes[] = [];
        for (const entry of found) {
          const name = comparableDn(entry.dn);
          if (seen.has(name)) continue;
          seen.add(name);
          if (!isGroup(entry, fields)) people.push(entry);
          else if (!disableSubgroups) inner.push(entry);
        }
        level = inner;
      }
      return people;
    },

    async containing(connection, member, attributes) {
      if (!hasGroups) return [];
      const found = new Map<string, Attributes>();
      const uid = member.first(fields.UIDFieldName);
      let names: readonly string[] = [member.dn];
      for (let depth = 0; names.length > 0 && depth < DEEPEST && found.size < MOST; depth += 1) {
        const answers = await Promise.all(
          chunks(names).map((chunk) =>
            unfiltered(
              connection,
              allOf([
                isGroupFilter,
                anyOf([
                  ...chunk.flatMap((dn) => [equal('member', dn), equal('uniqueMember', dn)]),
                  ...(depth === 0 && uid !== undefined ? [equal('memberUid', uid)] : []),
                ]),
              ]),
              attributes,
            ),
          ),
        );
        const fresh = answers.flat().filter(({ dn }) => !found.has(comparableDn(dn)));
        for (const group of fresh) found.set(comparableDn(group.dn), group);
        names = disableSubgroups ? [] : fresh.map(({ dn }) => dn);
      }
      return [...found.values()];
    },
  };
};
