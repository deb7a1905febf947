import type { Checkpoints } from '../../domain/kernel/checkpoints.ts';
import type { EventStore, Position, Recorded } from '../../domain/kernel/event-store.ts';
import { backoff, isPassing, nameOf, pause } from '../../projections/runtime/faults.ts';
import type { Log } from '../log.ts';

/** Something that is to happen because of events, once for each; it may be asked again for one it has had. */
export interface Reaction {
  /** Under which its place in the log is kept: for ever. */
  readonly name: string;
  /** Whether anything may come of it now. What happens while it is not wanted has no consequences later. */
  wanted(): boolean;
  /** Where it begins when it was not wanted before; absent: at the log's end. */
  readonly begins?: 'start';
  /** Told when it begins at the start of the log. */
  begun?(): void;
  /** What is left of it, when it is not wanted any more. Can be repeated. */
  unwanted?(): Promise<void>;
  handles(event: Recorded): boolean;
  /**
   * What was not done when `held` is aborted is asked for again later, here or on another node.
   * @throws what passes is tried again, anything else too, some times; then the event is passed over.
   */
  react(event: Recorded, held: AbortSignal): Promise<void>;
}

interface ReactingParts {
  readonly store: Pick<EventStore, 'end' | 'subscribe'>;
  readonly checkpoints: Checkpoints;
  readonly node: string;
  readonly reaction: Reaction;
  readonly log: Log;
  /** Between looks whether it is wanted, or another node has let go of it, in ms. */
  readonly every?: number;
}

/** Seconds after which a node that was killed is replaced. */
const LEASE = 15;
/** How often the lease is renewed and the place kept, in ms. */
const RENEW = 3000;
/** Tries of an event that fails for no reason that passes by itself. */
const TRIES = 5;

/** Follows the log on one node at a time, from where the last one stopped, until closed. */
export const reacting = (parts: ReactingParts): { close(): Promise<void> } => {
  const { store, checkpoints, node, reaction, log, every = 2000 } = parts;
  const { name } = reaction;
  const stop = new AbortController();
  const { signal } = stop;

  const insist = async (event: Recorded, held: AbortSignal): Promise<void> => {
    for (let attempt = 1; !held.aborted; attempt += 1) {
      try {
        await reaction.react(event, held);
        return;
      } catch (error) {
        if (!isPassing(error) && attempt >= TRIES) {
          log('reaction-passed-over', { reaction: name, event: event.id, cause: nameOf(error) });
          return;
        }
        await pause(backoff(attempt), held);
      }
    }
  };

  const follow = async (after: Position | 'start'): Promise<void> => {
    const lost = new AbortController();
    const held = AbortSignal.any([signal, lost.signal]);
    let at = after;
    const keep = async (): Promise<void> => {
      while (!held.aborted) {
        await pause(RENEW, held);
        if (held.aborted) return;
        const mine = await checkpoints.hold(name, node, at, LEASE).catch(() => undefined);
        if (mine === undefined || !reaction.wanted()) return lost.abort();
        if (at !== 'start' && at !== mine)
          await checkpoints.move(name, node, at).catch(() => false);
      }
    };
    const keeping = keep();
    try {
      for await (const batch of store.subscribe(after, held)) {
        for (const event of batch) {
          if (reaction.handles(event)) await insist(event, held);
          if (held.aborted) return;
          at = event.position;
        }
      }
    } finally {
      lost.abort();
      await keeping;
      if (at !== 'start' && at !== after && reaction.wanted())
        await checkpoints.move(name, node, at);
    }
  };

  const turn = async (): Promise<void> => {
    if (!reaction.wanted()) {
      await checkpoints.drop(name);
      await reaction.unwanted?.();
      while (!signal.aborted && !reaction.wanted()) await pause(every, signal);
      return;
    }
    const first = reaction.begins ?? (await store.end());
    const place = await checkpoints.hold(name, node, first, LEASE);
    if (place === 'start') reaction.begun?.();
    if (place === undefined) await pause(every, signal);
    else await follow(place);
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await turn();
      } catch (error) {
        if (!signal.aborted) log('outbox-trouble', { cause: nameOf(error) });
        await pause(every, signal);
      }
    }
    await checkpoints.release(name, node).catch(() => undefined);
  };

  const running = run();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
};
