import type { BookSource } from '../../src/api/books/directories.ts';

/** A directory of resources: how many bookings each takes, by their logins, at `LOGIN@example.org`. */
export const rooms = (bookings: Readonly<Record<string, number>>): BookSource => {
  const entryOf = (login: string) =>
    bookings[login] === undefined
      ? undefined
      : {
          ...{ source: 'rooms', id: login, login, kind: 'location' },
          ...{ mails: [`${login}@example.org`], bookings: bookings[login] },
        };
  const directory = {
    id: 'rooms',
    find: async ({ login, mail }: { readonly login?: string; readonly mail?: string }) =>
      entryOf(login ?? mail?.split('@')[0] ?? ''),
    close: async () => {},
  } as unknown as BookSource['directory'];
  return {
    ...{ id: 'rooms', domain: undefined, directory, displayName: 'Rooms' },
    ...{ listRequiresDot: true, firstEntries: 0, modifiers: [], isAddressBook: true },
  };
};
