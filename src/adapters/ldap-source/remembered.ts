import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { canonicalLogin } from '../../domain/account/login.ts';
import { type SourceUser, UserSourceUnavailable } from '../../domain/account/user-source.ts';

export interface RememberedParts {
  /** Asks the directory. @throws UserSourceUnavailable */
  ask(login: string, password: string): Promise<SourceUser | undefined>;
  /** How long right credentials are believed without a word, in ms. */
  readonly trust: number;
  /** How long they are believed while the directory does not answer, in ms. */
  readonly staleTrust: number;
}

/** Right credentials, kept for a while. */
export interface Remembered {
  /** @throws UserSourceUnavailable */
  authenticate(login: string, password: string): Promise<SourceUser | undefined>;
  /** Whatever was believed of a login, in any way it is typed, is asked anew; without one, of all. */
  forget(login: string | undefined): void;
}

const REMEMBERED = 20_000;
/** How long somebody who is known waits for the directory to say so again, in ms. */
const PATIENCE = 100;
/** How many passwords for one login the directory is asked about at once; more is nobody's client. */
const AT_ONCE = 8;

interface Known {
  readonly user: SourceUser;
  readonly at: number;
}

/**
 * A bind is dear, and a directory may be slow or away: right credentials are kept under a keyed digest.
 * Once they are older than `trust` the directory is asked again, and whoever is known waits for its answer
 * no longer than a tenth of a second; a no takes the memory away. Wrong ones are never remembered.
 */
export const rememberedCredentials = ({ ask, trust, staleTrust }: RememberedParts): Remembered => {
  const key = randomBytes(32);
  const right = new LRUCache<string, Known>({ max: REMEMBERED });
  const underWay = new Map<string, Promise<SourceUser | undefined>>();
  const underWayFor = new Map<string, number>();
  /** Raised by `forget`: an answer to a question asked before it is not kept. */
  let epoch = 0;

  const counted = async (login: string, password: string): Promise<SourceUser | undefined> => {
    const name = canonicalLogin(login);
    const others = underWayFor.get(name) ?? 0;
    if (others >= AT_ONCE)
      throw new UserSourceUnavailable('for this login', { cause: 'too many passwords at once' });
    underWayFor.set(name, others + 1);
    try {
      return await ask(login, password);
    } finally {
      const left = (underWayFor.get(name) ?? 1) - 1;
      if (left === 0) underWayFor.delete(name);
      else underWayFor.set(name, left);
    }
  };

  const asked = async (question: string, login: string, password: string) => {
    const began = { at: Date.now(), epoch };
    const user = await counted(login, password);
    if (user === undefined) right.delete(question);
    else if (began.epoch === epoch) right.set(question, { user, at: began.at });
    return user;
  };

  /** One question for however many requests ask it at once. */
  const anew = (question: string, login: string, password: string) => {
    let running = underWay.get(question);
    if (running === undefined) {
      running = asked(question, login, password).finally(() => underWay.delete(question));
      underWay.set(question, running);
    }
    return running;
  };

  return {
    async authenticate(login, password) {
      const question = createHmac('sha256', key).update(`${login}\0${password}`).digest('base64');
      const known = right.get(question);
      const age = known === undefined ? Number.POSITIVE_INFINITY : Date.now() - known.at;
      if (known === undefined || age >= staleTrust) return anew(question, login, password);
      if (age < trust) return known.user;
      const patient = new AbortController();
      const late = sleep(PATIENCE, known.user, { signal: patient.signal, ref: false });
      try {
        return await Promise.race([
          // Away: what it said before still holds.
          anew(question, login, password).catch(() => known.user),
          late.catch(() => known.user),
        ]);
      } finally {
        patient.abort();
      }
    },
    forget(login) {
      epoch += 1;
      for (const [question, { user }] of right)
        if (login === undefined || user.login === login) right.delete(question);
    },
  };
};
