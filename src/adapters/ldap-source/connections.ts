import { setTimeout as sleep } from 'node:timers/promises';
import { UserSourceUnavailable } from '../../domain/account/user-source.ts';
import {
  type Connection,
  type ConnectionSettings,
  DirectoryAnswer,
  openConnection,
} from './connection.ts';
import type { Server } from './servers.ts';

export interface ConnectionsParts extends ConnectionSettings {
  /** The source's id. */
  readonly id: string;
  /** In the order to try them. */
  readonly servers: readonly Server[];
  /** Who searches; nobody in particular when left out. */
  readonly service: { readonly dn: string; readonly password: string } | undefined;
  /** Told when the directory does not answer as it should. */
  report(trouble: unknown): void;
}

/** The connections of one source. Their functions throw `DirectoryAnswer` and `UserSourceUnavailable`. */
export interface Connections {
  /** Work on the connection that all share, bound as the service. Done again when the connection breaks. */
  shared<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
  /**
   * Work on a connection nobody else uses meanwhile, bound as anybody; done again when a used one breaks
   * at once, unless it has to be a fresh one.
   */
  own<Result>(
    work: (connection: Connection) => Promise<Result>,
    isFresh?: boolean,
  ): Promise<Result>;
  close(): void;
}

/** Connections for binds: so many people can be asked about at once. */
const OWN = 16;
/** How many more may wait for one of them. */
const WAITING = 1024;
/** How long a server that could not be reached is asked after all others, in ms. */
const AVOIDED = 15_000;
/** After no server could be reached, how long nobody tries again, in ms. */
const PAUSE = 1000;
/** How long a server further back in the list is good enough, in ms. */
const SECOND_BEST = 30_000;

interface Shared {
  readonly connection: Connection;
  readonly rank: number;
  readonly since: number;
  users: number;
}

/** Directories' own words for "not now", and for a server that can't do what the configuration wants. */
const troubled: ReadonlySet<number> = new Set([1, 2, 3, 7, 8, 10, 11, 12, 13, 51, 52, 80]);

export const connections = (parts: ConnectionsParts): Connections => {
  const { id, servers, service, report, patience } = parts;
  const avoidedUntil = servers.map(() => 0);
  const idle: Connection[] = [];
  const waiting: (() => void)[] = [];
  let busy = 0;
  let quietUntil = 0;
  let closed = false;
  let sharing: Shared | undefined;
  let opening: Promise<Shared> | undefined;

  const away = (cause: unknown): UserSourceUnavailable => new UserSourceUnavailable(id, { cause });

  /** A connection to the first server that takes one. */
  const opened = async (): Promise<{ connection: Connection; rank: number }> => {
    if (closed || Date.now() < quietUntil) throw away('no server answered a moment ago');
    const now = Date.now();
    const ranks = servers.map((_, rank) => rank);
    const avoided = (rank: number): boolean => (avoidedUntil[rank] ?? 0) > now;
    const inOrder = [...ranks.filter((rank) => !avoided(rank)), ...ranks.filter(avoided)];
    let trouble: unknown = 'no server is named';
    for (const rank of inOrder) {
      const server = servers[rank];
      if (server === undefined) continue;
      try {
        const connection = await openConnection(server, parts);
        avoidedUntil[rank] = 0;
        return { connection, rank };
      } catch (error) {
        avoidedUntil[rank] = Date.now() + AVOIDED;
        trouble = error;
        report(error);
      }
    }
    quietUntil = Date.now() + PAUSE;
    throw away(trouble);
  };

  const asService = async (): Promise<Shared> => {
    const { connection, rank } = await opened();
    try {
      if (service !== undefined) await connection.bind(service.dn, service.password);
    } catch (error) {
      connection.close();
      // Trying again at each request would lock the service out.
      quietUntil = Date.now() + PAUSE;
      report(error);
      throw away(error);
    }
    return { connection, rank, since: Date.now(), users: 0 };
  };

  /** One that nobody uses any more, and that isn't the one to use. */
  const retire = (shared: Shared | undefined): void => {
    if (shared !== undefined && shared !== sharing && shared.users === 0) shared.connection.close();
  };

  const current = async (): Promise<Shared> => {
    const before = sharing;
    const outlived =
      before !== undefined && before.rank > 0 && Date.now() - before.since > SECOND_BEST;
    if (before?.connection.alive() === true && !outlived) return before;
    opening ??= asService()
      .then((made) => {
        sharing = made;
        retire(before);
        if (closed) made.connection.close();
        return made;
      })
      .finally(() => {
        opening = undefined;
      });
    return opening;
  };

  /** An answer as it is, except for "not now": that and everything else mean that nobody is there. */
  const judged = (error: unknown): Error => {
    if (error instanceof UserSourceUnavailable) return error;
    if (error instanceof DirectoryAnswer && !troubled.has(error.result)) return error;
    report(error);
    return away(error);
  };

  const slot = async (): Promise<void> => {
    if (busy < OWN) {
      busy += 1;
      return;
    }
    if (waiting.length >= WAITING) throw away('too many people are being asked about');
    const patient = new AbortController();
    const turn = new Promise<true>((resolve) => {
      waiting.push(() => resolve(true));
    });
    const mine = waiting.at(-1);
    const late = sleep(patience, false as const, { signal: patient.signal, ref: false });
    const came = await Promise.race([turn, late.catch(() => false as const)]);
    patient.abort();
    if (came) return;
    const place = mine === undefined ? -1 : waiting.indexOf(mine);
    if (place >= 0) waiting.splice(place, 1);
    // The turn came while the patience ended: it is for somebody else.
    else release();
    throw away('too many people are being asked about');
  };
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) busy -= 1;
    else next();
  };

  /** Whether the connection broke at once, so that the same may be asked on another. */
  const brokeAtOnce = (error: unknown, connection: Connection, since: number): boolean =>
    !(error instanceof DirectoryAnswer) && !connection.alive() && Date.now() - since < patience / 2;

  return {
    async shared(work) {
      for (let again = true; ; again = false) {
        const since = Date.now();
        const shared = await current();
        shared.users += 1;
        try {
          return await work(shared.connection);
        } catch (error) {
          if (!again || !brokeAtOnce(error, shared.connection, since)) throw judged(error);
        } finally {
          shared.users -= 1;
          retire(shared);
        }
      }
    },
    async own(work, isFresh = false) {
      await slot();
      let connection: Connection | undefined;
      try {
        for (;;) {
          const since = Date.now();
          const used = isFresh ? undefined : idle.pop();
          if (used?.alive() === false) continue;
          connection = used ?? (await opened()).connection;
          try {
            return await work(connection);
          } catch (error) {
            if (used === undefined || !brokeAtOnce(error, used, since)) throw error;
          }
        }
      } catch (error) {
        throw judged(error);
      } finally {
        if (connection?.alive() === true && !closed) idle.push(connection);
        else connection?.close();
        release();
      }
    },
    close() {
      closed = true;
      for (const connection of idle.splice(0)) connection.close();
      sharing?.connection.close();
    },
  };
};
