import type { Decider } from '../domain/kernel/decision.ts';
import type { EventStore, StreamId } from '../domain/kernel/event-store.ts';
import { foldTail, unfolded } from '../domain/kernel/fold.ts';
import type { FoldCache } from '../domain/kernel/handle.ts';
import type { EventCodec } from '../domain/kernel/ports.ts';

interface CurrentParts<State, Event> {
  readonly store: EventStore;
  readonly codec: EventCodec<Event>;
  /** Its own, not the handler's: that one's states run ahead of the log while an append is under way. */
  readonly cache: FoldCache<State>;
}

/**
 * What a stream says as it is when the question comes, folded from the log: what was folded before is
 * remembered, so a question costs the events since then. What the answer holds may change in place when
 * something happens: take from it at once what is needed.
 *
 * @throws what the store and the codec throw.
 */
export const currentState = <State, Event>(
  decider: Pick<Decider<never, State, Event, never>, 'initial' | 'evolve'>,
  { store, codec, cache }: CurrentParts<State, Event>,
): ((stream: StreamId) => Promise<State>) => {
  type Reading = Promise<State>;
  const turns = new Map<StreamId, { readonly running: Reading; next?: Reading }>();

  const read = async (stream: StreamId): Reading => {
    const folded = cache.get(stream) ?? unfolded(decider);
    // Folding works in place: one that was interrupted must not be remembered.
    cache.delete(stream);
    await foldTail(decider, { store, codec }, stream, folded);
    cache.set(stream, folded);
    return folded.state;
  };

  const begin = (stream: StreamId): Reading => {
    const running = read(stream);
    const turn = { running };
    turns.set(stream, turn);
    const end = (): void => {
      if (turns.get(stream) === turn && !('next' in turn)) turns.delete(stream);
    };
    running.then(end, end);
    return running;
  };

  return (stream) => {
    const turn = turns.get(stream);
    if (turn === undefined) return begin(stream);
    // Whoever comes while a reading is under way may ask for more than it sees, and shares the next.
    const after = (): Reading => begin(stream);
    turn.next ??= turn.running.then(after, after);
    return turn.next;
  };
};
