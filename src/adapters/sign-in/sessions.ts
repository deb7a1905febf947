import type pg from 'pg';
import type { Session, SessionId, Sessions } from '../../domain/account/sessions.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import { asking } from './asking.ts';

const alive = `ends_at > now() and seen_at + idle * interval '1 second' > now()`;
const columns = 'id, account, kind, client, address, started_at, seen_at';

/** How exactly it is kept when a session was seen, so that reading is not writing. */
const EXACT = `least(idle / 4.0, 300) * interval '1 second'`;

const statements = {
  start: `
    with tidied as (delete from sign_in.sessions where not (${alive}))
    insert into sign_in.sessions (digest, id, account, kind, client, address, idle, ends_at)
    values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second')`,
  find: `
    with seen as (
      update sign_in.sessions set seen_at = now()
      where digest = $1 and ${alive} and seen_at < now() - ${EXACT}
    )
    select ${columns} from sign_in.sessions where digest = $1 and ${alive}`,
  of: `
    select ${columns} from sign_in.sessions where account = $1 and kind = 'full' and ${alive}
    order by started_at desc, id`,
  end: 'delete from sign_in.sessions where account = $1 and id = $2',
  endAll: 'delete from sign_in.sessions where account = $1 and id is distinct from $2',
} as const;

interface Row {
  readonly id: SessionId;
  readonly account: AccountId;
  readonly kind: Session['kind'];
  readonly client: string;
  readonly address: string;
  readonly started_at: Date;
  readonly seen_at: Date;
}

const instant = (time: Date): Instant => time.toISOString() as Instant;

const sessionFrom = ({ started_at, seen_at, ...row }: Row): Session => ({
  ...row,
  startedAt: instant(started_at),
  seenAt: instant(seen_at),
});

/** Sessions as rows of the pool's database (`migrateSignIn`), by its clock. */
export const postgresSessions = ({ pool }: { readonly pool: pg.Pool }): Sessions => {
  const ask = (
    name: keyof typeof statements,
    values: readonly (string | number | null)[],
  ): Promise<pg.QueryResult<Row>> =>
    asking(
      pool.query<Row>({ name: `session ${name}`, text: statements[name], values: [...values] }),
    );
  return {
    async start(digest, { id, account, kind, client, address, idle, lifetime }) {
      await ask('start', [digest, id, account, kind, client, address, idle, lifetime]);
    },
    async find(digest) {
      const [row] = (await ask('find', [digest])).rows;
      return row && sessionFrom(row);
    },
    of: async (account) => (await ask('of', [account])).rows.map(sessionFrom),
    end: async (account, id) => ((await ask('end', [account, id])).rowCount ?? 0) > 0,
    async endAll(account, but) {
      await ask('endAll', [account, but ?? null]);
    },
  };
};
