import type { FilesEvent, FilesState } from '../domain/files/changes.ts';
import { files } from '../domain/files/files.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import type { FoldCache } from '../domain/kernel/handle.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { EventCodec } from '../domain/kernel/ports.ts';
import { streams } from '../domain/kernel/streams.ts';
import { currentState } from './current-state.ts';

interface TreeParts {
  readonly store: EventStore;
  readonly codec: EventCodec<FilesEvent>;
  readonly cache: FoldCache<FilesState>;
}

/**
 * An account's files as they are when the question comes (docs/adr/0011). Folders of the answer change in place
 * when something happens: take from it at once what is needed.
 *
 * @throws what the store and the codec throw.
 */
export const fileTrees = (parts: TreeParts): ((account: AccountId) => Promise<FilesState>) => {
  const current = currentState(files, parts);
  return (account) => current(streams.files(account));
};
