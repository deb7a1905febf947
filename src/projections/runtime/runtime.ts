import type {
  EventStore,
  Expected,
  Recorded,
  Revision,
  StreamId,
} from '../../domain/kernel/event-store.ts';
import type { Opening } from '../projection.ts';
import { backoff, isPassing, nameOf, pause, type Report } from './faults.ts';
import { type Feed, feedFrom, placeOf } from './feed.ts';
import { startHub } from './hub.ts';
import { startPace } from './pace.ts';
import type { Projected, Projector } from './projector.ts';
import { rebuild } from './rebuild.ts';
import { type Node, PARTITIONS, type Place } from './writing.ts';

export interface RuntimeParts {
  readonly store: EventStore;
  readonly codec: Opening;
  readonly projections: readonly Projected[];
  /**
   * Names this node to the others. The same name after a restart takes its leases back at once; two
   * processes that run at a time must not share one.
   */
  readonly nodeId: string;
  /** Takes leases only as long as no other node is there: for commands run beside a server. */
  readonly guest?: boolean;
  readonly report: Report;
  /** How long the leases of a node that died are kept for it; 10 seconds. Renewed three times as often. */
  readonly leaseMs?: number;
}

/** How far one projection is behind the log. */
export interface Lag {
  readonly projection: string;
  /** Partitions held by this node. */
  readonly held: number;
  /** Of those held, how many have not come to the log's end yet. */
  readonly behind: number;
  /** Streams that stopped at an event which could not be applied. */
  readonly parked: number;
}

/** What this node has heard of and not yet made rows of. */
export interface Pending {
  readonly events: number;
  /** When the oldest of them was recorded (RFC 3339); `undefined` when there is none. */
  readonly oldest: string | undefined;
  /** Whether the log's subscription stands. */
  readonly subscribed: boolean;
}

/** The projections of this node, running. */
export interface ProjectionRuntime {
  /** Whether the rows include the revision, waiting so many milliseconds at most. Never fails. */
  seen(stream: StreamId, revision: Revision, timeoutMs: number): Promise<boolean>;
  /**
   * Calls back with each revision of a stream that has come, until the answer is called: once its rows
   * are there when this node writes them, else when the log has it.
   */
  watch(stream: StreamId, told: (revision: Revision) => void): () => void;
  lag(): Promise<readonly Lag[]>;
  pending(): Pending;
  /** How many wait for rows to reach a revision, and how many watch streams. */
  waits(): { readonly rows: number; readonly changes: number };
  /**
   * Resolves once every projection is of this version, every partition has a holder, and this node's
   * own have come as far as the log was at the start; false before that when asked `isCaughtUp`.
   */
  caughtUp(): Promise<void>;
  isCaughtUp(): boolean;
  /** Gives the leases back. Resolves when nothing is written any more. */
  close(): Promise<void>;
}

