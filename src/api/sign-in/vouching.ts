import { LRUCache } from 'lru-cache';
import {
  type SourceUser,
  type UserSource,
  UserSourceUnavailable,
} from '../../domain/account/user-source.ts';

interface VouchingParts {
  /** Asked in this order; what one said is forgotten once it is no more among them. */
  readonly sources: Iterable<UserSource>;
  /** How long a source's word is taken without asking again, in ms. */
  readonly trust?: number;
  /** The same while it does not answer. */
  readonly staleTrust?: number;
  /** Whether a source may know somebody by another name than his login; else only the login itself counts. */
  readonly byAnyName?: true;
}

/**
 * What a source says now of somebody it let in once; `undefined`: none knows him any more.
 * @throws UserSourceUnavailable where that can't be found out
 */
export type Vouch = (login: string) => Promise<SourceUser | undefined>;

const REMEMBERED = 20_000;

interface Known {
  readonly user: SourceUser;
  readonly by: UserSource;
  readonly at: number;
}

/** Asks the sources again about people whose password they do not see: an app password and a session of somebody who has left open nothing any more. */
export const vouching = (parts: VouchingParts): Vouch => {
  const { sources, trust = 30_000, staleTrust = 300_000, byAnyName = false } = parts;
  const known = new LRUCache<string, Known>({ max: REMEMBERED });

  return async (login) => {
    const remembered = known.get(login);
    const isCurrent = remembered !== undefined && [...sources].includes(remembered.by);
    const before = isCurrent ? remembered : undefined;
    const age = before === undefined ? Number.POSITIVE_INFINITY : performance.now() - before.at;
    if (age < trust) return before?.user;
    let away: UserSourceUnavailable | undefined;
    for (const source of sources) {
      try {
        const user = await source.lookup(login);
        if (user === undefined || (!byAnyName && user.login !== login)) continue;
        known.set(login, { user, by: source, at: performance.now() });
        return user;
      } catch (error) {
        if (!(error instanceof UserSourceUnavailable)) throw error;
        away = error;
      }
    }
    if (away === undefined) {
      known.delete(login);
      return undefined;
    }
    if (age < staleTrust) return before?.user;
    throw away;
  };
};
