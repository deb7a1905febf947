import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { eventRegistry } from '../../src/adapters/codec/registry.ts';

const domain = fileURLToPath(new URL('../../src/domain/', import.meta.url));

const load = (): protobuf.Root => {
  const root = new protobuf.Root();
  root.resolvePath = (_, target) => join(domain, target);
  const files = readdirSync(domain, { recursive: true, encoding: 'utf8' });
  root.loadSync(files.filter((file) => file.endsWith('.proto')));
  root.resolveAll();
  return root;
};

const messagesOf = (namespace: protobuf.NamespaceBase): readonly protobuf.Type[] =>
  namespace.nestedArray.flatMap((nested) => [
    ...(nested instanceof protobuf.Type ? [nested] : []),
    ...(nested instanceof protobuf.Namespace ? messagesOf(nested) : []),
  ]);

/** What docs/adr/0001 forbids in a message. */
const faults = (message: protobuf.Type): readonly string[] =>
  message.fieldsArray.flatMap((field) => {
    const name = field.fullName;
    if (field.type in protobuf.types.long) return [`${name} has 64 bits`];
    if (field.map) return [`${name} is a map, which has no order`];
    if (field.required) return [`${name} is required`];
    // proto3 has `optional` as a oneof of one: what is in none cannot be told from its default.
    if (!field.repeated && field.partOf === null) return [`${name} is not optional`];
    return [];
  });

const parsed = (fields: string): protobuf.Type =>
  protobuf
    .parse(`syntax = "proto3"; package test; message Sample { ${fields} }`)
    .root.resolveAll()
    .lookupType('test.Sample');

describe('messages (docs/adr/0001)', () => {
  const messages = messagesOf(load());

  it('have no 64-bit fields, no maps, and only fields whose absence can be told', () => {
    expect(messages.length).toBeGreaterThan(Object.keys(eventRegistry).length);
    expect(messages.flatMap(faults)).toEqual([]);
  });

  it('are there for every event type, by its name', () => {
    const names = messages.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(Object.keys(eventRegistry)));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ['optional int64 at = 1;', '.test.Sample.at has 64 bits'],
    ['repeated fixed64 at = 1;', '.test.Sample.at has 64 bits'],
    ['string name = 1;', '.test.Sample.name is not optional'],
    ['map<string, string> dead = 1;', '.test.Sample.dead is a map, which has no order'],
  ])('would be refused with %s', (fields, fault) => {
    expect(faults(parsed(fields))).toEqual([fault]);
  });

  it('may have optional, repeated and alternative fields', () => {
    expect(
      faults(
        parsed(
          'optional string a = 1; repeated bytes b = 2; oneof c { bytes d = 3; uint32 e = 4; }',
        ),
      ),
    ).toEqual([]);
  });
});
