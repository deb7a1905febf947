import { setImmediate } from 'node:timers/promises';
import type { DomainEvent } from '../domain/events.ts';
import type { EventStore } from '../domain/kernel/event-store.ts';
import type { BlobRef } from '../domain/kernel/ids.ts';
import type { DoubtfulBlobs, EventCodec } from '../domain/kernel/ports.ts';
import type { Log } from './log.ts';

interface SweepParts {
  readonly store: Pick<EventStore, 'end' | 'subscribe'>;
  readonly codec: Pick<EventCodec<DomainEvent>, 'open'>;
  readonly blobs: DoubtfulBlobs;
  /** Which of some blobs the projections' rows refer to. */
  holding(refs: readonly BlobRef[]): Promise<readonly BlobRef[]>;
}

/** How old a blob is before anybody asks whose it is: its change has long come to something, or never will. */
const DAY = 24 * 3_600_000;
/** Blobs that are asked about in one go. */
const MOST = 50_000;

interface Found {
  /** Nothing refers to them. */
  readonly strays: readonly BlobRef[];
  readonly referred: readonly BlobRef[];
}

/**
 * Of the blobs that are in doubt, a day old or more, those that neither an event nor a row refers to. Reads the
 * whole log, if there are any: a reference that cannot be ruled out keeps its blob. Nothing is found when
 * the signal aborts.
 * @throws what the store, the codec and the rows throw; then nobody knows, and nothing may be removed.
 */
export const strayBlobs = async (
  { store, codec, blobs, holding }: SweepParts,
  signal: AbortSignal,
): Promise<Found> => {
  const doubtful = new Set<string>(await blobs.doubtful(DAY, MOST));
  const referred: BlobRef[] = [];
  const end = doubtful.size === 0 ? 'start' : await store.end();
  const clear = (ref: string): void => {
    if (doubtful.delete(ref)) referred.push(ref as BlobRef);
  };
  let whole = end === 'start';
  if (end !== 'start')
    for await (const batch of store.subscribe('start', signal)) {
      for (const event of await codec.open(batch)) eachText(event, clear);
      const last = batch.at(-1);
      whole = last !== undefined && last.position >= end;
      if (whole || doubtful.size === 0) break;
      await setImmediate();
    }
  if (doubtful.size > 0) for (const ref of await holding([...doubtful] as BlobRef[])) clear(ref);
  return { strays: whole ? ([...doubtful] as BlobRef[]) : [], referred };
};

/** Every text in an event, at whatever place: a reference may be in a field that later versions add. */
const eachText = (value: unknown, told: (text: string) => void): void => {
  if (typeof value === 'string') told(value);
  else if (value instanceof Map) for (const entry of value) eachText(entry, told);
  else if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value))
    for (const inner of Object.values(value)) eachText(inner, told);
};

/** Milliseconds after the start, and from then on between one time and the next. */
const TIMES = { first: 15 * 60_000, every: 6 * 3_600_000 } as const;

interface Sweeping {
  /** Removes what nothing refers to, unless another node does; how many. @throws as `strayBlobs` */
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Removes, from time to time, blobs whose change met a fault after they were put. */
export const sweeping = (parts: SweepParts & { readonly log: Log }): Sweeping => {
  const { blobs, log } = parts;
  const stop = new AbortController();
  let under: Promise<unknown> = Promise.resolve();

  const now = async (): Promise<number> => {
    let removed = 0;
    await blobs.alone(async () => {
      const { strays, referred } = await strayBlobs(parts, stop.signal);
      await blobs.keep(referred);
      for (const ref of strays) {
        if (stop.signal.aborted) break;
        await blobs.remove(ref);
        removed += 1;
      }
    });
    if (removed > 0) log('blobs-swept', { removed });
    return removed;
  };
  const later = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      under = now()
        .catch((trouble: unknown) =>
          log('blob-sweep-trouble', {
            cause: trouble instanceof Error ? trouble.name : typeof trouble,
          }),
        )
        .finally(() => {
          if (!stop.signal.aborted) timer = later(TIMES.every);
        });
    }, ms).unref();
  let timer = later(TIMES.first);

  return {
    now,
    async close() {
      clearTimeout(timer);
      stop.abort();
      await under;
    },
  };
};
