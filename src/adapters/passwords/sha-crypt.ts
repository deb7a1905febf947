import { createHash } from 'node:crypto';
import { setImmediate as others } from 'node:timers/promises';
import { cryptDigits, stretched } from './crypt-alphabet.ts';

/** Rounds between which other requests get their turn: some two milliseconds. */
const STRETCH = 500;
const DEFAULT_ROUNDS = 5000;
/** More would keep a server busy for a second or more. */
const MOST_ROUNDS = 200_000;

/** Three rows of octets, read across; each next group begins one row further. */
const across = (width: number, backwards: boolean): readonly (readonly number[])[] =>
  Array.from({ length: width }, (_, index) => {
    const row = [index, index + width, index + 2 * width];
    const turn = (backwards ? 3 - (index % 3) : index) % 3;
    return [...row.slice(turn), ...row.slice(0, turn)];
  });

const kinds = {
  '5': { algorithm: 'sha256', groups: [...across(10, true), [31, 30]] },
  '6': { algorithm: 'sha512', groups: [...across(21, false), [63]] },
} as const;

const FORM = /^\$(?<id>[56])\$(?:rounds=(?<rounds>\d{1,9})\$)?(?<salt>[^$]{0,16})\$[./0-9A-Za-z]+$/;

/**
 * Drepper's `$5$` and `$6$` of crypt(3): what a password comes to with the salt and rounds of a stored
 * hash. `undefined` when that is no such hash, or one that asks for too many rounds.
 */
export const shaCrypt = async (
  password: Uint8Array,
  stored: string,
): Promise<string | undefined> => {
  const { id, rounds: digits, salt = '' } = FORM.exec(stored)?.groups ?? {};
  const rounds = digits === undefined ? DEFAULT_ROUNDS : Math.max(1000, Number(digits));
  if ((id !== '5' && id !== '6') || rounds > MOST_ROUNDS) return undefined;
  const { algorithm, groups } = kinds[id];
  const of = (...parts: readonly Uint8Array[]): Buffer => {
    const hash = createHash(algorithm);
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const salty = Buffer.from(salt);
  const again = of(password, salty, password);
  const bits: Uint8Array[] = [];
  for (let length = password.length; length > 0; length >>= 1)
    bits.push((length & 1) === 1 ? again : password);
  let digest = of(password, salty, stretched(again, password.length), ...bits);
  const p = stretched(of(...Array.from(password, () => password)), password.length);
  const s = stretched(
    of(...Array.from({ length: 16 + (digest[0] ?? 0) }, () => salty)),
    salty.length,
  );
  for (let round = 0; round < rounds; round += 1) {
    const odd = round % 2 === 1;
    const parts = [odd ? p : digest];
    if (round % 3 !== 0) parts.push(s);
    if (round % 7 !== 0) parts.push(p);
    parts.push(odd ? digest : p);
    digest = of(...parts);
    if (round % STRETCH === STRETCH - 1) await others();
  }
  const head = `$${id}$${digits === undefined ? '' : `rounds=${rounds}$`}${salt}$`;
  return head + cryptDigits(digest, groups);
};
