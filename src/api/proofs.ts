import { hash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';

interface ProofsParts {
  /** Whether the password is the one that the stored hash was made from; slow. */
  verify(stored: string, password: string): Promise<boolean>;
  /** How long whoever is sent away is kept waiting for that, in ms: who guesses comes back at once. */
  readonly reluctance?: number;
}

/** Passwords checked with a memory and with bounds. Its functions throw `TooManyPasswords`. */
export interface Proofs {
  /** Whether the password is the one that the stored hash was made from. `question`: where it is known. */
  proves(stored: string, login: string, password: string, question?: string): Promise<boolean>;
  /** Sends away at once who would be sent away anyway, before anybody else is asked about him. */
  admit(login: string, password: string): Promise<void>;
  /** What a login and a password are remembered by: a keyed digest, of this process alone. */
  questionOf(login: string, password: string): string;
}

/** Right credentials, and wrong ones apart from them: guessing must not push out those who know. */
const REMEMBERED = { right: 20_000, wrong: 2_000 } as const;

/**
 * Passwords being checked, all together (a second or two of work) and for one login (more is nobody's
 * client): whoever comes then is sent away at once, before a line forms in which all wait for a guesser.
 */
const AT_ONCE = { all: 64, login: 8 } as const;

/** Too many passwords are being checked; the same for logins that exist and for those that do not. */
class TooManyPasswords extends Error {
  override readonly name = 'TooManyPasswords';
  readonly code = 'passwords-crowded';
}

/**
 * Hashing is slow on purpose, so an answer is remembered under a keyed digest of what was sent, together
 * with the stored hash it was given for: it holds exactly as long as that hash does.
 */
export const rememberedProofs = ({ verify, reluctance = 1000 }: ProofsParts): Proofs => {
  const key = randomBytes(32).toString('base64');
  /** Question to the stored hash that it was answered for. */
  const right = new LRUCache<string, string>({ max: REMEMBERED.right });
  const wrong = new LRUCache<string, string>({ max: REMEMBERED.wrong });
  const underWay = new Map<string, Promise<boolean>>();
  const underWayFor = new Map<string, number>();

  const crowded = (login: string): boolean =>
    underWay.size >= AT_ONCE.all || (underWayFor.get(login) ?? 0) >= AT_ONCE.login;

  const sendAway = async (): Promise<never> => {
    await sleep(reluctance);
    throw new TooManyPasswords();
  };

  const counted = async (stored: string, login: string, password: string): Promise<boolean> => {
    underWayFor.set(login, (underWayFor.get(login) ?? 0) + 1);
    try {
      return await verify(stored, password);
    } finally {
      const left = (underWayFor.get(login) ?? 1) - 1;
      if (left === 0) underWayFor.delete(login);
      else underWayFor.set(login, left);
    }
  };

  const questionOf = (login: string, password: string): string =>
    hash('sha256', `${key}${login}\0${password}`, 'base64');

  return {
    questionOf,
    async proves(stored, login, password, question = questionOf(login, password)) {
      if (right.get(question) === stored) return true;
      if (wrong.get(question) === stored) return false;
      // One computation per distinct question, however many requests ask it at once.
      const together = `${question}${stored}`;
      let running = underWay.get(together);
      if (running === undefined) {
        if (crowded(login)) return sendAway();
        running = counted(stored, login, password).finally(() => underWay.delete(together));
        underWay.set(together, running);
      }
      const proven = await running;
      (proven ? right : wrong).set(question, stored);
      return proven;
    },
    async admit(login, password) {
      if (!crowded(login)) return;
      const question = questionOf(login, password);
      if (!right.has(question) && !wrong.has(question)) await sendAway();
    },
  };
};
