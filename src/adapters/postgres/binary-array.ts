/**
 * One-dimensional PostgreSQL arrays in binary format (array_recv in the server's arrayfuncs.c):
 * dimensions, null flag, element type, length and lower bound as int32, then each element's length
 * and octets. The driver sends a Buffer as a binary parameter, while it would write a JavaScript
 * array as text to be quoted here and parsed there, bytea in hexadecimal.
 */

/** Object ids of built-in types (pg_type.dat); they never change. */
const OID = { bytea: 17, int8: 20, int4: 23, text: 25, uuid: 2950 } as const;

const HEADER = 20;

const array = <T>(
  oid: number,
  elements: readonly T[],
  size: (element: T) => number,
  write: (buffer: Buffer, element: T, at: number, octets: number) => void,
): Buffer => {
  const sizes = elements.map(size);
  const buffer = Buffer.allocUnsafe(
    sizes.reduce((total, octets) => total + 4 + octets, elements.length === 0 ? 12 : HEADER),
  );
  buffer.writeInt32BE(elements.length === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  if (elements.length === 0) return buffer;
  buffer.writeInt32BE(elements.length, 12);
  buffer.writeInt32BE(1, 16);
  let at = HEADER;
  elements.forEach((element, index) => {
    const octets = sizes[index] ?? 0;
    buffer.writeInt32BE(octets, at);
    write(buffer, element, at + 4, octets);
    at += 4 + octets;
  });
  return buffer;
};

export const textArray = (elements: readonly string[]): Buffer =>
  array(
    OID.text,
    elements,
    (text) => Buffer.byteLength(text),
    (buffer, text, at, octets) => {
      buffer.write(text, at, octets, 'utf8');
    },
  );

export const byteaArray = (elements: readonly Uint8Array[]): Buffer =>
  array(
    OID.bytea,
    elements,
    (octets) => octets.length,
    (buffer, octets, at) => {
      buffer.set(octets, at);
    },
  );

export const int8Array = (elements: readonly bigint[]): Buffer =>
  array(
    OID.int8,
    elements,
    () => 8,
    (buffer, element, at) => {
      buffer.writeBigInt64BE(element, at);
    },
  );

export const int4Array = (elements: readonly number[]): Buffer =>
  array(
    OID.int4,
    elements,
    () => 4,
    (buffer, element, at) => {
      buffer.writeInt32BE(element, at);
    },
  );

/** @param elements UUIDs in their canonical form; anything else would be stored wrong. */
export const uuidArray = (elements: readonly string[]): Buffer =>
  array(
    OID.uuid,
    elements,
    () => 16,
    (buffer, element, at) => {
      buffer.write(element.replaceAll('-', ''), at, 16, 'hex');
    },
  );
