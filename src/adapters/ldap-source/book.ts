import type { Filter } from 'ldapts';
import type {
  Asking,
  DirectoryEntry,
  EntryBook,
  FoundIds,
} from '../../domain/account/directory.ts';
import { isNothing } from '../../domain/account/entry-condition.ts';
import type { Attributes } from './attributes.ts';
import { filterFor } from './conditions.ts';
import type { Connection } from './connection.ts';
import { type Entries, withId } from './entries.ts';
import { entryAttributes, type Fields, idOf } from './entry.ts';
import { allOf, anyOf, present } from './filters.ts';

/** Entries of one question. */
const CHUNK = 50;
/** For names that several entries have: so many of each are looked at. */
const NAMESAKES = 4;

/** How a source reads for somebody. */
export interface BookParts {
  readonly entries: Entries;
  readonly fields: Fields;
  /** Most entries of an answer, by the configuration; 0: any. */
  readonly queryLimit: number;
  /** A connection that others use meanwhile, bound as whoever asks or as the service. */
  shared<Result>(
    asking: Asking,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result>;
  /** One that nobody else uses. */
  own<Result>(asking: Asking, work: (connection: Connection) => Promise<Result>): Promise<Result>;
  shown(attributes: Attributes): DirectoryEntry;
}

/** The smaller name first, so that of several entries with one id always the same is taken. */
const byName = (one: Attributes, other: Attributes): number => (one.dn < other.dn ? -1 : 1);

const named = (filter: Filter, { CNFieldName }: Fields): Filter =>
  allOf([present(CNFieldName), filter]);

/** The entries of some ids, one for each that there is. */
const entriesWithIds = async (
  connection: Connection,
  ids: readonly string[],
  base: string,
  { entries, fields }: Pick<BookParts, 'entries' | 'fields'>,
  isWithPhoto: boolean,
): Promise<ReadonlyMap<string, Attributes>> => {
  const found = await entries.matching(connection, {
    base,
    filter: named(anyOf(ids.map((id) => withId(id, fields))), fields),
    attributes: entryAttributes(fields, isWithPhoto),
    limit: ids.length * NAMESAKES,
    isWhole: true,
  });
  const wanted = new Set(ids);
  const byId = new Map<string, Attributes>();
  for (const attributes of found.toSorted(byName)) {
    const id = idOf(attributes, fields);
    // Directories compare without regard to case: ADA is found as ada, and is another name.
    if (wanted.has(id) && !byId.has(id)) byId.set(id, attributes);
  }
  return byId;
};

/** The entry that a book shows for an id. */
export const entryWithId = async (
  connection: Connection,
  id: string,
  base: string,
  parts: Pick<BookParts, 'entries' | 'fields'>,
): Promise<Attributes | undefined> =>
  (await entriesWithIds(connection, [id], base, parts, true)).get(id);

export const ldapBook = (parts: BookParts): EntryBook => {
  const { entries, fields, queryLimit, shared, own, shown } = parts;

  return {
    async ids(condition, { limit, asker, isByName = false }): Promise<FoundIds> {
      const base = entries.base(asker);
      if (base === undefined || isNothing(condition)) return { ids: [], isComplete: true };
      const filter = named(filterFor(condition, fields), fields);
      const most = queryLimit === 0 ? limit : Math.min(limit, queryLimit);
      const found = await own({ asker }, (connection) =>
        entries.pages(connection, {
          base,
          filter,
          attributes: [fields.IDFieldName, 'cn'],
          limit: most,
          ...(isByName ? { sortedBy: fields.CNFieldName } : {}),
        }),
      );
      const ids = new Set(found.entries.map((attributes) => idOf(attributes, fields)));
      return { ids: [...ids].filter((id) => id !== ''), isComplete: found.isComplete };
    },
    async entries(ids, { isPhotoNeedless = false, ...asking }) {
      const base = entries.base(asking.asker);
      const asked = [...new Set(ids)].filter((id) => id !== '' && !id.includes('\0'));
      if (base === undefined || asked.length === 0) return [];
      return shared(asking, async (connection) => {
        const found: Attributes[] = [];
        for (let at = 0; at < asked.length; at += CHUNK) {
          const some = asked.slice(at, at + CHUNK);
          found.push(
            ...(await entriesWithIds(connection, some, base, parts, !isPhotoNeedless)).values(),
          );
        }
        return found.map(shown);
      });
    },
  };
};
