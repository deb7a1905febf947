import type { Decider } from './decision.ts';
import type { EventStore, Expected, Revision, StreamId } from './event-store.ts';
import type { Erased, EventCodec } from './ports.ts';

/** A stream's state and the revision it includes. */
export interface Folded<State> {
  state: State;
  revision: Expected;
}

export const unfolded = <State>(
  decider: Pick<Decider<never, State, never, never>, 'initial'>,
): Folded<State> => ({ state: decider.initial(), revision: 'no-stream' });

/** The revision after this one. */
export const next = (revision: Expected): Revision =>
  revision === 'no-stream' ? 0n : revision + 1n;

/** Folds what the log has beyond `folded` into it, in place. Erased events only count. */
export const foldTail = async <State, Event>(
  decider: Pick<Decider<never, State, Event, never>, 'evolve'>,
  log: { readonly store: EventStore; readonly codec: EventCodec<Event> },
  stream: StreamId,
  folded: Folded<State>,
): Promise<Folded<State>> => {
  for await (const batch of log.store.read(stream, next(folded.revision))) {
    for (const event of await log.codec.open(batch))
      if (!isErased(event)) folded.state = decider.evolve(folded.state, event);
    folded.revision = batch.at(-1)?.revision ?? folded.revision;
  }
  return folded;
};

const isErased = (event: unknown): event is Erased =>
  (event as { readonly type?: unknown }).type === 'Erased';
