const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

/** One round of RFC 1320 §3.4: what is combined, which word each step takes, by how much it turns. */
interface Round {
  combine(x: number, y: number, z: number): number;
  readonly order: readonly number[];
  readonly turns: readonly number[];
  readonly constant: number;
}

const rounds: readonly Round[] = [
  {
    combine: (x, y, z) => (x & y) | (~x & z),
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    turns: [3, 7, 11, 19],
    constant: 0,
  },
  {
    combine: (x, y, z) => (x & y) | (x & z) | (y & z),
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    turns: [3, 5, 9, 13],
    constant: 0x5a827999,
  },
  {
    combine: (x, y, z) => x ^ y ^ z,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    turns: [3, 9, 11, 15],
    constant: 0x6ed9eba1,
  },
];

/** MD4 (RFC 1320), which Node's OpenSSL no longer has and Windows still keeps passwords in. */
export const md4 = (message: Uint8Array): Buffer => {
  const padded = Buffer.alloc(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(BigInt(message.length) * 8n, padded.length - 8);
  let state: readonly [number, number, number, number] = [
    0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
  ];
  for (let at = 0; at < padded.length; at += 64) {
    let [a, b, c, d] = state;
    for (const { combine, order, turns, constant } of rounds)
      for (const [step, word] of order.entries()) {
        const sum = a + combine(b, c, d) + padded.readUInt32LE(at + word * 4) + constant;
        [a, b, c, d] = [d, rotated(sum | 0, turns[step % 4] ?? 0), b, c];
      }
    state = [(state[0] + a) | 0, (state[1] + b) | 0, (state[2] + c) | 0, (state[3] + d) | 0];
  }
  const digest = Buffer.alloc(16);
  for (const [index, part] of state.entries()) digest.writeInt32LE(part, index * 4);
  return digest;
};
