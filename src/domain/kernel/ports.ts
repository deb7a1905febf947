import type { Envelope, Recorded } from './event-store.ts';
import type { AccountId, BlobRef, Instant, KeyId } from './ids.ts';

/** Who did something, for whom, through what, when and why: becomes the envelope around every event. */
export interface Provenance {
  readonly actor: AccountId | 'system';
  readonly onBehalfOf?: AccountId;
  /** Protocol and client family, at most 200 characters: `caldav DAVx5/4.4`. */
  readonly via: string;
  readonly at: Instant;
  readonly correlationId: string;
  readonly causationId: string;
}

/** An event whose key was destroyed: it keeps its revision and changes nothing. */
export interface Erased {
  readonly type: 'Erased';
  readonly was: string;
}

/** Between the domain's events and the log's envelopes: protobuf, versions, sealing. */
export interface EventCodec<Event> {
  /** Encodes and seals with the owner's key. @throws when the vault has no answer. */
  seal(owner: AccountId, events: readonly Event[], by: Provenance): Promise<readonly Envelope[]>;
  /** Opens, upcasts and decodes, keeping order. One vault question per key, not per event. */
  open(recorded: readonly Recorded[]): Promise<readonly (Event | Erased)[]>;
}

export interface VaultKey {
  readonly id: KeyId;
  /** 32 octets. */
  readonly secret: Uint8Array;
}

/** One key per owner. Destroying it erases all that it sealed. */
export interface KeyVault {
  /** The owner's current key, made on first use. */
  keyOf(owner: AccountId): Promise<VaultKey>;
  /** The id of the owner's key, destroyed or not; `undefined` when there never was one. Makes none. */
  idOf(owner: AccountId): Promise<KeyId | undefined>;
  /** The secrets of several keys; a destroyed or unknown key is absent. */
  secrets(ids: readonly KeyId[]): Promise<ReadonlyMap<KeyId, Uint8Array>>;
  destroy(owner: AccountId): Promise<void>;
}

/** Bodies too large for an event. Durable before `put` answers. Sealed with the owner's key. */
export interface BlobStore {
  put(owner: AccountId, octets: Uint8Array): Promise<BlobRef>;
  /** `undefined` when it never was, or its key was destroyed. */
  get(ref: BlobRef): Promise<Uint8Array | undefined>;
  /** Several in one round trip; those that `get` has no answer for are absent. The caller knows their sizes. */
  getAll(refs: readonly BlobRef[]): Promise<ReadonlyMap<BlobRef, Uint8Array>>;
  /** For good. Only what no event refers to, nor will; nothing happens where it never was. */
  remove(ref: BlobRef): Promise<void>;
  /** Says that events refer to them. Whoever sweeps asks the log about all others. */
  keep(refs: readonly BlobRef[]): Promise<void>;
}

/** Blobs that perhaps no event refers to: their change came to nothing, and nobody was left to remove them. */
export interface DoubtfulBlobs extends BlobStore {
  /** Put at least so many milliseconds ago and not kept, the oldest first. */
  doubtful(ageMs: number, most: number): Promise<readonly BlobRef[]>;
  /** Does some work unless another node is doing such work; whether it did. */
  alone(work: () => Promise<void>): Promise<boolean>;
}
