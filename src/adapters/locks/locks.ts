import type pg from 'pg';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { conflictsWith, type Lock, LOCK_BOUNDS, type LockToken } from '../../domain/locks/lock.ts';
import type { Locks, Taking } from '../../domain/locks/locks.ts';
import { asking } from './asking.ts';
import { hearing } from './hearing.ts';
import { CHANNEL } from './schema.ts';

interface Row {
  readonly token: LockToken;
  readonly tree: StreamId;
  readonly at: readonly string[];
  readonly root: string;
  readonly scope: Lock['scope'];
  readonly depth: Lock['depth'];
  readonly account: AccountId;
  readonly owner: string;
  readonly left: number;
}

const columns = `token, tree, at, root, scope, depth, account, owner,
  ceil(extract(epoch from ends_at - now()))::int as left`;

const statements = {
  held: `select ${columns} from locks.held where tree = any($1::text[]) and ends_at > now()`,
  trees: 'select distinct tree from locks.held where ends_at > now()',
  insert: `
    insert into locks.held (token, tree, at, root, scope, depth, account, owner, ends_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, now() + make_interval(secs => $9))`,
  refresh: `
    update locks.held set ends_at = now() + make_interval(secs => $2)
    where token = $1 and ends_at > now()`,
  release: 'delete from locks.held where token = $1 and ends_at > now()',
  releaseAt: `
    delete from locks.held
    where tree = $1 and at[1:cardinality($2::text[])] = $2::text[]`,
  all: `select ${columns} from locks.held where ends_at > now() order by taken_at limit 1000`,
  purge: 'delete from locks.held where account = $1',
} as const;

const lockFrom = ({ tree, at, left, ...row }: Row): Lock => ({
  ...row,
  place: { tree, at },
  secondsLeft: left,
});

interface LocksParts {
  readonly pool: pg.Pool;
  /** For a connection that hears of locks; absent: the table is asked each time. */
  readonly listen?: pg.ClientConfig;
}

/**
 * Locks as rows of the pool's database (`migrateLocks`), by its clock. A node knows in which trees there may be
 * any, and asks about no others while it hears of those that are taken elsewhere.
 */
export const postgresLocks = ({ pool, listen }: LocksParts): Locks => {
  const locked = new Set<StreamId>();
  /** Counts what was heard, so that no answer older than it makes a tree free. */
  let heard = 0;
  const tell = (tree: StreamId): void => {
    heard += 1;
    locked.add(tree);
  };
  const ask = async <Answered extends pg.QueryResultRow>(
    name: Exclude<keyof typeof statements, 'insert'>,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Answered>> =>
    asking(
      pool.query<Answered>({ name: `locks ${name}`, text: statements[name], values: [...values] }),
    );
  const ear =
    listen &&
    hearing({
      connection: listen,
      told: (tree) => tell(tree as StreamId),
      look: async () => {
        const { rows } = await ask<{ tree: StreamId }>('trees');
        for (const { tree } of rows) locked.add(tree);
      },
    });

  /** One after the other within a tree, and of an account. */
  const taking = async (client: pg.PoolClient, lock: Lock): Promise<Taking> => {
    const { token, root, scope, depth, account, owner, secondsLeft } = lock;
    const { tree, at } = lock.place;
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`daybook lock ${account}`]);
    await client.query('select pg_advisory_xact_lock(hashtext($1))', [`daybook lock ${tree}`]);
    await client.query('delete from locks.held where ends_at <= now()');
    const { rows } = await client.query<Row>(statements.held, [[tree]]);
    const conflicts = conflictsWith(rows.map(lockFrom), lock);
    if (conflicts.length > 0) return { kind: 'conflict', with: conflicts };
    const own = await client.query('select from locks.held where account = $1', [account]);
    if ((own.rowCount ?? 0) >= LOCK_BOUNDS.locks) return { kind: 'full' };
    const values = [token, tree, at, root, scope, depth, account, owner, secondsLeft];
    await client.query(statements.insert, values);
    await client.query('select pg_notify($1, $2)', [CHANNEL, tree]);
    return { kind: 'taken' };
  };

  return {
    async held(trees) {
      const wanted = ear?.hears() === true ? trees.filter((tree) => locked.has(tree)) : trees;
      if (wanted.length === 0) return [];
      const asOf = heard;
      const { rows } = await ask<Row>('held', [wanted]);
      if (asOf === heard)
        for (const tree of wanted) if (!rows.some((row) => row.tree === tree)) locked.delete(tree);
      return rows.map(lockFrom);
    },
    async take(lock) {
      // Before it is there, so that nobody on this node overlooks it.
      tell(lock.place.tree);
      const client = await asking(pool.connect());
      let broken = false;
      try {
        await asking(client.query('begin'));
        const outcome = await asking(taking(client, lock));
        await asking(client.query(outcome.kind === 'taken' ? 'commit' : 'rollback'));
        tell(lock.place.tree);
        return outcome;
      } catch (error) {
        broken = true;
        throw error;
      } finally {
        client.release(broken);
      }
    },
    refresh: async (token, seconds) => ((await ask('refresh', [token, seconds])).rowCount ?? 0) > 0,
    release: async (token) => ((await ask('release', [token])).rowCount ?? 0) > 0,
    async releaseAt({ tree, at }) {
      if (ear?.hears() === true && !locked.has(tree)) return;
      await ask('releaseAt', [tree, at]);
    },
    all: async () => (await ask<Row>('all')).rows.map(lockFrom),
    async purge(account) {
      await ask('purge', [account]);
    },
    close: async () => ear?.close(),
  };
};
