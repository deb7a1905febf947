import { describe, expect, it } from 'vitest';
import { eventRegistry } from '../../src/adapters/codec/registry.ts';
import type { Schema } from '../../src/adapters/codec/schema.ts';
import type { DomainEvent } from '../../src/domain/events.ts';
import { addGoldens, corpus, denote, goldens, notate } from './golden-files.ts';
import { samples } from './samples.ts';

/** `GOLDEN=add npx vitest run test/codec/golden.test.ts` adds what is missing and changes nothing else. */
const adding = process.env['GOLDEN'] === 'add';

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex');
const schemas = Object.entries<Schema<DomainEvent>>(eventRegistry);

if (adding)
  for (const [type, schema] of schemas) {
    const known = new Set(goldens(type, schema.version).map(({ variant }) => variant));
    const added = Object.entries<DomainEvent>(samples[type as DomainEvent['type']])
      .filter(([variant]) => !known.has(variant))
      .map(([variant, event]) => ({
        variant,
        payload: hex(schema.encode(event)),
        event: notate(event),
      }));
    if (added.length > 0) addGoldens(type, schema.version, added);
  }

describe('the golden corpus (docs/adr/0001)', () => {
  it.each(schemas)('has every sample of %s in its newest version', (type, { version }) => {
    const expected = Object.entries<DomainEvent>(samples[type as DomainEvent['type']]);
    expect(expected.length).toBeGreaterThan(0);
    const found = goldens(type, version).map(({ variant, event }) => [variant, event]);
    for (const [variant, event] of expected) expect(found).toContainEqual([variant, notate(event)]);
  });

  const versions = schemas.flatMap(([type, { decoders }]) =>
    [...decoders].map(([version, decode]) => [type, version, decode] as const),
  );

  it.each(versions)('is read as it always was: %s version %i', (type, version, decode) => {
    expect(goldens(type, version)).not.toEqual([]);
    for (const { variant, payload, event } of goldens(type, version))
      expect({ variant, event: notate(decode(Buffer.from(payload, 'hex'))) }).toEqual({
        variant,
        event,
      });
  });

  it.each(schemas)('is what would be written today: %s', (type, schema) => {
    for (const { variant, payload, event } of goldens(type, schema.version))
      expect({ variant, payload: hex(schema.encode(denote(event))) }).toEqual({ variant, payload });
  });

  it('holds no file that is no longer read', () => {
    const read = versions.map(([type, version]) => `${type} ${version}`);
    expect(corpus().map(([type, version]) => `${type} ${version}`)).toEqual(
      expect.arrayContaining(read),
    );
    expect(corpus()).toHaveLength(read.length);
  });
});