/** Starts projecting. Returns at once; `caughtUp` tells when the rows are worth reading alone. */
export const startProjections = (parts: RuntimeParts): ProjectionRuntime => {
  const { store, codec, projections, nodeId, report, guest = false, leaseMs = 10_000 } = parts;
  const node: Node = { id: nodeId, leaseMs, guest };
  const closing = new AbortController();
  const { signal } = closing;
  const feed: Feed = feedFrom(store, report);
  const by = (stream: StreamId): Projected | undefined =>
    projections.find((one) => one.handles(stream));
  const applied = async (stream: StreamId): Promise<Expected> =>
    (await by(stream)?.applied(stream)) ?? 'no-stream';
  const projectors: readonly Projector[] = projections.map((one) =>
    one.projector({ codec, node, report, signal, tell: (...told) => hub.tell(...told) }),
  );
  const isHere = (stream: StreamId): boolean =>
    projectors.some((one) => one.handles(stream) && one.holds(stream));
  const pace = startPace();
  const hub = startHub({ applied, isHere, hurry: pace.hurry });

  /** Taken from the feed, and under way into the rows. */
  let inHand: readonly Recorded[] = [];
  /** The newest event that every projector is done with, and whether the feed must start again after it. */
  let given: Place | undefined;
  let restart = true;
  let tendAt = 0;
  /** The log's end at the start. */
  let target: Place | undefined;
  let behind = true;
  const { promise: caughtUp, resolve: catchUp } = deferred();

  const settle = (): void => {
    if (!behind || target === undefined) return;
    const goal = target;
    const isThere = (one: Projector): boolean =>
      one.held().every(({ place }) => place >= goal) &&
      new Set([...one.held().map(({ partition }) => partition), ...one.elsewhere()]).size ===
        PARTITIONS;
    if (!projectors.every(isThere)) return;
    behind = false;
    catchUp();
  };

  /** Renews leases; starts the feed again where a partition was taken whose events went by already. */
  const tend = async (): Promise<void> => {
    tendAt = performance.now() + leaseMs / 3;
    const results = await Promise.allSettled(projectors.map((one) => one.tend()));
    target ??= placeOf(await store.end());
    const places = projectors.flatMap((one) => one.held().map(({ place }) => place));
    const earliest = places.reduce((a, b) => (a < b ? a : b), given ?? target);
    if (restart || earliest < (given ?? earliest)) {
      restart = false;
      given = earliest;
      hub.forget();
      feed.start(earliest);
    }
    settle();
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  };

  const turn = async (): Promise<void> => {
    if (performance.now() >= tendAt) await tend();
    await feed.arrival(Math.max(0, tendAt - performance.now()));
    await pace.next();
    const events = feed.take();
    if (events.length === 0) return;
    inHand = events;
    const done = await Promise.all(projectors.map((one) => one.process(events)));
    inHand = [];
    if (signal.aborted) return;
    if (done.includes(false)) {
      restart = true;
      await tend();
      return;
    }
    given = events.at(-1)?.position ?? given;
    for (const { stream, revision } of events) if (!isHere(stream)) hub.announce(stream, revision);
    settle();
  };

  const run = async (): Promise<void> => {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        await turn();
        attempt = 0;
      } catch (error) {
        if (signal.aborted) return;
        report({ code: 'projection-waiting', projection: '*', cause: nameOf(error) });
        inHand = [];
        // Not every projector may be done with what was taken from the feed.
        restart = true;
        tendAt = 0;
        await pause(backoff(attempt), signal);
      }
    }
  };

  /** Rebuilds a projection whose tables are of another version; its leases can be taken only then. */
  const bringUpToDate = async (one: Projected): Promise<void> => {
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      try {
        if ((await one.storedVersion()) === one.version) return;
        await rebuild({ projection: one, store, codec, report, signal, onlyIfOutdated: true });
        tendAt = 0;
        return;
      } catch (error) {
        if (signal.aborted) return;
        report({ code: 'projection-waiting', projection: one.name, cause: nameOf(error) });
        await pause(backoff(attempt), signal);
      }
    }
  };

  const running = Promise.all([run(), ...projections.map(bringUpToDate)]);

  return {
    seen: async (stream, revision, timeoutMs) =>
      by(stream) === undefined || hub.seen(stream, revision, timeoutMs),
    watch: hub.watch,
    async lag() {
      const end = placeOf(await store.end());
      return projectors.map((one) => ({
        projection: one.name,
        held: one.held().length,
        behind: one.held().filter(({ place }) => place < end).length,
        parked: one.parkedStreams(),
      }));
    },
    pending() {
      const { events, oldest, subscribed } = feed.pending();
      const first = inHand[0] ?? oldest;
      return { events: inHand.length + events, oldest: first?.occurredAt, subscribed };
    },
    waits: hub.waits,
    caughtUp: () => caughtUp,
    isCaughtUp: () => !behind,
    async close() {
      closing.abort();
      feed.close();
      await running;
      hub.close();
      await Promise.all(
        projectors.map((one) =>
          one.close().catch((error: unknown) => {
            // The tables are gone already: the leases run out by themselves.
            if (!isPassing(error)) throw error;
          }),
        ),
      );
    },
  };
};

const deferred = (): { readonly promise: Promise<void>; readonly resolve: () => void } => {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
