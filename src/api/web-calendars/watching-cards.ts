import type { Revision, StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, CollectionId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import { BIRTHDAYS } from '../../domain/web-calendar/birthdays.ts';
import type { HomeRow } from '../../projections/home/rows.ts';

interface WatchingParts {
  home(account: AccountId): Promise<HomeRow>;
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  /** Makes a calendar say what the cards say; whether it could be done now. */
  refresh(account: AccountId, collection: CollectionId): Promise<boolean>;
  report(trouble: unknown): void;
}

/** After a change, in ms: until others that come with it have come too, and until the next try. */
const PAUSE = { settle: 1000, again: 10_000 } as const;

/** Calendars of birthdays that this node brings up to date as soon as it hears of a change to a card. */
export interface WatchingCards {
  /** Listens to the address books that a home has now, if it has a calendar of birthdays. */
  look(account: AccountId): Promise<void>;
  /** Ends when what is under way has ended. */
  close(): Promise<void>;
}

interface Watched {
  readonly ears: Map<StreamId, () => void>;
  timer: NodeJS.Timeout | undefined;
}

export const watchingCards = ({ home, watch, refresh, report }: WatchingParts): WatchingCards => {
  const accounts = new Map<AccountId, Watched>();
  const running = new Set<Promise<void>>();
  let closed = false;

  const later = (account: AccountId, watched: Watched, pause: number): void => {
    if (closed || watched.timer !== undefined) return;
    watched.timer = setTimeout(() => {
      watched.timer = undefined;
      const updating = update(account, watched)
        .catch(report)
        .finally(() => running.delete(updating));
      running.add(updating);
    }, pause);
    watched.timer.unref();
  };

  const update = async (account: AccountId, watched: Watched): Promise<void> => {
    const collection = await listen(account);
    // Somebody else is at it, and may have read the cards before this change.
    if (collection !== undefined && !(await refresh(account, collection)))
      later(account, watched, PAUSE.again);
  };

  /** The calendar of birthdays, if there is one. */
  const listen = async (account: AccountId): Promise<CollectionId | undefined> => {
    const entries = (await home(account)).entries.filter(({ owner }) => owner === undefined);
    const calendar = entries.find(({ properties }) => properties.source === BIRTHDAYS)?.collection;
    const books = entries.filter(({ kind }) => kind === 'addressbook');
    const wanted = new Set(
      calendar === undefined || closed
        ? []
        : [streams.home(account), ...books.map((book) => streams.addressbook(book.collection))],
    );
    const watched: Watched = accounts.get(account) ?? { ears: new Map(), timer: undefined };
    for (const [stream, stop] of watched.ears)
      if (!wanted.has(stream)) {
        stop();
        watched.ears.delete(stream);
      }
    for (const stream of wanted)
      if (!watched.ears.has(stream))
        watched.ears.set(
          stream,
          watch(stream, () => later(account, watched, PAUSE.settle)),
        );
    if (wanted.size === 0) accounts.delete(account);
    else accounts.set(account, watched);
    return calendar;
  };

  return {
    async look(account) {
      await listen(account);
    },
    async close() {
      closed = true;
      for (const { ears, timer } of accounts.values()) {
        clearTimeout(timer);
        for (const stop of ears.values()) stop();
      }
      accounts.clear();
      await Promise.all(running);
    },
  };
};
