import type {
  AllStreamResolvedEvent,
  Position as LogPosition,
  ResolvedEvent,
} from '@eventstore/db-client';
import type { Envelope, Position, Recorded, StreamId } from '../../domain/kernel/event-store.ts';

/** What the server sends for "no position": 2^64 - 1, and anything else its 63-bit log cannot hold. */
const BEYOND_ANY_LOG = 2n ** 63n;

/**
 * A position is the commit position alone, twenty digits. It names one event: whatever is written
 * through gRPC has a commit position of its own. The prepare position is left out because servers
 * disagree about it: before 22.6 they send that of the append's first event.
 */
const positionText = (commit: bigint): Position => String(commit).padStart(20, '0') as Position;

/** `undefined` when the server sent none. */
export const positionOf = (position: LogPosition | undefined): Position | undefined =>
  position === undefined || position.commit < 0n || position.commit >= BEYOND_ANY_LOG
    ? undefined
    : positionText(position.commit);

/** Prepare equals commit for everything written through gRPC. */
export const logPosition = (position: Position): LogPosition => {
  const commit = BigInt(position);
  return { commit, prepare: commit };
};

const FIELDS = [
  'schemaVersion',
  'occurredAt',
  'actor',
  'onBehalfOf',
  'via',
  'correlationId',
  'causationId',
  'sealedWith',
] as const;

/** The envelope but for id, type and payload: a flat map of strings, none of them starting with `$`. */
export const metadataOf = (envelope: Envelope): Readonly<Record<string, string>> =>
  Object.fromEntries(FIELDS.map((field) => [field, String(envelope[field])]));

type Metadata = Readonly<Record<(typeof FIELDS)[number], string>>;

const isMetadata = (value: unknown): value is Metadata =>
  typeof value === 'object' &&
  value !== null &&
  FIELDS.every((field) => typeof Reflect.get(value, field) === 'string');

const isStreamId = (name: string): name is StreamId => name.indexOf('-') > 0;

/**
 * The event as Daybook recorded it; `undefined` when somebody else wrote it: system events, links,
 * JSON, other metadata, other stream names.
 *
 * @throws Error when the server sends no position (older than 22.6).
 */
export const recordedOf = (
  resolved: ResolvedEvent | AllStreamResolvedEvent,
): Recorded | undefined => {
  const { event } = resolved;
  if (event === undefined || event.isJson || event.type.startsWith('$')) return undefined;
  const { metadata, data } = event;
  if (!isStreamId(event.streamId) || event.streamId.startsWith('$')) return undefined;
  if (!isMetadata(metadata) || !(data instanceof Uint8Array)) return undefined;
  const schemaVersion = Number(metadata.schemaVersion);
  if (!Number.isSafeInteger(schemaVersion)) return undefined;
  const position = positionOf(event.position);
  if (position === undefined)
    throw new Error('EventStoreDB sends no positions: 22.6 or newer is needed');
  return {
    id: event.id,
    type: event.type,
    schemaVersion,
    occurredAt: metadata.occurredAt,
    actor: metadata.actor,
    onBehalfOf: metadata.onBehalfOf,
    via: metadata.via,
    correlationId: metadata.correlationId,
    causationId: metadata.causationId,
    sealedWith: metadata.sealedWith,
    payload: data,
    stream: event.streamId,
    revision: event.revision,
    position,
  };
};
