import { createHash, randomBytes, randomInt } from 'node:crypto';

/** Base 32's letters (RFC 4648 §6), small: none of them looks like another. */
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';
const GROUP = 4;

const letters = (count: number): string =>
  Array.from({ length: count }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

const grouped = (text: string): string =>
  (text.match(new RegExp(`.{1,${GROUP}}`, 'g')) ?? []).join('-');

/** As it was made, however its owner wrote it down. */
const bare = (typed: string): string => typed.replaceAll(/[\s-]/g, '').toLowerCase();

/** What was made at random needs no slow hash: nobody can try 2^80 of them. */
const digest = (purpose: string, text: string): string =>
  createHash('sha256').update(`daybook ${purpose}\0${text}`).digest('base64url');

/** Letters of an app password: 100 bits, typed once on a phone. */
const APP_PASSWORD = 20;
/** Letters of a recovery code: 80 bits, written on paper. */
const RECOVERY_CODE = 16;
const RECOVERY_CODES = 10;

/** `abcd-efgh-…`: five groups of four. */
export const newAppPassword = (): string => grouped(letters(APP_PASSWORD));

const madeOf = (count: number): RegExp => new RegExp(`^[${ALPHABET}]{${count}}$`);
const appPassword = madeOf(APP_PASSWORD);
const recoveryCode = madeOf(RECOVERY_CODE);

/** What an app password is known by; `undefined` for what can't be one. Spaces and hyphens don't count. */
export const appPasswordDigest = (typed: string): string | undefined => {
  if (typed.length > 4 * APP_PASSWORD) return undefined;
  const text = bare(typed);
  return appPassword.test(text) ? digest('app password', text) : undefined;
};

export const newRecoveryCodes = (): readonly string[] =>
  Array.from({ length: RECOVERY_CODES }, () => grouped(letters(RECOVERY_CODE)));

/** The same for a recovery code. */
export const recoveryCodeDigest = (typed: string): string | undefined => {
  if (typed.length > 4 * RECOVERY_CODE) return undefined;
  const text = bare(typed);
  return recoveryCode.test(text) ? digest('recovery code', text) : undefined;
};

/** What a browser holds of a session: 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is kept of it. */
export const tokenDigest = (token: string): string => digest('session', token);

const GUESSES = randomBytes(32).toString('base64');

/** What a try of a password is told from others by, in this process alone. */
export const questionDigest = (login: string, password: string): string =>
  digest(GUESSES, `${login}\0${password}`);

/** What a page of the session sends along to show that it is one (OWASP: double submit, bound to the session). */
export const forgeryToken = (token: string): string => digest('forgery', token);

/** What is kept of a name that an identity provider has for a sign-in. */
export const providerKeyDigest = (key: string): string => digest('provider key', key);
