import type { Asking, DirectoryEntry, EntryBook } from '../../domain/account/directory.ts';
import { type EntryCondition, isNothing } from '../../domain/account/entry-condition.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { Columns, EntryRow } from './entry.ts';

/** How a book asks its table. */
export interface SqlBookParts {
  readonly columns: Columns;
  /** Whether logins are parted by domains, so that people see only those of their own. */
  readonly domainBased: boolean;
  /** The table as it stands in a statement. */
  readonly view: string;
  /** What to select for a whole row of `entry`, without the password. */
  readonly wholeRow: string;
  /** A column of the table as text. */
  text(column: string): string;
  /** Rows of a statement; `null` in place of no text. @throws UserSourceUnavailable */
  ask(text: string, values: readonly unknown[]): Promise<readonly EntryRow[]>;
  shown(row: EntryRow): DirectoryEntry;
}

type Matching = Extract<EntryCondition, { readonly match: unknown }>;

/** The whole of a table's columns is asked for again after this time, in ms. */
const REMEMBERED = 600_000;
/** Rows of one question. */
const CHUNK = 100;

const escaped = (text: string): string => text.replaceAll(/[|%_]/g, '|$&');
const patternOf = ({ match, text }: Matching): string =>
  `${match === 'contains' || match === 'ends-with' ? '%' : ''}${escaped(text)}${
    match === 'contains' || match === 'starts-with' ? '%' : ''
  }`;

/** The columns that a contact field may come from. */
const candidates = (field: string, { mailColumns }: Columns): readonly string[] => {
  switch (field) {
    case 'id':
      return ['c_name', 'c_uid'];
    case 'login':
      return ['c_uid'];
    case 'cn':
      return ['cn', 'c_cn'];
    case 'mail':
      return [...new Set(['mail', ...mailColumns])];
    default:
      return [field];
  }
};

export const sqlBook = (parts: SqlBookParts): EntryBook => {
  const { columns, view, wholeRow, text, ask } = parts;
  let known: { readonly names: ReadonlySet<string>; readonly at: number } | undefined;

  /** The table's columns, in small letters, as its first row has them: a view has what its owner chose. */
  const columnNames = async (): Promise<ReadonlySet<string>> => {
    if (known !== undefined && Date.now() - known.at < REMEMBERED) return known.names;
    const [row] = await ask(`select ${wholeRow} from ${view} entry limit 1`, []);
    const names = new Set(Object.keys(row ?? {}).map((name) => name.toLowerCase()));
    if (names.size > 0) known = { names, at: Date.now() };
    return names;
  };

  const writing = (names: ReadonlySet<string>) => {
    const values: unknown[] = [];
    const value = (each: unknown): string => {
      values.push(each);
      return `$${values.length}::text`;
    };
    const there = (field: string): readonly string[] =>
      candidates(field, columns)
        .filter((name) => names.has(name.toLowerCase()))
        .map(text);
    const anyOf = (conditions: readonly string[]): string =>
      conditions.length === 0 ? '1 = 0' : `(${conditions.join(' or ')})`;
    const written = (condition: EntryCondition): string => {
      if ('all' in condition)
        return condition.all.length === 0
          ? '1 = 1'
          : `(${condition.all.map(written).join(' and ')})`;
      if ('any' in condition) return anyOf(condition.any.map(written));
      if ('match' in condition)
        return anyOf(
          there(condition.field).map(
            (column) => `${column} ilike ${value(patternOf(condition))} escape '|'`,
          ),
        );
      if ('field' in condition)
        return anyOf(there(condition.field).map((column) => `${column} <> ''`));
      const { kindColumn } = columns;
      if (condition.kind === 'individual') return '1 = 1';
      return kindColumn === undefined
        ? '1 = 0'
        : `lower(${text(kindColumn)}) = ${value(condition.kind)}`;
    };
    return { values, value, written };
  };

  /** Whether a row is of the asker's domain, or of none. */
  const ofDomain = ({ asker }: Asking, value: (each: unknown) => string): string => {
    const { domainColumn } = columns;
    if (domainColumn === undefined || !parts.domainBased) return '1 = 1';
    const [, domain = ''] = canonicalLogin(asker ?? '').split('@');
    return `lower(coalesce(${text(domainColumn)}, '')) in ('', ${value(domain)})`;
  };

  const id = `coalesce(${text('c_name')}, ${text('c_uid')})`;
  return {
    async ids(condition, { limit, ...asking }) {
      if (isNothing(condition)) return { ids: [], isComplete: true };
      const { values, value, written } = writing(await columnNames());
      const where = `${written(condition)} and ${ofDomain(asking, value)}`;
      const rows = await ask(
        `select ${id} as id from ${view} entry where ${where} order by 1 limit ${limit + 1}`,
        values,
      );
      const ids = rows.flatMap(({ id: each }) =>
        typeof each === 'string' && each !== '' ? [each] : [],
      );
      return { ids: [...new Set(ids.slice(0, limit))], isComplete: rows.length <= limit };
    },
    async entries(ids, asking) {
      const asked = [...new Set(ids)].filter((each) => each !== '' && !each.includes('\0'));
      const found = new Map<string, DirectoryEntry>();
      for (let at = 0; at < asked.length; at += CHUNK) {
        const { values, value } = writing(new Set());
        const among = asked.slice(at, at + CHUNK).map((each) => `${id} = ${value(each)}`);
        const rows = await ask(
          `select ${wholeRow} from ${view} entry where (${among.join(' or ')}) and ${ofDomain(asking, value)} order by ${text('c_uid')}`,
          values,
        );
        for (const entry of rows.map(parts.shown))
          if (!found.has(entry.id)) found.set(entry.id, entry);
      }
      return [...found.values()];
    },
  };
};
