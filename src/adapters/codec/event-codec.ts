import type { DomainEvent } from '../../domain/events.ts';
import type { Envelope, Recorded } from '../../domain/kernel/event-store.ts';
import type { KeyId } from '../../domain/kernel/ids.ts';
import type { EventCodec, KeyVault, Provenance, VaultKey } from '../../domain/kernel/ports.ts';
import { EventTampered, EventUndecodable, EventUnencodable } from './faults.ts';
import { Malformed } from './fields.ts';
import { type KeyRing, keyRing } from './key-ring.ts';
import { eventRegistry, type Registry } from './registry.ts';
import type { Schema } from './schema.ts';
import { openOctets, sealOctets } from './sealing.ts';

export interface EventCodecParts {
  readonly vault: KeyVault;
  /** A fresh UUID for each event. */
  newId(): string;
  /** What types and versions there are; this version's own when absent. */
  readonly registry?: Registry;
}

/**
 * Protobuf, versions and sealing (docs/adr/0001, docs/adr/0006). Every payload is sealed with its
 * owner's key, bound to its event's id, type and version.
 *
 * `seal` throws EventUnencodable for an event that could not be read back; `open` throws
 * EventUndecodable and EventTampered. Both throw what the vault throws.
 */
export const eventCodec = ({
  vault,
  newId,
  registry = eventRegistry,
}: EventCodecParts): EventCodec<DomainEvent> & Pick<KeyRing, 'forget'> => {
  const ring = keyRing(vault);
  const schemas = new Map<string, Schema<DomainEvent>>(Object.entries(registry));

  const sealed = (event: DomainEvent, by: Provenance, key: VaultKey): Envelope => {
    const { type } = event;
    const schema: Schema<DomainEvent> = registry[type];
    const id = newId();
    return {
      id,
      type,
      schemaVersion: schema.version,
      occurredAt: by.at,
      actor: by.actor,
      onBehalfOf: by.onBehalfOf === by.actor ? '' : (by.onBehalfOf ?? ''),
      via: by.via,
      correlationId: by.correlationId,
      causationId: by.causationId,
      sealedWith: key.id,
      payload: sealOctets(key.secret, encode(schema, event), context(id, type, schema.version)),
    };
  };

  const opened = (recorded: Recorded, secret: Uint8Array): DomainEvent => {
    const { id, type, schemaVersion, payload } = recorded;
    const decode = schemas.get(type)?.decoders.get(schemaVersion);
    if (decode === undefined) throw new EventUndecodable(recorded, 'is not known here');
    const plain = openOctets(secret, payload, context(id, type, schemaVersion));
    if ('octets' in plain) return decoded(decode, plain.octets, recorded);
    if (plain.failed === 'tampered') throw new EventTampered(recorded);
    throw new EventUndecodable(recorded, 'is sealed in a way not known here');
  };

  return {
    forget: ring.forget,
    async seal(owner, events, by) {
      const key = await ring.of(owner);
      return events.map((event) => sealed(event, by, key));
    },
    async open(recorded) {
      const secrets = await ring.secrets(new Set(recorded.map(keyId)));
      return recorded.map((each) => {
        const secret = secrets.get(keyId(each));
        return secret === undefined ? { type: 'Erased', was: each.type } : opened(each, secret);
      });
    },
  };
};

const keyId = ({ sealedWith }: Envelope): KeyId => sealedWith as KeyId;

/** Neither a UUID nor a type holds a line feed, so no two events share a context. */
const context = (id: string, type: string, version: number): string => `${id}\n${type}\n${version}`;

const encode = (schema: Schema<DomainEvent>, event: DomainEvent): Uint8Array => {
  try {
    return schema.encode(event);
  } catch (error) {
    if (error instanceof Malformed) throw new EventUnencodable(event.type, error.message);
    throw error;
  }
};

const decoded = (
  decode: (payload: Uint8Array) => DomainEvent,
  octets: Uint8Array,
  recorded: Recorded,
): DomainEvent => {
  try {
    return decode(octets);
  } catch (error) {
    // Only our own words are passed on: what protobufjs says of its input is nobody's promise.
    const why = error instanceof Malformed ? error.message : 'is no message of its type';
    throw new EventUndecodable(recorded, why);
  }
};
