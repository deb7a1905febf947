import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventUnencodable } from '../../src/adapters/codec/faults.ts';
import { eventRegistry } from '../../src/adapters/codec/registry.ts';
import type { Schema } from '../../src/adapters/codec/schema.ts';
import { memoryKeyVault } from '../../src/adapters/keys/memory.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { arbitraryEvent, arbitraryEvents } from './arbitrary-events.ts';
import { by, codecWith, owner, recorded } from './recording.ts';
import { allSamples } from './samples.ts';

/** Octets read are a view of what was opened: a Buffer, where a plain array was written. */
const plain = (event: unknown): unknown =>
  event instanceof Uint8Array
    ? [...event]
    : event instanceof Map || typeof event !== 'object' || event === null || Array.isArray(event)
      ? event
      : Object.fromEntries(Object.entries(event).map(([key, value]) => [key, plain(value)]));

const types = Object.keys(arbitraryEvents) as DomainEvent['type'][];

/** Every copy of an event in which one of its free texts is replaced. */
const spoiled = (event: object, by: string): readonly object[] =>
  Object.entries(event).flatMap(([key, value]: [string, unknown]): object[] => {
    const put = (replaced: unknown): object => ({ ...event, [key]: replaced });
    if (typeof value === 'string') return key === 'type' || key === 'kind' ? [] : [put(by)];
    if (value instanceof Map) return [put(new Map([[by, 'x']])), put(new Map([['x', by]]))];
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
    return Array.isArray(value) ? [] : spoiled(value, by).map(put);
  });

describe('events are read as they were written', () => {
  it.each(types)('%s, whatever its fields hold', (type) => {
    const schema: Schema<DomainEvent> = eventRegistry[type];
    const decode = schema.decoders.get(schema.version);
    fc.assert(
      fc.property(arbitraryEvents[type] as fc.Arbitrary<DomainEvent>, (event) => {
        expect(plain(decode?.(schema.encode(event)))).toStrictEqual(plain(event));
      }),
    );
  });

  it('sealed, in order, by one codec and opened by another', async () => {
    const vault = memoryKeyVault();
    await fc.assert(
      fc.asyncProperty(fc.array(arbitraryEvent, { maxLength: 6 }), async (events) => {
        const envelopes = await codecWith({ vault }).seal(owner, events, by);
        const opened = await codecWith({ vault }).open(recorded(envelopes));
        expect(opened.map(plain)).toStrictEqual(events.map(plain));
      }),
      { numRuns: 50 },
    );
  }, 30_000);

  it('or refused: half a surrogate pair in any field never reaches the log', async () => {
    const codec = codecWith();
    const hopeless = allSamples.flatMap((event) => spoiled(event, 'a\ud800') as DomainEvent[]);
    expect(hopeless.length).toBeGreaterThan(50);
    for (const event of hopeless)
      await expect(codec.seal(owner, [event], by)).rejects.toThrow(EventUnencodable);
  });

  it('or refused: a size beyond 32 bits is not quietly cut', async () => {
    for (const size of [2 ** 32, -1, 1.5])
      await expect(
        codecWith().seal(
          owner,
          allSamples
            .filter((event) => event.type === 'AddressObjectStored')
            .map((event) => ({ ...event, content: { kind: 'blob', ref: 'x', size } }) as never),
          by,
        ),
      ).rejects.toMatchObject({ code: 'event-unencodable' });
  });
});
