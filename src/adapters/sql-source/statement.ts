import pg from 'pg';

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

/** One row of the answer to who goes by a login. */
export interface Answered {
  readonly stored: string | null;
  readonly entry: Readonly<Record<string, unknown>>;
}

/** The statements of one source. More than one row to a question for one means that it is ambiguous. */
export interface Statements {
  /** `$1` logins (text[]); with a domain column also `$2` logins in a domain (text[]) and `$3` that domain. */
  readonly byLogin: string;
  /** The same for those who may not log in, too, and without a password. */
  readonly entryByLogin: string;
  /** `$1` an address in small letters. */
  readonly entryByMail: string;
  /** `$1` a c_name. */
  readonly entryById: string;
  /** `$1` patterns (text[]), each of which has to match; `$2` how many rows. */
  readonly search: string;
  /** `$1` what to store, `$2` a c_uid, `$3` what is stored. */
  readonly setPassword: string;
}

/** SOGo leaves names unquoted, so that PostgreSQL reads them in small letters. */
export const identifier = (name: string): string =>
  pg.escapeIdentifier(/^[A-Za-z_][\w$]*$/.test(name) ? name.toLowerCase() : name);

/** What to select for a whole row of `entry`. */
export const WHOLE_ROW = "to_jsonb(entry) - 'c_password' as entry";

/**
 * Logins are compared without regard to case, for they are so elsewhere: two people whose logins differ
 * by that alone would share an account.
 */
export const statementsFor = (asking: Asking): Statements => {
  const { loginColumns, domainColumn, filter } = asking;
  const view = asking.view.map(identifier).join('.');
  const mails = [...new Set(['mail', ...asking.mailColumns])].map(identifier);
  const searched = [
    ...new Set(['c_cn', ...asking.searchColumns, 'mail', ...asking.mailColumns].map(identifier)),
  ];
  /** What it takes to say who somebody is: no photos. */
  const needed = [
    ...new Set([
      ...['c_uid', 'c_name', 'c_cn', 'mail'],
      ...asking.mailColumns,
      ...(domainColumn === undefined ? [] : [domainColumn]),
      ...[...asking.constraints.values()].flatMap((wanted) => [...wanted.keys()]),
    ]),
  ].map((name) => `${pg.escapeLiteral(name.toLowerCase())}, ${identifier(name)}`);
  const among = (parameter: string): string =>
    `(${loginColumns.map((name) => `lower(${identifier(name)}::text) = any(${parameter}::text[])`).join(' or ')})`;
  const named =
    domainColumn === undefined
      ? among('$1')
      : `(${among('$1')} or (${among('$2')} and lower(${identifier(domainColumn)}::text) = $3))`;
  const entries = `select ${WHOLE_ROW} from ${view} entry where`;
  const mailed = mails.map(
    (name) => `$1 = any(regexp_split_to_array(lower(btrim(${name}::text)), '\\s+'))`,
  );
  const found = searched.map((name) => `${name}::text ilike word`);
  return {
    byLogin: [
      // Under its own name, by which the administrator's condition may call it.
      `select c_password::text as stored, jsonb_build_object(${needed.join(', ')}) as entry`,
      `from ${view} where ${named}`,
      ...(filter === undefined ? [] : [`and (${filter})`]),
      'limit 2',
    ].join(' '),
    entryByLogin: `${entries} ${named} limit 2`,
    entryByMail: `${entries} ${mailed.join(' or ')} limit 2`,
    entryById: `${entries} c_name::text = $1 limit 2`,
    search: [
      `${entries} not exists (select from unnest($1::text[]) word`,
      `where coalesce(${found.join(' or ')}, false) is not true) order by c_cn limit $2`,
    ].join(' '),
    setPassword: `update ${view} set c_password = $1 where c_uid::text = $2 and c_password::text = $3`,
  };
};

/** A word as a pattern of LIKE that is found anywhere. */
export const patternOf = (word: string): string =>
  `%${word.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
