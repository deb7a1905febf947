import { LRUCache } from 'lru-cache';
import type { Directory, OwnBook, OwnBooks } from '../../domain/account/directory.ts';
import type { Written } from '../../domain/account/entry-writing.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import { mayDomainSee, type OfDomain } from '../../domain/account/visibility.ts';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import type { Segment } from '../../domain/kernel/ids.ts';
import type { PrincipalSource } from '../built-in-directory.ts';
import type { Domains } from '../domains.ts';
import type { Book } from './book.ts';

/** A source that is an address book, or has people's own in it. */
export interface BookSource {
  /** The source's id, and the book's path segment. */
  readonly id: string;
  /** The domain whose people it holds; `undefined` for those of any. */
  readonly domain: string | undefined;
  readonly displayName: string;
  readonly listRequiresDot: boolean;
  /** globalAddressBookFirstEntriesCount */
  readonly firstEntries: number;
  /** Logins that may change it. */
  readonly modifiers: readonly string[];
  /** Whether everybody has it as an address book; otherwise it only has people's own in it. */
  readonly isAddressBook: boolean;
  readonly directory: Directory;
}

/** Where principals are found. */
export interface FindableSource extends Pick<BookSource, 'listRequiresDot'> {
  readonly directory: PrincipalSource;
}

/** Whoever asks, as far as it decides what they see. */
export type Asker = OfDomain;

/** The directories as somebody sees them. */
export interface Directories {
  /** The address books that everybody has, in the order of the configuration. */
  books(asker: Asker): Promise<readonly Book[]>;
  /**
   * The asker's own in directories (abOU). While a directory is away, those that were seen last: a book
   * that is missing in a listing is gone to clients. @throws UserSourceUnavailable
   */
  ownBooks(asker: Asker): Promise<readonly Book[]>;
  /** Makes an own one, where somebody has a place for them; `undefined` where nobody does. */
  makeOwn(asker: Asker, name: string, displayName: string): Promise<Written | undefined>;
  removeOwn(asker: Asker, name: string): Promise<Written>;
  /** Where people, groups and resources are found: the built-in table before the directories, as for logins. */
  sources(asker: Asker): Promise<readonly FindableSource[]>;
}

const globalBook = (source: BookSource, { login }: Asker): Book => {
  const { directory, modifiers } = source;
  const mayWrite = modifiers.some((each) => canonicalLogin(each) === login);
  return {
    segment: source.id as Segment,
    displayName: source.displayName,
    listRequiresDot: source.listRequiresDot,
    firstEntries: source.firstEntries,
    isOwn: false,
    entries: directory.book,
    ...(mayWrite && directory.writing !== undefined ? { writing: directory.writing } : {}),
    asking: { asker: login },
  };
};

const ownBook = ({ name, ...book }: OwnBook, { login }: Asker): Book => ({
  ...book,
  segment: name as Segment,
  listRequiresDot: false,
  firstEntries: 0,
  isOwn: true,
  asking: { asker: login },
});

/** People whose own books are remembered. */
const REMEMBERED = 10_000;

/** What the configuration's sources are to people. */
export const directoriesOver = (
  sources: Iterable<BookSource>,
  domains: Pick<Domains, 'of' | 'visibility'>,
  builtIn: (asker: Asker) => PrincipalSource,
): Directories => {
  const remembered = new LRUCache<string, readonly Book[]>({ max: REMEMBERED });
  /** The sources that somebody sees at all: those of the root, and of domains that theirs sees. */
  const seenBy = async (asker: Asker): Promise<readonly BookSource[]> => {
    const all = [...sources];
    if (all.every(({ domain }) => domain === undefined)) return all;
    const [own, visibility] = [domains.of(asker), await domains.visibility()];
    return all.filter(({ domain }) => mayDomainSee(own, domain?.toLowerCase(), visibility));
  };
  const shown = async (asker: Asker): Promise<readonly BookSource[]> =>
    (await seenBy(asker)).filter(({ isAddressBook }) => isAddressBook);

  /** The first directory that has somebody's own books, and these. */
  const own = async (
    asker: Asker,
  ): Promise<{ readonly of: OwnBooks; readonly books: readonly OwnBook[] } | undefined> => {
    for (const { directory } of await seenBy(asker)) {
      const of = directory.ownBooks;
      const books = await of?.list(asker.login);
      if (of !== undefined && books !== undefined) return { of, books };
    }
    return undefined;
  };

  return {
    books: async (asker) => (await shown(asker)).map((source) => globalBook(source, asker)),
    async ownBooks(asker) {
      try {
        const found = await own(asker);
        const books = found?.books.map((book) => ownBook(book, asker)) ?? [];
        if (found !== undefined) remembered.set(asker.login, books);
        return books;
      } catch (error) {
        const known = remembered.get(asker.login);
        if (!(error instanceof UserSourceUnavailable) || known === undefined) throw error;
        return known;
      }
    },
    makeOwn: async (asker, name, displayName) =>
      (await own(asker))?.of.make(asker.login, name, displayName),
    removeOwn: async (asker, name) =>
      (await own(asker))?.of.remove(asker.login, name) ?? { refused: 'not-found' },
    sources: async (asker) => [
      { directory: builtIn(asker), listRequiresDot: true },
      ...(await shown(asker)),
    ],
  };
};
