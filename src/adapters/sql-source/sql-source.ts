import { LRUCache } from 'lru-cache';
import pg from 'pg';
import {
  type Directory,
  type DirectoryEntry,
  type PasswordChange,
  SEARCH_LIMIT,
} from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type Naming, wantedFor } from '../../domain/account/naming.ts';
import { PASSWORD_LIMIT } from '../../domain/account/password.ts';
import { type SourceUser, UserSourceUnavailable } from '../../domain/account/user-source.ts';
import { type Columns, type EntryRow, entryOf } from './entry.ts';
import { type Answered, type Asking, patternOf, statementsFor } from './statement.ts';
import { parseViewUrl } from './view-url.ts';

export interface SqlSourceParts
  extends Columns,
    Omit<Asking, 'view' | keyof Columns>,
    Omit<Naming, 'hasDomainColumn'> {
  readonly id: string;
  /** `postgresql://USER:PASSWORD@HOST:PORT/DATABASE/TABLE`. */
  readonly viewUrl: string;
  /** Scheme of stored passwords that name none: `ssha256`, `crypt`. */
  readonly scheme: string;
  /** Whether the password is the one of a stored `{scheme}value`. */
  proves(stored: string, login: string, password: string): Promise<boolean>;
  /** A new password as the scheme has it, without `{scheme}` before it. */
  makes(scheme: string, password: string): Promise<string>;
  /** Whether new passwords are stored with their `{scheme}`. */
  readonly prependPasswordScheme: boolean;
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
/** Words of a search that count. */
const WORDS = 8;
/** After a failure, how long nobody waits for another, in ms. */
const PAUSE = 1000;

/**
 * People in a table or view of PostgreSQL, as SOGo's `type = sql` has them: columns c_uid, c_name,
 * c_password, c_cn, mail. A row is trusted for a second, and never to refuse somebody: before that it
 * is asked for anew. While the database is away, rows it gave a while ago still let people in.
 */
export const sqlSource = (parts: SqlSourceParts): Directory => {
  const { id, scheme, proves, rowTrust = 1000, staleTrust, report } = parts;
  const { connection, name: view } = parseViewUrl(parts.viewUrl);
  const naming: Naming = { ...parts, hasDomainColumn: parts.domainColumn !== undefined };
  const statements = statementsFor({ ...parts, view });
  const pool = new pg.Pool({
    ...connection,
    max: 4,
    connectionTimeoutMillis: 3_000,
    query_timeout: 5_000,
    application_name: 'daybook',
  });
  pool.on('error', report);
  const rows = new LRUCache<string, Known>({ max: REMEMBERED });
  const underWay = new Map<string, Promise<Known | undefined>>();
  let quietUntil = 0;
  // Whoever is unknown takes the time that the last person known took.
  let decoy = '{none}';

  const shown = (row: EntryRow): DirectoryEntry => entryOf(row, parts, id, naming);

  const knownFrom = ({ stored, entry }: Answered): Known | undefined => {
    const { login, displayName, mails, barred, domain } = shown(entry);
    const uid = entry['c_uid'];
    if (login === undefined || (typeof uid !== 'string' && typeof uid !== 'number'))
      return undefined;
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
      uid: String(uid),
      written: stored ?? '',
      stored: stored === null ? undefined : prefixed ? stored : `{${scheme}}${stored}`,
      at: Date.now(),
    };
  };

  /** The parameters of a question for a typed login; `undefined` when it can't be anybody's here. */
  const loginValues = (typed: string): unknown[] | undefined => {
    const wanted = wantedFor(typed, naming);
    if (wanted === undefined) return undefined;
    const { logins, inDomain } = wanted;
    return naming.hasDomainColumn
      ? [[...logins], [...(inDomain?.logins ?? [])], inDomain?.domain ?? '']
      : [[...logins]];
  };

  const asked = async (typed: string): Promise<Known | undefined> => {
    const values = loginValues(typed);
    if (values === undefined) return undefined;
    const answer = await pool.query<Answered>(statements.byLogin, values);
    const [row] = answer.rows;
    return row === undefined || answer.rows.length > 1 ? undefined : knownFrom(row);
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

  const entries = async (text: string, values: unknown[]): Promise<readonly DirectoryEntry[]> => {
    const { rows: found } = await reached(() =>
      pool.query<{ readonly entry: EntryRow }>(text, values),
    );
    return found.map(({ entry }) => shown(entry));
  };

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

  return {
    id,
    async authenticate(typed, password) {
      const recent = trusted(typed, rowTrust);
      if (recent !== undefined && (await rightFor(recent, password))) return recent.user;
      try {
        return (await prove(typed, password))?.user;
      } catch (error) {
        if (!(error instanceof UserSourceUnavailable)) throw error;
        const old = trusted(typed, staleTrust);
        // What was right may let somebody in; what was wrong may be right by now.
        if (old !== undefined && (await rightFor(old, password))) return old.user;
        throw error;
      }
    },
    lookup: async (typed) => (trusted(typed, rowTrust) ?? (await now(typed)))?.user,
    async prove(typed, password) {
      const known = await prove(typed, password);
      return known === undefined ? { outcome: 'wrong' } : { outcome: 'right', user: known.user };
    },
    async find(key) {
      const [text, values] =
        'login' in key
          ? [statements.entryByLogin, loginValues(key.login)]
          : 'mail' in key
            ? [statements.entryByMail, [key.mail.trim().toLowerCase()]]
            : [statements.entryById, [key.id]];
      const isAskable = values?.every((value) => value !== '' && !String(value).includes('\0'));
      if (values === undefined || (isAskable !== true && !('login' in key))) return undefined;
      const found = await entries(text, values);
      return found.length === 1 ? found[0] : undefined;
    },
    async search(text, { limit }) {
      const wanted = text.normalize('NFC').trim().slice(0, SEARCH_LIMIT);
      if (limit < 1 || wanted.includes('\0') || (wanted === '' && parts.listRequiresDot)) return [];
      const words = wanted === '.' || wanted === '' ? [] : wanted.split(/\s+/).slice(0, WORDS);
      return entries(statements.search, [words.map(patternOf), limit]);
    },
    // SOGo keeps no groups in SQL, and its tables have no place for members.
    members: async () => undefined,
    groupsOf: async () => [],
    async changePassword(typed, oldPassword, newPassword): Promise<PasswordChange> {
      const known = isPassword(oldPassword) ? await prove(typed, oldPassword) : undefined;
      if (known === undefined) return { refused: 'wrong' };
      if (!isPassword(newPassword)) return { refused: 'too-weak' };
      const made = await parts.makes(scheme, newPassword);
      const written = parts.prependPasswordScheme ? `{${scheme}}${made}` : made;
      try {
        const { rowCount } = await pool.query(statements.setPassword, [
          written,
          known.uid,
          known.written,
        ]);
        if (rowCount !== 1) return { refused: 'refused' };
      } catch (error) {
        // Not allowed, or a view that nobody can write to.
        if (error instanceof pg.DatabaseError && /^(?:42501|55000)$/.test(error.code ?? ''))
          return { refused: 'not-allowed' };
        return reached(() => Promise.reject(error));
      }
      rows.clear();
      return { changed: true };
    },
    close: () => pool.end(),
  };
};
