import type { EventStore } from '../../domain/kernel/event-store.ts';
import type { Opening, ProjectionName } from '../projection.ts';
import type { Report } from './faults.ts';
import { feedFrom, placeOf } from './feed.ts';
import type { Projected, Projector } from './projector.ts';

export interface RebuildParts {
  readonly projection: Projected;
  readonly store: EventStore;
  readonly codec: Opening;
  readonly report: Report;
  /** Events projected so far; called after each batch. */
  onProgress?(done: number): void;
  /** Gives up; the live tables stay as they are. */
  readonly signal?: AbortSignal;
  /** Does nothing when, once it is this process's turn, the tables are of this version already. */
  readonly onlyIfOutdated?: boolean;
}

export interface Rebuilt {
  readonly projection: ProjectionName;
  /** Events of the log that went by; 0 when there was nothing to do. */
  readonly events: number;
}

/** A pass shorter than this leaves so little to do that the projectors can do it after the flip. */
const SHORT_PASS_MS = 500;

/**
 * Fills new tables from the log's first event on, beside the live ones, which go on being served and
 * projected; when caught up, puts them in their place in one transaction. Whoever projects into the
 * live ones, here or on another node, notices and goes on with the new ones. Interrupted, it has
 * changed nothing and can be run again. While another process rebuilds the same projection, it waits.
 * @throws ReadModelUnavailable, StoreUnavailable
 */
export const rebuild = async (parts: RebuildParts): Promise<Rebuilt> => {
  const { projection, codec, report, signal = new AbortController().signal } = parts;
  const shadow = await projection.shadow(signal);
  try {
    if (parts.onlyIfOutdated === true && (await projection.storedVersion()) === projection.version)
      return { projection: projection.name, events: 0 };
    const node = { id: 'rebuild', leaseMs: 600_000, guest: false };
    const projector = shadow.projector({ codec, node, report, signal, tell: () => undefined });
    await projector.tend();
    const events = await fill(projector, parts, signal);
    await projector.tend();
    signal.throwIfAborted();
    await shadow.flip();
    report({ code: 'projection-rebuilt', projection: projection.name, events });
    return { projection: projection.name, events };
  } finally {
    await shadow.close();
  }
};

/** Projects until a pass over what came meanwhile was short; answers how many events went by. */
const fill = async (
  projector: Projector,
  { store, report, onProgress }: RebuildParts,
  signal: AbortSignal,
): Promise<number> => {
  const feed = feedFrom(store, report);
  const stop = (): void => feed.close();
  signal.addEventListener('abort', stop);
  try {
    feed.start('');
    let done = 0;
    let place = placeOf(await store.end());
    let reached = '';
    for (let began = performance.now(); ; ) {
      while (reached < place) {
        signal.throwIfAborted();
        const events = feed.take();
        if (events.length === 0) await feed.arrival(1000);
        if (!(await projector.process(events))) throw new ShadowLost();
        reached = events.at(-1)?.position ?? reached;
        done += events.length;
        onProgress?.(done);
      }
      if (performance.now() - began < SHORT_PASS_MS) return done;
      began = performance.now();
      place = placeOf(await store.end());
    }
  } finally {
    signal.removeEventListener('abort', stop);
    feed.close();
  }
};

/** Somebody else wrote to the new tables, or dropped them. */
class ShadowLost extends Error {
  override readonly name = 'ShadowLost';
  readonly code = 'rebuild-lost';
}
