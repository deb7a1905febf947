import type { Asking, OwnBook, OwnBooks } from '../../domain/account/directory.ts';
import type { Written } from '../../domain/account/entry-writing.ts';
import { attributesOf } from './attributes.ts';
import { attribute, outcome } from './book-writing.ts';
import { type Connection, DirectoryAnswer, RESULT } from './connection.ts';
import { childOf } from './dn.ts';
import type { Entries, Place } from './entries.ts';
import { equal, present } from './filters.ts';

interface PersonalParts {
  /** RDN of the container under each person's entry; a value alone is its `ou`. */
  readonly abOU: string;
  /** The source's own entries, among which people are. */
  readonly entries: Entries;
  shared<Result>(
    asking: Asking,
    work: (connection: Connection) => Promise<Result>,
  ): Promise<Result>;
  own<Result>(asking: Asking, work: (connection: Connection) => Promise<Result>): Promise<Result>;
  /** What reads and changes the entries of a place. */
  bookAt(place: Place): Pick<OwnBook, 'entries' | 'writing'>;
}

/** Books of one person. */
const MOST = 100;
/** Cards of one book that go with it. */
const CARDS = 100_000;

/** Bases have `%d` for a domain in them; a person's name is meant as it is. */
const literal = (dn: string): string => dn.replaceAll('%', String.raw`\25`);

/** What is not there has nothing in it. */
const orNone = async <Item>(found: Promise<readonly Item[]>): Promise<readonly Item[]> => {
  try {
    return await found;
  } catch (error) {
    if (error instanceof DirectoryAnswer && error.result === RESULT.noSuchObject) return [];
    throw error;
  }
};

/** Address books below people's own entries: organizationalUnits, by name and description. */
export const personalBooks = (parts: PersonalParts): OwnBooks => {
  const { abOU, entries, shared, own, bookAt } = parts;

  /** The container of somebody's books; `undefined` for who is not in this directory. */
  const containerOf = async (
    connection: Connection,
    login: string,
  ): Promise<string | undefined> => {
    const meant = entries.meant(login);
    const person = meant && (await entries.byLogin(connection, meant, ['objectClass']));
    if (person === undefined) return undefined;
    const [, type, value] = /^\s*([A-Za-z][\w-]*)\s*=\s*(.+?)\s*$/.exec(abOU) ?? [];
    return childOf(person.dn, type ?? 'ou', value ?? abOU);
  };

  const unit = (name: string, ...more: readonly ReturnType<typeof attribute>[]) => [
    attribute('objectClass', ['organizationalUnit']),
    attribute('ou', [name]),
    ...more,
  ];

  /** Below the container, which the first book makes. */
  const made = async (
    connection: Connection,
    container: string,
    name: string,
    displayName: string,
  ): Promise<Written> => {
    const described = displayName === '' ? [] : [attribute('description', [displayName])];
    const adding = () =>
      outcome(connection.add(childOf(container, 'ou', name), unit(name, ...described)));
    const first = await adding();
    if (!('refused' in first) || first.refused !== 'not-found') return first;
    const [, value = abOU] = /=\s*(.+?)\s*$/.exec(abOU) ?? [];
    const parent = await outcome(connection.add(container, unit(value)));
    return 'refused' in parent && parent.refused !== 'exists' ? parent : adding();
  };

  return {
    list: (login) =>
      shared({ asker: login }, async (connection) => {
        const container = await containerOf(connection, login);
        if (container === undefined) return undefined;
        const found = await orNone(
          connection.search({
            base: container,
            scope: 'one',
            filter: equal('objectClass', 'organizationalUnit'),
            attributes: ['ou', 'description'],
            limit: MOST,
          }),
        );
        return found.map(attributesOf).flatMap((each): readonly OwnBook[] => {
          const name = each.first('ou');
          if (name === undefined) return [];
          const place: Place = {
            baseDN: literal(each.dn),
            scope: 'one',
            filter: undefined,
            bindFields: [],
            queryLimit: 0,
          };
          return [{ name, displayName: each.first('description') ?? name, ...bookAt(place) }];
        });
      }),
    make: (login, name, displayName) =>
      shared({ asker: login }, async (connection): Promise<Written> => {
        const container = await containerOf(connection, login);
        return container === undefined
          ? { refused: 'not-found' }
          : made(connection, container, name, displayName);
      }),
    remove: (login, name) =>
      own({ asker: login }, async (connection): Promise<Written> => {
        const container = await containerOf(connection, login);
        if (container === undefined) return { refused: 'not-found' };
        const book = childOf(container, 'ou', name);
        const cards = await orNone(
          connection
            .searchPages({
              base: book,
              scope: 'one',
              filter: present('objectClass'),
              attributes: ['1.1'],
              limit: CARDS,
            })
            .then((found) => found.entries),
        );
        for (const { dn } of cards) {
          const removed = await outcome(connection.remove(dn));
          if ('refused' in removed && removed.refused !== 'not-found') return removed;
        }
        return outcome(connection.remove(book));
      }),
  };
};
