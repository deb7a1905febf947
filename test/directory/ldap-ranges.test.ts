import { type Entry, EqualityFilter, type Filter, OrFilter } from 'ldapts';
import { describe, expect, it } from 'vitest';
import type { Connection, Search } from '../../src/adapters/ldap-source/connection.ts';
import { entries } from '../../src/adapters/ldap-source/entries.ts';
import { groups } from '../../src/adapters/ldap-source/groups.ts';
import { ldapSourceOf } from '../support/ldap/source.ts';

const PAGE = 1500;
const GROUP = 'CN=all,OU=Groups,DC=acme';
const personDn = (index: number): string => `CN=user${index},OU=Users,DC=acme`;

/** The cn of each entry that is asked for. */
const namesIn = (filter: Filter): readonly string[] => {
  if (filter instanceof OrFilter) return filter.filters.flatMap(namesIn);
  return filter instanceof EqualityFilter ? [String(filter.value)] : [];
};

/** Answers as Active Directory does: 1,500 values of an attribute at a time (MS-ADTS §3.1.1.3.1.3.3). */
const activeDirectory = (count: number) => {
  const asked: Search[] = [];
  const ranged = (from: number): Entry => {
    const end = Math.min(from + PAGE, count);
    const values = Array.from({ length: Math.max(end - from, 0) }, (_, at) => personDn(from + at));
    const range = `member;range=${from}-${end === count ? '*' : end - 1}`;
    return { dn: GROUP, objectClass: ['group'], cn: 'all', member: [], [range]: values };
  };
  const connection: Pick<Connection, 'search'> = {
    search: async (search) => {
      asked.push(search);
      if (search.scope === 'sub') return [ranged(0)];
      if (search.scope === 'base') {
        const [, from = ''] = /^member;range=(\d+)-\*$/.exec(search.attributes[0] ?? '') ?? [];
        return [ranged(Number(from))];
      }
      return namesIn(search.filter).map((name) => ({
        ...{ dn: `CN=${name},OU=Users,DC=acme`, objectClass: ['user'], uid: name },
      }));
    },
  };
  return { asked, connection: connection as Connection };
};

const parts = ldapSourceOf({ hostname: 'h', baseDN: 'dc=acme' });
const grouped = groups(
  entries(parts, parts, { ...parts, hasDomainColumn: false }),
  parts,
  parts.disableSubgroups,
);

describe('a group of Active Directory that is too large for one answer', () => {
  it.each([1, 1500, 1501, 4000])('has all its %d members', async (count) => {
    const { connection, asked } = activeDirectory(count);
    const members = await grouped.members(connection, 'all', ['cn']);
    expect(members).toHaveLength(count);
    const further = asked.filter(({ scope }) => scope === 'base');
    expect(further).toHaveLength(Math.ceil(count / PAGE) - 1);
  });
  it('that never ends is read as far as is sensible', async () => {
    const { connection, asked } = activeDirectory(1_000_000);
    const original = connection.search;
    const some: Connection = {
      ...connection,
      search: async (search) => (search.scope === 'one' ? [] : original(search)),
    };
    expect(await grouped.members(some, 'all', ['cn'])).toEqual([]);
    expect(asked.length).toBeLessThan(20);
  });
  it('that goes round in a circle is left alone', async () => {
    const stuck: Entry = {
      dn: GROUP,
      objectClass: ['group'],
      'member;range=0-1': ['CN=a,DC=acme'],
    };
    const some = { search: async () => [stuck] };
    expect(await grouped.members(some as unknown as Connection, 'all', ['cn'])).toEqual([]);
  });
});
