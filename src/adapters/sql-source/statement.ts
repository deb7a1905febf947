import type { Wanted } from '../../domain/account/naming.ts';
import { asking, type Dialect, type Question } from './database.ts';

/** What a source is asked, put together once from its configuration; what people type is never in it. */
export interface Asking {
  readonly view: readonly string[];
  readonly loginColumns: readonly string[];
  readonly mailColumns: readonly string[];
  readonly searchColumns: readonly string[];
  readonly domainColumn: string | undefined;
  readonly constraints: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** An SQL condition, as the administrator wrote it. */
  readonly filter: string | undefined;
}

/** The questions to one source's people. More than one row to a question for one means that it is ambiguous. */
export interface Statements {
  /** The table or view, as it stands in them. */
  readonly table: string;
  /** Those who may log in, all columns as text, with the password as `STORED`. */
  byLogin(wanted: Wanted, loose: ReadonlySet<string>): Question;
  /** The same for those who may not log in, too: whole rows. */
  entryByLogin(wanted: Wanted): Question;
  /** An address in small letters. */
  entryByMail(mail: string): Question;
  /** A c_name. */
  entryById(id: string): Question;
  /** Rows with one of these c_uid, in small letters. */
  entriesByUids(uids: readonly string[], limit: number): Question;
  /** Rows in which every word is part of some column. */
  search(words: readonly string[], limit: number): Question;
  /** Only where the password is still what it was. */
  setPassword(written: string, uid: string, before: string): Question;
}

/** What c_password is called in an answer. */
export const STORED = 'daybook_stored';

/** A word as a pattern of LIKE that is found anywhere. */
const patternOf = (word: string): string => `%${word.replaceAll(/[|%_]/g, '|$&')}%`;

type Value = (each: unknown) => string;

/** Whether every word is part of some column; true for no words. */
export const everyWordIn = (
  dialect: Dialect,
  columns: readonly string[],
  words: readonly string[],
  value: Value,
): string =>
  words.length === 0
    ? '1 = 1'
    : words
        .map((word) => columns.map((name) => dialect.like(name, value(patternOf(word)))))
        .map((found) => `(${found.join(' or ')})`)
        .join(' and ');

/** Whether two texts are the same octets. */
const same = (dialect: Dialect, one: string, other: string): string =>
  `${dialect.exact(one)} = ${dialect.exact(other)}`;

/** Whether an expression is one of the values, which are compared octet by octet. */
export const among = (
  dialect: Dialect,
  expression: string,
  values: readonly string[],
  value: Value,
): string =>
  values.length === 0
    ? '1 = 0'
    : `(${values.map((each) => same(dialect, expression, value(each))).join(' or ')})`;

/**
 * Logins are compared without regard to case, for they are so elsewhere: two people whose logins differ
 * by that alone would share an account.
 */
export const statementsFor = (dialect: Dialect, parts: Asking): Statements => {
  const { loginColumns, domainColumn, filter } = parts;
  const text = (name: string): string => dialect.text(dialect.identifier(name));
  const small = (name: string): string => `lower(${text(name)})`;
  const view = parts.view.map(dialect.identifier).join('.');
  const distinct = (names: readonly string[]): readonly string[] => [
    ...new Map(names.map((name) => [dialect.identifier(name).toLowerCase(), name])).values(),
  ];
  const mails = distinct(['mail', ...parts.mailColumns]).map(small);
  const searched = distinct(['c_cn', ...parts.searchColumns, 'mail', ...parts.mailColumns]);
  /** What it takes to say who somebody is: no photos. */
  const needed = distinct([
    ...['c_uid', 'c_name', 'c_cn', 'mail'],
    ...parts.mailColumns,
    ...(domainColumn === undefined ? [] : [domainColumn]),
    ...[...parts.constraints.values()].flatMap((wanted) => [...wanted.keys()]),
  ]).map((name) => `${text(name)} as ${dialect.identifier(name)}`);
  const oneLogin = (name: string, logins: readonly string[], value: Value, isLoose: boolean) => {
    if (!isLoose || logins.length === 0) return among(dialect, small(name), logins, value);
    const first = `${dialect.identifier(name)} in (${logins.map(value).join(', ')})`;
    return `(${first} and ${among(dialect, small(name), logins, value)})`;
  };
  const named = (
    { logins, inDomain }: Wanted,
    value: Value,
    loose: ReadonlySet<string> = new Set(),
  ): string => {
    const anyLogin = (some: readonly string[]): string =>
      `(${loginColumns.map((name) => oneLogin(name, some, value, loose.has(name))).join(' or ')})`;
    return domainColumn === undefined || inDomain === undefined
      ? anyLogin(logins)
      : `(${anyLogin(logins)} or (${anyLogin(inDomain.logins)} and ${same(dialect, small(domainColumn), value(inDomain.domain))}))`;
  };
  const entries = `select ${dialect.wholeRow} from ${view} entry where`;
  return {
    table: view,
    byLogin: (wanted, loose) =>
      asking(dialect, (value) =>
        [
          // Under its own name, by which the administrator's condition may call it.
          `select ${needed.join(', ')}, ${text('c_password')} as ${STORED} from ${view} where ${named(wanted, value, loose)}`,
          ...(filter === undefined ? [] : [`and (${filter})`]),
          'limit 2',
        ].join(' '),
      ),
    entryByLogin: (wanted) =>
      asking(dialect, (value) => `${entries} ${named(wanted, value)} limit 2`),
    entryByMail: (mail) =>
      asking(
        dialect,
        (value) =>
          `${entries} ${mails.map((name) => dialect.hasWord(name, value(mail))).join(' or ')} limit 2`,
      ),
    entryById: (id) =>
      asking(dialect, (value) => `${entries} ${same(dialect, text('c_name'), value(id))} limit 2`),
    entriesByUids: (uids, limit) =>
      asking(
        dialect,
        (value) => `${entries} ${among(dialect, small('c_uid'), uids, value)} limit ${limit}`,
      ),
    search: (words, limit) =>
      asking(
        dialect,
        (value) =>
          `${entries} ${everyWordIn(dialect, searched.map(text), words, value)} order by c_cn limit ${limit}`,
      ),
    setPassword: (written, uid, before) =>
      asking(
        dialect,
        (value) =>
          `update ${view} set c_password = ${value(written)} where ${same(dialect, text('c_uid'), value(uid))} and ${same(dialect, text('c_password'), value(before))}`,
      ),
  };
};
