import type { Asking, DirectoryEntry, EntryBook } from '../../domain/account/directory.ts';
import { type EntryCondition, isNothing, meets } from '../../domain/account/entry-condition.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { asking, type Dialect, type Question, type Row } from './database.ts';
import { type Columns, textIn } from './entry.ts';
import type { SqlGroups } from './groups.ts';
import { among } from './statement.ts';

/** How a book asks its table. */
export interface SqlBookParts {
  readonly columns: Columns;
  /** Whether logins are parted by domains, so that people see only those of their own. */
  readonly domainBased: boolean;
  readonly dialect: Dialect;
  readonly view: readonly string[];
  /** Groups, where the source has any: so few that they are judged here. */
  readonly groups: Pick<SqlGroups, 'byId' | 'search'> | undefined;
  /** @throws UserSourceUnavailable */
  ask(question: Question): Promise<readonly Row[]>;
  shown(row: Row): DirectoryEntry;
}

type Matching = Extract<EntryCondition, { readonly match: unknown }>;
type Value = (each: unknown) => string;

/** A table's columns are asked for again after this time, in ms. */
const REMEMBERED = 600_000;
/** Rows of one question. */
const CHUNK = 100;
/** Groups that are looked at. */
const GROUPS = 1000;

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

const anyOf = (conditions: readonly string[]): string =>
  conditions.length === 0 ? '1 = 0' : `(${conditions.join(' or ')})`;

export const sqlBook = (parts: SqlBookParts): EntryBook => {
  const { columns, dialect, ask, groups } = parts;
  const text = (column: string): string => dialect.text(dialect.identifier(column));
  const view = parts.view.map(dialect.identifier).join('.');
  let known: { readonly names: ReadonlySet<string>; readonly at: number } | undefined;

  /** The table's columns, in small letters, as its first row has them: a view has what its owner chose. */
  const columnNames = async (): Promise<ReadonlySet<string>> => {
    if (known !== undefined && Date.now() - known.at < REMEMBERED) return known.names;
    const first = `select ${dialect.wholeRow} from ${view} entry limit 1`;
    const [row] = await ask({ text: first, values: [] });
    const names = new Set(Object.keys(row ?? {}).map((name) => name.toLowerCase()));
    if (names.size > 0) known = { names, at: Date.now() };
    return names;
  };

  const written = (condition: EntryCondition, names: ReadonlySet<string>, value: Value): string => {
    const within = (each: EntryCondition): string => written(each, names, value);
    const there = (field: string): readonly string[] =>
      candidates(field, columns)
        .filter((name) => names.has(name.toLowerCase()))
        .map(text);
    if ('all' in condition)
      return condition.all.length === 0 ? '1 = 1' : `(${condition.all.map(within).join(' and ')})`;
    if ('any' in condition) return anyOf(condition.any.map(within));
    if ('match' in condition)
      return anyOf(
        there(condition.field).map((column) => dialect.like(column, value(patternOf(condition)))),
      );
    if ('field' in condition)
      return anyOf(there(condition.field).map((column) => `${column} <> ''`));
    const { kindColumn } = columns;
    if (condition.kind === 'individual') return '1 = 1';
    return kindColumn === undefined
      ? '1 = 0'
      : `lower(${text(kindColumn)}) = ${value(condition.kind)}`;
  };

  /** Whether a row is of the asker's domain, or of none. */
  const ofDomain = ({ asker }: Asking, value: Value): string => {
    const { domainColumn } = columns;
    if (domainColumn === undefined || !parts.domainBased) return '1 = 1';
    const [, domain = ''] = canonicalLogin(asker ?? '').split('@');
    return `lower(coalesce(${text(domainColumn)}, '')) in ('', ${value(domain)})`;
  };

  const id = `coalesce(${text('c_name')}, ${text('c_uid')})`;
  return {
    async ids(condition, { limit, ...asked }) {
      if (isNothing(condition)) return { ids: [], isComplete: true };
      const names = await columnNames();
      const rows = await ask(
        asking(
          dialect,
          (value) =>
            `select ${id} as id from ${view} entry where ${written(condition, names, value)} and ${ofDomain(asked, value)} order by id limit ${limit + 1}`,
        ),
      );
      const all = (await groups?.search([], GROUPS)) ?? [];
      const found = [
        ...rows.flatMap((row) => textIn(row, 'id') ?? []),
        ...all.filter((group) => meets(condition, group)).map((group) => group.id),
      ];
      return {
        ids: [...new Set(found.slice(0, limit))],
        isComplete: found.length <= limit && all.length < GROUPS,
      };
    },
    async entries(ids, asked) {
      const wanted = [...new Set(ids)].filter((each) => each !== '' && !each.includes('\0'));
      const found = new Map<string, DirectoryEntry>();
      for (let at = 0; at < wanted.length; at += CHUNK) {
        const chunk = wanted.slice(at, at + CHUNK);
        const rows = await ask(
          asking(
            dialect,
            (value) =>
              `select ${dialect.wholeRow} from ${view} entry where ${among(dialect, id, chunk, value)} and ${ofDomain(asked, value)} order by ${text('c_uid')}`,
          ),
        );
        for (const entry of rows.map(parts.shown))
          if (!found.has(entry.id)) found.set(entry.id, entry);
      }
      if (groups !== undefined)
        for (const each of wanted) {
          const group = found.has(each) ? undefined : await groups.byId(each);
          if (group?.id === each) found.set(each, group);
        }
      return [...found.values()];
    },
  };
};
