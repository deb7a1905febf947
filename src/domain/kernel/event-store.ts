/** A category, a hyphen and a UUID: `calendar-6f1c…`. See `streams.ts`. */
export type StreamId = `${string}-${string}`;
/** Zero-based, per stream, without gaps: the first event of every stream is revision 0n in every adapter. */
export type Revision = bigint;
/**
 * Where an event stands in the whole log. Opaque but for one promise: within one store,
 * positions compared as strings (`<`) stand in log order.
 */
export type Position = string & { readonly brand: 'Position' };
export type Expected = Revision | 'no-stream';

/** One event as the log keeps it. All fields but the payload are plain, opaque ids and never personal. */
export interface Envelope {
  /** UUID. Appending the same ids again at the same expected revision is answered, not repeated. */
  readonly id: string;
  readonly type: string;
  readonly schemaVersion: number;
  /** RFC 3339, UTC. */
  readonly occurredAt: string;
  /** Account id of who did it, or `system`. */
  readonly actor: string;
  /** Account id on whose behalf, where it differs from the actor; else ''. */
  readonly onBehalfOf: string;
  /** Protocol and client family: `caldav DAVx5/4.4`, `cli daybook/0.1`. At most 200 characters. */
  readonly via: string;
  /** The request (or command) that set things going. */
  readonly correlationId: string;
  /** What directly caused this event: a request's id, or another event's. */
  readonly causationId: string;
  /** Key of the vault that seals the payload. */
  readonly sealedWith: string;
  readonly payload: Uint8Array;
}

export interface Recorded extends Envelope {
  readonly stream: StreamId;
  readonly revision: Revision;
  readonly position: Position;
}

export interface Appended {
  /** Revision of the last event appended. */
  readonly revision: Revision;
  readonly position: Position;
}

/** The stream was not where the writer expected it; nothing was appended. */
export class RevisionConflict extends Error {
  override readonly name = 'RevisionConflict';
  readonly stream: StreamId;
  readonly actual: Expected;
  constructor(stream: StreamId, actual: Expected) {
    super(`${stream} is at ${String(actual)}`);
    this.stream = stream;
    this.actual = actual;
  }
}

/** The store cannot be reached, or never said whether an append took place although asked again. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code = 'store-unavailable';
}

/** The event log. Every adapter passes `test/contract/event-store.contract.ts`; none offers more. */
export interface EventStore {
  /**
   * Appends all events or none, durably, at exactly `expected`.
   * @throws RevisionConflict, StoreUnavailable (the outcome is then unknown).
   */
  append(stream: StreamId, expected: Expected, events: readonly Envelope[]): Promise<Appended>;
  /**
   * The stream's events from a revision on (inclusive), oldest first, in batches as they come.
   * A stream that does not exist yields nothing.
   */
  read(stream: StreamId, from: Revision): AsyncIterable<readonly Recorded[]>;
  /** Last revision of each stream, all asked in one round trip where the store can. */
  heads(streams: readonly StreamId[]): Promise<ReadonlyMap<StreamId, Expected>>;
  /** Position of the newest event of the log, or `start` when it is empty. */
  end(): Promise<Position | 'start'>;
  /**
   * Every event after a position, in log order, each once: first those that are there, then new ones
   * as they come, in batches of what is at hand. Ends only when the signal aborts; rides out the
   * loss and return of the server by itself.
   */
  subscribe(after: Position | 'start', signal: AbortSignal): AsyncIterable<readonly Recorded[]>;
  /** Whether the store answers now. Never throws. */
  healthy(): Promise<boolean>;
  close(): Promise<void>;
}
