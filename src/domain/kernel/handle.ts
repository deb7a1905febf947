import type { Decider } from './decision.ts';
import {
  type EventStore,
  type Expected,
  type Position,
  RevisionConflict,
  StoreUnavailable,
  type StreamId,
} from './event-store.ts';
import { type Folded, foldTail, next, unfolded } from './fold.ts';
import type { AccountId } from './ids.ts';
import type { EventCodec, Provenance } from './ports.ts';

/** One command's way to one stream. */
export interface Intent<Command> {
  readonly stream: StreamId;
  /** Whose key seals what is recorded. */
  readonly owner: AccountId;
  readonly command: Command;
  readonly by: Provenance;
  /** About how many octets its events will carry; 0 when absent. Keeps appends below the store's limit. */
  readonly octets?: number;
  /** Only where the stream stands exactly here: for what was decided on more than deciders know. */
  readonly asOf?: Expected;
}

export type Outcome<Event, Rejection> =
  | {
      readonly accepted: readonly Event[];
      /** Where the stream stood once this command was done; `no-stream` when nothing was ever recorded. */
      readonly revision: Expected;
      /** Where this command's last event stands in the log; absent when it recorded nothing. */
      readonly position?: Position;
    }
  | { readonly rejected: Rejection };

/** `past`: where the stream stood instead of at `asOf`. */
type Settled<Event, Rejection> = Outcome<Event, Rejection> | { readonly past: Expected };

/** Runs commands against streams of one kind. */
export type Handle<Command, Event, Rejection> = (
  intent: Intent<Command>,
) => Promise<Outcome<Event, Rejection>>;

/** What remembers folded streams; an LRU outside tests. Losing an entry costs a fold, nothing else. */
export interface FoldCache<State> {
  get(stream: StreamId): Folded<State> | undefined;
  set(stream: StreamId, folded: Folded<State>): unknown;
  delete(stream: StreamId): unknown;
}

export interface HandleParts<State, Event> {
  readonly store: EventStore;
  readonly codec: EventCodec<Event>;
  readonly cache: FoldCache<State>;
  /** Waits before the given retry (from 1), a little at random so that nodes do not stay in step. */
  pause(attempt: number): Promise<void>;
}

const ATTEMPTS = 5;

