import type { FilesEvent, FilesState } from '../domain/files/changes.ts';
import { files } from '../domain/files/files.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../domain/kernel/fold.ts';
import type { FoldCache } from '../domain/kernel/handle.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { EventCodec } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';

interface TreeParts {
  readonly store: EventStore;
  readonly codec: EventCodec<FilesEvent>;
  /** Its own, not the handler's: that one's states run ahead of the log while an append is under way. */
  readonly cache: FoldCache<FilesState>;
}

type Reading = Promise<FilesState>;

/**
 * An account's files as they are when the question comes, folded from the log: what was folded before is
 * remembered, so a question costs the events since then (docs/adr/0011). Folders of the answer change
 * in place when something happens: take from it at once what is needed.
 *
 * @throws what the store and the codec throw.
 */
export const fileTrees = ({
  store,
  codec,
  cache,
}: TreeParts): ((account: AccountId) => Reading) => {
  const turns = new Map<AccountId, { readonly running: Reading; next?: Reading }>();

  const read = async (account: AccountId): Reading => {
    const stream = streams.files(account);
    const folded = cache.get(stream) ?? unfolded(files);
    // Folding works in place: one that was interrupted must not be remembered.
    cache.delete(stream);
    await foldTail(files, { store, codec }, stream, folded);
    cache.set(stream, folded);
    return folded.state;
  };

  const begin = (account: AccountId): Reading => {
    const running = read(account);
    const turn = { running };
    turns.set(account, turn);
    const end = (): void => {
      if (turns.get(account) === turn && !('next' in turn)) turns.delete(account);
    };
    running.then(end, end);
    return running;
  };

  return (account) => {
    const turn = turns.get(account);
    if (turn === undefined) return begin(account);
    // Whoever comes while a reading is under way may ask for more than it sees, and shares the next.
    const after = (): Reading => begin(account);
    turn.next ??= turn.running.then(after, after);
    return turn.next;
  };
};
