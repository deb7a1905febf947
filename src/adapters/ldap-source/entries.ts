import type { Filter } from 'ldapts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type Naming, wantedFor } from '../../domain/account/naming.ts';
import type { Qualifier } from '../../domain/account/qualifier.ts';
import { type Attributes, attributesOf } from './attributes.ts';
import { type Connection, DirectoryAnswer, RESULT } from './connection.ts';
import { baseFor } from './dn.ts';
import type { Fields } from './entry.ts';
import { absent, allOf, anyOf, equal, filterOf, present } from './filters.ts';

/** Where a source's entries are, and which of them count. */
export interface Place {
  readonly baseDN: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: Qualifier | undefined;
  readonly bindFields: readonly string[];
  /** Most entries of an answer; 0: any. */
  readonly queryLimit: number;
}

/**
 * Which entry has an id, as `DirectoryEntry.id` tells it: by IDFieldName, or else by the cn that entries
 * without that are named by, as groups mostly are.
 */
export const withId = (id: string, { IDFieldName }: Fields): Filter =>
  anyOf([equal(IDFieldName, id), allOf([absent(IDFieldName), equal('cn', id)])]);

/** Reads entries of a source over whichever connection. */
export interface Entries {
  /** Candidates for a typed login: what it may be in this source, and below which base. */
  meant(typed: string): { readonly logins: readonly string[]; readonly base: string } | undefined;
  /** The base below which somebody finds others. */
  base(login: string | undefined): string | undefined;
  /** The one entry that goes by one of these logins; `undefined` for none or several. */
  byLogin(
    connection: Connection,
    meant: { readonly logins: readonly string[]; readonly base: string },
    attributes: readonly string[],
  ): Promise<Attributes | undefined>;
  /** Entries that count and match, `limit` at most. */
  matching(
    connection: Connection,
    wanted: {
      readonly base: string;
      readonly filter: Filter;
      readonly attributes: readonly string[];
      readonly limit: number;
      /** Whether entries that the source's filter leaves out are found too. */
      readonly isUnfiltered?: boolean;
      /** Whether all that match are needed, however few an answer may have by the configuration. */
      readonly isWhole?: boolean;
    },
  ): Promise<readonly Attributes[]>;
  /** The same in pages; `isComplete`: no limit cut them short. */
  pages(
    connection: Connection,
    wanted: {
      readonly base: string;
      readonly filter: Filter;
      readonly attributes: readonly string[];
      readonly limit: number;
      readonly sortedBy?: string;
    },
  ): Promise<{ readonly entries: readonly Attributes[]; readonly isComplete: boolean }>;
  /** The entry of that name, if it counts. */
  at(
    connection: Connection,
    dn: string,
    attributes: readonly string[],
  ): Promise<Attributes | undefined>;
}

export const entries = (place: Place, fields: Fields, naming: Naming): Entries => {
  const counts = place.filter === undefined ? undefined : filterOf(place.filter);
  const counting = (filter: Filter): Filter =>
    counts === undefined ? filter : allOf([filter, counts]);
  const loginFields =
    place.bindFields.length > 0
      ? [...new Set([...place.bindFields, fields.UIDFieldName])]
      : [fields.UIDFieldName];

  const domainOf = (login: string): string | undefined => {
    const at = login.lastIndexOf('@');
    return at < 0 ? naming.domain : canonicalLogin(login.slice(at + 1));
  };

  const matching: Entries['matching'] = async (connection, wanted) => {
    const { base, filter, attributes, limit, isUnfiltered = false, isWhole = false } = wanted;
    const most = place.queryLimit === 0 || isWhole ? limit : Math.min(limit, place.queryLimit);
    const found = await connection.search({
      base,
      scope: place.scope,
      filter: isUnfiltered ? filter : counting(filter),
      attributes,
      limit: most,
    });
    return found.map(attributesOf);
  };

  return {
    base: (login) => baseFor(place.baseDN, login === undefined ? naming.domain : domainOf(login)),
    meant(typed) {
      const wanted = wantedFor(typed, naming);
      const base = baseFor(place.baseDN, domainOf(typed));
      return wanted === undefined || base === undefined
        ? undefined
        : { logins: wanted.logins, base };
    },
    matching,
    async pages(connection, { filter, ...wanted }) {
      const search = { ...wanted, scope: place.scope, filter: counting(filter) };
      const { entries: found, isComplete } = await connection.searchPages(search);
      return { entries: found.map(attributesOf), isComplete };
    },
    async byLogin(connection, { logins, base }, attributes) {
      const filter = anyOf(
        loginFields.flatMap((field) => logins.map((login) => equal(field, login))),
      );
      const [found, another] = await matching(connection, { base, filter, attributes, limit: 2 });
      return another === undefined ? found : undefined;
    },
    async at(connection, dn, attributes) {
      try {
        const [found] = await connection.search({
          base: dn,
          scope: 'base',
          filter: counting(present('objectClass')),
          attributes,
          limit: 1,
        });
        return found && attributesOf(found);
      } catch (error) {
        if (error instanceof DirectoryAnswer && error.result === RESULT.noSuchObject)
          return undefined;
        throw error;
      }
    },
  };
};
