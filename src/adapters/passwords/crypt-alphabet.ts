const DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * How crypt(3) writes a digest: each group of up to three octets, named by their places and the most
 * significant first, as digits of six bits, the least significant first.
 */
export const cryptDigits = (digest: Uint8Array, groups: readonly (readonly number[])[]): string =>
  groups
    .map((places) => {
      let bits = places.reduce((sum, place) => (sum << 8) | (digest[place] ?? 0), 0);
      let out = '';
      for (let left = Math.ceil((places.length * 8) / 6); left > 0; left -= 1) {
        out += DIGITS[bits & 63];
        bits >>= 6;
      }
      return out;
    })
    .join('');

/** `octets`, over and over, `length` long. */
export const stretched = (octets: Uint8Array, length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, index) => octets[index % octets.length] ?? 0);
