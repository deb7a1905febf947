import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import {
  type Directory,
  type DirectoryEntry,
  type PasswordChange,
  SEARCH_LIMIT,
} from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type Naming, wantedFor } from '../../domain/account/naming.ts';
import { PASSWORD_LIMIT } from '../../domain/account/password.ts';
import { type PasswordRule, refusedBy } from '../../domain/account/password-rules.ts';
import { type SourceUser, UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { sqlBook } from './book.ts';
import type { Question, Row } from './database.ts';
import { type Columns, entryOf, textIn } from './entry.ts';
import { sqlGroups } from './groups.ts';
import { type MysqlTls, mysqlDatabase } from './mysql.ts';
import { namesIn, peopleNamed } from './people.ts';
import { postgresqlDatabase } from './postgresql.ts';
import { type Asking, statementsFor, STORED } from './statement.ts';
import { parseViewUrl } from './view-url.ts';

export interface SqlSourceParts
  extends Columns,
    Omit<Asking, 'view' | keyof Columns>,
    Omit<Naming, 'hasDomainColumn'> {
  readonly id: string;
  /** `postgresql://USER:PASSWORD@HOST:PORT/DATABASE/TABLE`, or the same with `mysql`. */
  readonly viewUrl: string;
  /** A table or view of memberships in the same database: c_name, c_cn, mail, c_member; or `undefined`. */
  readonly groupsView: string | undefined;
  /** How MySQL is spoken to over TLS, if at all. */
  readonly mysqlTls: MysqlTls | undefined;
  /** Scheme of stored passwords that name none: `ssha256`, `crypt`. */
  readonly scheme: string;
  /** Whether the password is the one of a stored `{scheme}value`. */
  proves(stored: string, login: string, password: string): Promise<boolean>;
  /** A new password as the scheme has it, without `{scheme}` before it. */
  makes(scheme: string, password: string): Promise<string>;
  /** Whether new passwords are stored with their `{scheme}`. */
  readonly prependPasswordScheme: boolean;
  /** What a new password has to have. */
  readonly passwordRules: readonly PasswordRule[];
  readonly listRequiresDot: boolean;
  /** How long a row is trusted to let somebody in without asking again, in ms. */
  readonly rowTrust?: number;
  /** The same while the database cannot be reached, in ms. */
  readonly staleTrust: number;
  /** Told when the database does not answer. */
  report(trouble: unknown): void;
}

/** Somebody as the source has them, at some moment. */
interface Known {
  readonly user: SourceUser;
  /** c_uid as the table has it. */
  readonly uid: string;
  /** c_password as the table has it, and with its scheme. */
  readonly written: string;
  readonly stored: string | undefined;
  readonly at: number;
}

const REMEMBERED = 20_000;
/** How long somebody who is known waits for the database to say so again, in ms. */
const PATIENCE = 100;
/** How long it is remembered how a table compares its logins, in ms. */
const COLUMNS_KEPT = 600_000;
/** Words of a search that count. */
const WORDS = 8;
/** After a failure, how long nobody waits for another, in ms. */
const PAUSE = 1000;

/** What comes of the work, or in its place what was known before, when it fails or takes too long. */
const inTime = async <Result>(work: Promise<Result>, before: Result): Promise<Result> => {
  const patient = new AbortController();
  const late = sleep(PATIENCE, before, { signal: patient.signal, ref: false });
  try {
    return await Promise.race([
      work.catch((error: unknown) => {
        if (error instanceof UserSourceUnavailable) return before;
        throw error;
      }),
      late.catch(() => before),
    ]);
  } finally {
    patient.abort();
  }
};

/**
 * People in a table or view of PostgreSQL, MySQL or MariaDB, as SOGo's `type = sql` has them: columns c_uid,
 * c_name, c_password, c_cn, mail. A row is trusted for a second, and never to refuse somebody: before that
 * it is asked for anew, and whoever is known waits for that a tenth of a second. While the database is slow or
 * away, rows it gave a while ago still let people in.
 */
export const sqlSource = (parts: SqlSourceParts): Directory => {
  const { id, scheme, proves, rowTrust = 1000, staleTrust, report } = parts;
  const { kind, address, name: view } = parseViewUrl(parts.viewUrl);
  const naming: Naming = { ...parts, hasDomainColumn: parts.domainColumn !== undefined };
  const database =
    kind === 'mysql' ? mysqlDatabase(address, parts.mysqlTls) : postgresqlDatabase(address, report);
  const statements = statementsFor(database.dialect, { ...parts, view });
  const rows = new LRUCache<string, Known>({ max: REMEMBERED });
  const underWay = new Map<string, Promise<Known | undefined>>();
  let quietUntil = 0;
  // Whoever is unknown takes the time that the last person known took.
  let decoy = '{none}';

  const shown = (row: Row): DirectoryEntry => entryOf(row, parts, id, naming);

  const knownFrom = (row: Row): Known | undefined => {
    const { login, displayName, mails, barred, domain } = shown(row);
    const uid = textIn(row, 'c_uid');
    if (login === undefined || uid === undefined) return undefined;
    const written = row[STORED];
    const stored = typeof written === 'string' ? written : undefined;
    const prefixed = stored?.startsWith('{') === true;
    return {
      user: {
        source: id,
        login,
        displayName,
        mail: mails[0] ?? '',
        ...(barred.length === 0 ? {} : { barred }),
        ...(domain === undefined ? {} : { domain }),
      },
      uid: String(row['c_uid']),
      written: stored ?? '',
      stored: stored === undefined || prefixed ? stored : `{${scheme}}${stored}`,
      at: Date.now(),
    };
  };

  let loose: { readonly columns: ReadonlySet<string>; readonly at: number } | undefined;
  const looseLogins = async (): Promise<ReadonlySet<string>> => {
    if (loose === undefined || Date.now() - loose.at > COLUMNS_KEPT) {
      const found = await database.looseColumns?.(statements.table, parts.loginColumns);
      loose = { columns: found ?? new Set(), at: Date.now() };
    }
    return loose.columns;
  };

  const asked = async (typed: string): Promise<Known | undefined> => {
    const wanted = wantedFor(typed, naming);
    if (wanted === undefined) return undefined;
    const [row, another] = await database.ask(statements.byLogin(wanted, await looseLogins()));
    return row === undefined || another !== undefined ? undefined : knownFrom(row);
  };

  /** @throws UserSourceUnavailable */
  const reached = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (Date.now() < quietUntil)
      throw new UserSourceUnavailable(id, { cause: 'it did not answer a moment ago' });
    try {
      return await work();
    } catch (cause) {
      quietUntil = Date.now() + PAUSE;
      report(cause);
      throw new UserSourceUnavailable(id, { cause });
    }
  };

  /** As the source has them now. @throws UserSourceUnavailable */
  const fresh = (typed: string): Promise<Known | undefined> =>
    reached(async () => {
      const key = canonicalLogin(typed);
      const known = await asked(typed);
      if (known === undefined) rows.delete(key);
      else rows.set(key, known);
      if (known?.stored !== undefined) decoy = known.stored;
      return known;
    });

  const rowsOf = (question: Question): Promise<readonly Row[]> =>
    reached(() => database.ask(question));
  const entries = async (question: Question): Promise<readonly DirectoryEntry[]> =>
    (await rowsOf(question)).map(shown);
  const peopleParts = { naming, parts, shown, statements, ask: rowsOf };
  const groups =
    parts.groupsView === undefined
      ? undefined
      : sqlGroups({
          source: id,
          dialect: database.dialect,
          view: parts.groupsView.split('.'),
          ask: rowsOf,
          people: (names) => peopleNamed(names, peopleParts),
        });

  /** One question for however many ask it at once. */
  const now = (typed: string): Promise<Known | undefined> => {
    const running =
      underWay.get(typed) ??
      fresh(typed).finally(() => {
        underWay.delete(typed);
      });
    underWay.set(typed, running);
    return running;
  };

  const rightFor = async (known: Known, password: string): Promise<boolean> =>
    known.stored !== undefined && (await proves(known.stored, known.user.login, password));

  const trusted = (typed: string, within: number): Known | undefined => {
    const known = rows.get(canonicalLogin(typed));
    return known !== undefined && Date.now() - known.at < within ? known : undefined;
  };

  const prove = async (typed: string, password: string): Promise<Known | undefined> => {
    const known = await now(typed);
    if (known === undefined) await proves(decoy, canonicalLogin(typed), password);
    return known !== undefined && (await rightFor(known, password)) ? known : undefined;
  };

  const isPassword = (password: string): boolean =>
    password !== '' && password.length <= PASSWORD_LIMIT && !password.includes('\0');

  const setPassword = async (known: Known, newPassword: string): Promise<PasswordChange> => {
    const refused = isPassword(newPassword)
      ? refusedBy(parts.passwordRules, newPassword)
      : 'too-weak';
    if (refused !== undefined) return { refused };
    const made = await parts.makes(scheme, newPassword);
    const written = parts.prependPasswordScheme ? `{${scheme}}${made}` : made;
    const changed = await reached(() =>
      database.change(statements.setPassword(written, known.uid, known.written)),
    );
    if (changed !== 1) return { refused: changed === 'not-allowed' ? changed : 'refused' };
    rows.clear();
    return { changed: true };
  };

  return {
    id,
    book: sqlBook({
      columns: parts,
      domainBased: parts.domainBased,
      dialect: database.dialect,
      view,
      groups,
      ask: rowsOf,
      shown,
    }),
    async authenticate(typed, password) {
      const recent = trusted(typed, rowTrust);
      if (recent !== undefined && (await rightFor(recent, password))) return recent.user;
      const old = trusted(typed, staleTrust);
      // What was right may let somebody in; what was wrong may be right by now.
      if (old === undefined || !(await rightFor(old, password)))
        return (await prove(typed, password))?.user;
      return inTime(
        prove(typed, password).then((known) => known?.user),
        old.user,
      );
    },
    lookup: async (typed) => (trusted(typed, rowTrust) ?? (await now(typed)))?.user,
    async prove(typed, password) {
      const known = await prove(typed, password);
      return known === undefined ? { outcome: 'wrong' } : { outcome: 'right', user: known.user };
    },
    async find(key) {
      if ('login' in key) {
        const wanted = wantedFor(key.login, naming);
        const found = wanted === undefined ? [] : await entries(statements.entryByLogin(wanted));
        return found.length === 1 ? found[0] : undefined;
      }
      const value = 'mail' in key ? key.mail.trim().toLowerCase() : key.id;
      if (value === '' || value.includes('\0')) return undefined;
      const found =
        'mail' in key
          ? [
              ...(await entries(statements.entryByMail(value))),
              ...((await groups?.byMail(value)) ?? []),
            ]
          : await entries(statements.entryById(value));
      if ('id' in key && found.length === 0) return groups?.byId(value);
      return found.length === 1 ? found[0] : undefined;
    },
    async search(text, { limit }) {
      const wanted = text.normalize('NFC').trim().slice(0, SEARCH_LIMIT);
      if (limit < 1 || wanted.includes('\0') || (wanted === '' && parts.listRequiresDot)) return [];
      const words = wanted === '.' || wanted === '' ? [] : wanted.split(/\s+/).slice(0, WORDS);
      const most = Math.trunc(limit);
      const people = await entries(statements.search(words, most));
      const left = most - people.length;
      return left < 1 ? people : [...people, ...((await groups?.search(words, left)) ?? [])];
    },
    members: async (groupId) => (groupId.includes('\0') ? undefined : groups?.members(groupId)),
    async groupsOf(login) {
      const wanted = wantedFor(login, naming);
      if (wanted === undefined || groups === undefined) return [];
      const [row, another] = await rowsOf(statements.entryByLogin(wanted));
      if (row === undefined || another !== undefined) return [];
      return groups.containing(await namesIn(row, peopleParts));
    },
    async changePassword(typed, oldPassword, newPassword): Promise<PasswordChange> {
      const known = isPassword(oldPassword) ? await prove(typed, oldPassword) : undefined;
      return known === undefined ? { refused: 'wrong' } : setPassword(known, newPassword);
    },
    async resetPassword(login, newPassword): Promise<PasswordChange> {
      const known = await now(login);
      return known === undefined ? { refused: 'wrong' } : setPassword(known, newPassword);
    },
    close: database.close,
  };
};
