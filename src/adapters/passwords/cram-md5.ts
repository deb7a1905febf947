const ROTATIONS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];
const SINES = Uint32Array.from({ length: 64 }, (_, index) =>
  Math.floor(Math.abs(Math.sin(index + 1)) * 2 ** 32),
);
const START = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;

type Words = readonly [number, number, number, number];

/** What a step mixes of three words, and which word of the block it takes (RFC 1321 §3.4). */
const mixed = (step: number, [, b, c, d]: Words): readonly [number, number] => {
  switch (step >> 4) {
    case 0:
      return [(b & c) | (~b & d), step];
    case 1:
      return [(d & b) | (~d & c), (5 * step + 1) % 16];
    case 2:
      return [b ^ c ^ d, (3 * step + 5) % 16];
    default:
      return [c ^ (b | ~d), (7 * step) % 16];
  }
};

/** MD5's state after one block of 64 octets (RFC 1321 §3.4): what Node's digests do not show. */
const stateAfter = (block: Buffer): Buffer => {
  let words: Words = START;
  for (let step = 0; step < 64; step += 1) {
    const [a, b, c, d] = words;
    const [mix, place] = mixed(step, words);
    const sum = (a + mix + (SINES[step] ?? 0) + block.readUInt32LE(place * 4)) >>> 0;
    const turn = ROTATIONS[step >> 4]?.[step % 4] ?? 0;
    words = [d, (b + ((sum << turn) | (sum >>> (32 - turn)))) >>> 0, b, c];
  }
  const out = Buffer.alloc(16);
  for (const [index, word] of words.entries())
    out.writeUInt32LE((word + (START[index] ?? 0)) >>> 0, index * 4);
  return out;
};

/**
 * What mail servers keep for CRAM-MD5 (RFC 2195) instead of the password: HMAC-MD5's outer and inner
 * states after the key, 32 octets. `key` is the password, or its MD5 digest when longer than 64 octets.
 */
export const cramMd5States = (key: Uint8Array): Buffer => {
  const padded = (with_: number): Buffer =>
    Buffer.from(Array.from({ length: 64 }, (_, index) => (key[index] ?? 0) ^ with_));
  return Buffer.concat([stateAfter(padded(0x5c)), stateAfter(padded(0x36))]);
};
