import type { DirectoryEntry } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { asking, type Dialect, type Question, type Row } from './database.ts';
import { among, everyWordIn } from './statement.ts';

/** Names in one question. */
const CHUNK = 100;
/** Groups in groups in groups: deeper than anybody means it. */
const DEEPEST = 20;
/** Most people and groups of one answer. */
const MOST = 10_000;

const chunksOf = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, index) =>
    items.slice(index * CHUNK, (index + 1) * CHUNK),
  );

/** How groups are asked about. */
export interface GroupParts {
  readonly source: string;
  readonly dialect: Dialect;
  /** The table or view of memberships, perhaps in a schema: c_name, c_cn, mail, c_member. */
  readonly view: readonly string[];
  ask(question: Question): Promise<readonly Row[]>;
  /** The person that each of these names, in small letters, is; who is nobody or two people is left out. */
  people(names: readonly string[]): Promise<ReadonlyMap<string, DirectoryEntry>>;
}

/** Groups of a source. Ids are compared without regard to case, as logins are. */
export interface SqlGroups {
  byId(id: string): Promise<DirectoryEntry | undefined>;
  byMail(mail: string): Promise<readonly DirectoryEntry[]>;
  search(words: readonly string[], limit: number): Promise<readonly DirectoryEntry[]>;
  /** The people of a group and of its groups, each once; `undefined` when there is no such group. */
  members(id: string): Promise<readonly DirectoryEntry[] | undefined>;
  /** The groups that somebody of one of these names is in, directly or through others. */
  containing(names: readonly string[]): Promise<readonly DirectoryEntry[]>;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

const entryFrom = (row: Row, source: string): DirectoryEntry => {
  const [displayName, mail] = [textOf(row['c_cn']), textOf(row['mail'])];
  return {
    source,
    id: textOf(row['c_name']),
    login: undefined,
    displayName,
    mails: mail === '' ? [] : [...new Set(mail.split(/\s+/))],
    kind: 'group',
    bookings: undefined,
    barred: [],
    imapHost: undefined,
    imapLogin: undefined,
    sieveHost: undefined,
    info: undefined,
    contact: new Map(
      [
        ['cn', displayName],
        ['displayname', displayName],
        ['mail', mail.split(/\s+/)[0] ?? ''],
      ].filter((field): field is [string, string] => field[1] !== ''),
    ),
    photo: undefined,
  };
};

export const sqlGroups = ({ source, dialect, view, ask, people }: GroupParts): SqlGroups => {
  const text = (name: string): string => dialect.text(dialect.identifier(name));
  const small = (name: string): string => `lower(${text(name)})`;
  const table = view.map(dialect.identifier).join('.');
  /** A group's rows may differ in its name and address: any of them, but always the same. */
  const columns = ['c_name', 'c_cn', 'mail']
    .map((name) => `max(${text(name)}) as ${dialect.identifier(name)}`)
    .join(', ');
  type Value = (each: unknown) => string;
  const found = async (
    condition: (value: Value) => string,
    limit: number,
  ): Promise<readonly DirectoryEntry[]> => {
    const rows = await ask(
      asking(
        dialect,
        (value) =>
          `select ${columns} from ${table} where ${condition(value)} group by ${dialect.exact(small('c_name'))} order by 1 limit ${limit}`,
      ),
    );
    return rows.map((row) => entryFrom(row, source)).filter(({ id }) => id !== '');
  };
  const inChunks = async <Item, Answer>(
    items: readonly Item[],
    work: (chunk: readonly Item[]) => Promise<readonly Answer[]>,
  ): Promise<readonly Answer[]> => {
    const answers: Answer[] = [];
    for (const chunk of chunksOf(items)) answers.push(...(await work(chunk)));
    return answers;
  };
  const byIds = (ids: readonly string[]): Promise<readonly DirectoryEntry[]> =>
    inChunks(ids, (chunk) =>
      found((value) => among(dialect, small('c_name'), chunk, value), CHUNK),
    );
  const membersOf = (ids: readonly string[]): Promise<readonly string[]> =>
    inChunks(ids, async (chunk) => {
      const rows = await ask(
        asking(
          dialect,
          (value) =>
            `select ${text('c_member')} as c_member from ${table} where ${among(dialect, small('c_name'), chunk, value)} and c_member is not null limit ${MOST}`,
        ),
      );
      return rows.map((row) => canonicalLogin(textOf(row['c_member'])));
    });

  const byId = async (id: string): Promise<DirectoryEntry | undefined> =>
    (await byIds([canonicalLogin(id)]))[0];

  return {
    byId,
    byMail: (mail) => found((value) => dialect.hasWord(small('mail'), value(mail)), 2),
    search: (words, limit) =>
      found(
        (value) => everyWordIn(dialect, ['c_name', 'c_cn', 'mail'].map(text), words, value),
        limit,
      ),
    async members(id) {
      const first = await byId(id);
      if (first === undefined) return undefined;
      const seen = new Set([canonicalLogin(first.id)]);
      const all = new Map<string, DirectoryEntry>();
      let level: readonly string[] = [...seen];
      for (let depth = 0; level.length > 0 && depth < DEEPEST && seen.size < MOST; depth += 1) {
        const names = [...new Set(await membersOf(level))]
          .filter((name) => name !== '' && !seen.has(name))
          .slice(0, MOST);
        for (const name of names) seen.add(name);
        for (const person of (await people(names)).values()) all.set(person.id, person);
        level = (await byIds(names)).map((group) => canonicalLogin(group.id));
      }
      return [...all.values()];
    },
    async containing(names) {
      const all = new Map<string, DirectoryEntry>();
      let level = names;
      for (let depth = 0; level.length > 0 && depth < DEEPEST && all.size < MOST; depth += 1) {
        const groups = await inChunks(level, (chunk) =>
          found((value) => among(dialect, small('c_member'), chunk, value), MOST),
        );
        const fresh = groups.filter(({ id }) => !all.has(canonicalLogin(id)));
        for (const group of fresh) all.set(canonicalLogin(group.id), group);
        level = [...new Set(fresh.map(({ id }) => canonicalLogin(id)))];
      }
      return [...all.values()];
    },
  };
};
