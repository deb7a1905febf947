import { hash, verify } from '@node-rs/argon2';
import type { PasswordHasher } from '../../domain/account/password.ts';
import { takingTurns } from './turns.ts';

/** OWASP's second choice for Argon2id: 19 MiB, two passes; about 25 ms on the slow side of today. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** How many are computed at once: each holds 19 MiB and a thread that file reads need too. */
const AT_ONCE = 2;

/** Argon2id (RFC 9106) in PHC strings. */
export const argon2Passwords = (): PasswordHasher => {
  const inTurn = takingTurns(AT_ONCE);
  return {
    hash: (password) => inTurn(() => hash(password, PARAMETERS)),
    verify: (stored, password) => inTurn(() => verify(stored, password).catch(() => false)),
  };
};