interface Waiting<Command, Event, Rejection> {
  readonly intent: Intent<Command>;
  readonly settle: (outcome: Outcome<Event, Rejection>) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The shell around a decider: fold the stream, decide, append at the exact revision read. Commands to
 * one stream that arrive while an append is under way are decided together, in order, and appended as
 * one: a hot collection costs one append per round trip, not per command.
 *
 * A refusal, and an acceptance that records nothing, are only answered after the log confirmed that
 * the state they were decided on is current. On a conflict everything is folded and decided anew;
 * that is safe, because deciding is pure and preconditions name objects, not streams.
 *
 * @throws RevisionConflict after five attempts, and at once for an intent whose `asOf` is past; StoreUnavailable
 *   when the store is gone.
 */
export const handling = <Command, State, Event, Rejection>(
  decider: Decider<Command, State, Event, Rejection>,
  parts: HandleParts<State, Event>,
): Handle<Command, Event, Rejection> => {
  const { store, codec, cache, pause } = parts;
  const queues = new Map<StreamId, Waiting<Command, Event, Rejection>[]>();

  const fold = async (stream: StreamId): Promise<Folded<State>> => {
    const folded = cache.get(stream) ?? unfolded(decider);
    // A fold interrupted half-way must not be remembered: evolve works in place.
    cache.delete(stream);
    await foldTail(decider, parts, stream, folded);
    cache.set(stream, folded);
    return folded;
  };

  /** Decides a batch on a state and appends what it accepts; answers undefined when the state was stale. */
  const attempt = async (
    stream: StreamId,
    folded: Folded<State>,
    fresh: boolean,
    batch: readonly Waiting<Command, Event, Rejection>[],
  ): Promise<readonly Settled<Event, Rejection>[] | undefined> => {
    cache.delete(stream);
    let revision = folded.revision;
    // Evolved as late as possible: a lone command leaves the state as it was until it is recorded, so
    // that a conflict costs no more than folding the tail.
    let pending: readonly Event[] = [];
    let ahead = false;
    const catchUp = (): void => {
      for (const event of pending) folded.state = decider.evolve(folded.state, event);
      ahead ||= pending.length > 0;
      pending = [];
    };
    const decided = batch.map(({ intent }): Settled<Event, Rejection> => {
      catchUp();
      if (intent.asOf !== undefined && intent.asOf !== revision) {
        pending = [];
        return { past: revision };
      }
      const decision = decider.decide(intent.command, folded.state);
      if ('rejected' in decision) return decision;
      pending = decision.accepted;
      revision = plus(revision, pending.length);
      return { accepted: pending, revision };
    });
    const groups = await Promise.all(
      decided.map(async (decision, index) => {
        const intent = batch[index]?.intent;
        if (intent === undefined || !('accepted' in decision) || decision.accepted.length === 0)
          return [];
        return codec.seal(intent.owner, decision.accepted, intent.by);
      }),
    );
    const envelopes = groups.flat();
    if (envelopes.length > 0) {
      const { position } = await store
        .append(stream, folded.revision, envelopes)
        .catch((error: unknown) => {
          if (error instanceof RevisionConflict && !ahead) cache.set(stream, folded);
          throw error;
        });
      catchUp();
      cache.set(stream, { state: folded.state, revision });
      return decided.map((decision) =>
        'accepted' in decision && decision.accepted.length > 0
          ? { ...decision, position }
          : decision,
      );
    }
    const current = fresh || (await store.heads([stream])).get(stream) === folded.revision;
    cache.set(stream, { state: folded.state, revision });
    return current ? decided : undefined;
  };

  const run = async (
    stream: StreamId,
    batch: readonly Waiting<Command, Event, Rejection>[],
  ): Promise<readonly Settled<Event, Rejection>[]> => {
    for (let tries = 1; ; tries += 1) {
      const remembered = tries === 1 ? cache.get(stream) : undefined;
      const folded = remembered ?? (await fold(stream));
      try {
        const outcomes = await attempt(stream, folded, remembered === undefined, batch);
        if (outcomes !== undefined) return outcomes;
      } catch (error) {
        if (!(error instanceof RevisionConflict) || tries >= ATTEMPTS) throw error;
        await pause(tries);
      }
    }
  };

  const drain = async (
    stream: StreamId,
    queue: Waiting<Command, Event, Rejection>[],
  ): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, together(queue));
      try {
        const outcomes = await run(stream, batch);
        batch.forEach((waiting, index) => {
          const outcome = outcomes[index];
          if (outcome === undefined) return;
          if ('past' in outcome) waiting.fail(new RevisionConflict(stream, outcome.past));
          else waiting.settle(outcome);
        });
      } catch (error) {
        // Who waited behind them would wait as long once more, and longer the more of them there are.
        const others = error instanceof StoreUnavailable ? queue.splice(0) : [];
        for (const waiting of [...batch, ...others]) waiting.fail(error);
      }
    }
    queues.delete(stream);
  };

  return (intent) =>
    new Promise((settle, fail) => {
      const waiting = { intent, settle, fail };
      const queue = queues.get(intent.stream);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const started = [waiting];
      queues.set(intent.stream, started);
      void drain(intent.stream, started);
    });
};

/** What is decided and appended together at the most: EventStoreDB refuses appends over 1 MiB. */
const BATCH = { commands: 64, octets: 512 * 1024 } as const;

/** How many from the head of the queue make one batch: at least one. */
const together = (queue: readonly { readonly intent: { readonly octets?: number } }[]): number => {
  let octets = 0;
  for (const [count, { intent }] of queue.entries()) {
    octets += intent.octets ?? 0;
    if (count === BATCH.commands || (count > 0 && octets > BATCH.octets)) return count;
  }
  return queue.length;
};

const plus = (revision: Expected, count: number): Expected =>
  count === 0 ? revision : next(revision) + BigInt(count) - 1n;
