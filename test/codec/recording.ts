import { randomUUID } from 'node:crypto';
import { type EventCodecParts, eventCodec } from '../../src/adapters/codec/event-codec.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import type { Envelope, Position, Recorded } from '../../src/domain/kernel/event-store.ts';
import type { AccountId, Instant, KeyId } from '../../src/domain/kernel/ids.ts';
import type { EventCodec, KeyVault, Provenance } from '../../src/domain/kernel/ports.ts';

export const owner = '0b5ff1a6-6a46-4b1f-9b3e-1d3c5a7e9f01' as AccountId;

export const by: Provenance = {
  actor: owner,
  via: 'caldav DAVx5/4.4',
  at: '2026-01-01T00:00:00.000Z' as Instant,
  correlationId: 'request-1',
  causationId: 'request-1',
};

export const codecWith = (parts: Partial<EventCodecParts> = {}): EventCodec<DomainEvent> =>
  eventCodec({ vault: memoryKeyVault(), newId: randomUUID, ...parts });

/** Envelopes as a log would give them back. */
export const recorded = (envelopes: readonly Envelope[]): readonly Recorded[] =>
  envelopes.map((envelope, index) => ({
    ...envelope,
    stream: 'calendar-7c9e6679-7425-40de-944b-e07fc1f90ae7',
    revision: BigInt(index),
    position: String(index) as Position,
  }));

/** A vault that notes what it is asked. */
export const countingVault = (): KeyVault & {
  readonly asked: { keyOf: AccountId[]; secrets: (readonly KeyId[])[] };
} => {
  const vault = memoryKeyVault();
  const asked: { keyOf: AccountId[]; secrets: (readonly KeyId[])[] } = { keyOf: [], secrets: [] };
  return {
    asked,
    keyOf: (account) => {
      asked.keyOf.push(account);
      return vault.keyOf(account);
    },
    idOf: (account) => vault.idOf(account),
    secrets: (ids) => {
      asked.secrets.push(ids);
      return vault.secrets(ids);
    },
    destroy: (account) => vault.destroy(account),
  };
};
