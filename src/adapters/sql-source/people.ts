import type { DirectoryEntry } from '../../domain/account/directory.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type Naming, wantedFor } from '../../domain/account/naming.ts';
import type { Question, Row } from './database.ts';
import { type Columns, textIn } from './entry.ts';
import type { Statements } from './statement.ts';

/** What it takes to tell whom the members of groups are. */
export interface PeopleParts {
  readonly naming: Naming;
  readonly parts: Pick<Columns, 'domainColumn'>;
  readonly statements: Pick<Statements, 'entriesByUids'>;
  ask(question: Question): Promise<readonly Row[]>;
  shown(row: Row): DirectoryEntry;
}

/** Names in one question, and the rows that may answer it: a c_uid may be in many domains. */
const CHUNK = 100;
const ROWS = 5_000;

/**
 * The person that each name is: a c_uid or, where that tells more, `c_uid@domain`. Names of nobody, and of
 * more than one, are left out. @throws UserSourceUnavailable
 */
export const peopleNamed = async (
  names: readonly string[],
  { naming, parts, statements, ask, shown }: PeopleParts,
): Promise<ReadonlyMap<string, DirectoryEntry>> => {
  const wanted = names.flatMap((name) => {
    const meant = wantedFor(name, naming);
    return meant === undefined ? [] : [{ name, ...meant }];
  });
  const uids = [
    ...new Set(wanted.flatMap(({ logins, inDomain }) => [...logins, ...(inDomain?.logins ?? [])])),
  ];
  const rows = new Map<string, Row[]>();
  for (let from = 0; from < uids.length; from += CHUNK)
    for (const row of await ask(statements.entriesByUids(uids.slice(from, from + CHUNK), ROWS))) {
      const uid = canonicalLogin(textIn(row, 'c_uid') ?? '');
      rows.set(uid, [...(rows.get(uid) ?? []), row]);
    }
  const domainOf = (row: Row): string | undefined =>
    parts.domainColumn === undefined ? undefined : textIn(row, parts.domainColumn)?.toLowerCase();
  return new Map(
    wanted.flatMap(({ name, logins, inDomain }) => {
      const [found, another] = new Set([
        ...logins.flatMap((uid) => rows.get(uid) ?? []),
        ...(inDomain?.logins ?? [])
          .flatMap((uid) => rows.get(uid) ?? [])
          .filter((row) => domainOf(row) === inDomain?.domain),
      ]);
      return found === undefined || another !== undefined ? [] : [[name, shown(found)] as const];
    }),
  );
};

/** The names by which groups may mean the person of a row, and nobody else. @throws UserSourceUnavailable */
export const namesIn = async (row: Row, people: PeopleParts): Promise<readonly string[]> => {
  const { naming, parts, shown } = people;
  const uid = textIn(row, 'c_uid');
  if (uid === undefined) return [];
  const local = canonicalLogin(uid);
  const own =
    parts.domainColumn === undefined
      ? naming.domain
      : textIn(row, parts.domainColumn)?.toLowerCase();
  const domains = own === undefined ? (naming.domainBased ? [] : [...naming.domains]) : [own];
  const names = [local, ...domains.map((domain) => `${local}@${domain}`)];
  const named = await peopleNamed(names, people);
  const { id, login } = shown(row);
  return names.filter((name) => {
    const meant = named.get(name);
    return meant?.id === id && meant.login === login;
  });
};
