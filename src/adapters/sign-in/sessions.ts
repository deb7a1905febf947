import type pg from 'pg';
import type { ProviderPart, Session, SessionId, Sessions } from '../../domain/account/sessions.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import { asking } from './asking.ts';

const alive = `ends_at > now() and seen_at + idle * interval '1 second' > now()`;
const columns = 'id, account, kind, client, address, started_at, seen_at, provider';

/** How exactly it is kept when a session was seen, so that reading is not writing. */
const EXACT = `least(idle / 4.0, 300) * interval '1 second'`;

const statements = {
  start: `
    with tidied as (delete from sign_in.sessions where not (${alive}))
    insert into sign_in.sessions (
      digest, id, account, kind, client, address, idle, ends_at,
      provider, provider_keys, provider_sealed, provider_checked_at)
    values ($1, $2, $3, $4, $5, $6, $7, now() + $8 * interval '1 second',
      $9, $10, $11, case when $9::text is not null then now() end)`,
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
  endBy: 'delete from sign_in.sessions where provider = $1 and provider_keys && $2::text[]',
  proof: `
    select provider, provider_keys as keys, provider_sealed as sealed from sign_in.sessions
    where id = $1 and provider is not null`,
  dueForCheck: `
    update sign_in.sessions set provider_checked_at = now()
    where id = $1 and provider_checked_at <= now() - $2 * interval '1 second'`,
  reseal: 'update sign_in.sessions set provider_sealed = $2 where id = $1',
} as const;

interface Row {
  readonly id: SessionId;
  readonly account: AccountId;
  readonly kind: Session['kind'];
  readonly client: string;
  readonly address: string;
  readonly started_at: Date;
  readonly seen_at: Date;
  readonly provider: string | null;
}

const instant = (time: Date): Instant => time.toISOString() as Instant;

const sessionFrom = ({ started_at, seen_at, provider, ...row }: Row): Session => ({
  ...row,
  ...(provider === null ? {} : { provider }),
  startedAt: instant(started_at),
  seenAt: instant(seen_at),
});

/** Sessions as rows of the pool's database (`migrateSignIn`), by its clock. */
export const postgresSessions = ({ pool }: { readonly pool: pg.Pool }): Sessions => {
  const ask = <Found extends pg.QueryResultRow = Row>(
    name: keyof typeof statements,
    values: readonly (string | number | null | readonly string[])[],
  ): Promise<pg.QueryResult<Found>> =>
    asking(
      pool.query<Found>({ name: `session ${name}`, text: statements[name], values: [...values] }),
    );
  return {
    async start(digest, { id, account, kind, client, address, idle, lifetime, proof }) {
      await ask('start', [
        ...[digest, id, account, kind, client, address, idle, lifetime],
        ...[proof?.provider ?? null, proof?.keys ?? null, proof?.sealed ?? null],
      ]);
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
    endBy: async (provider, keys) => (await ask('endBy', [provider, keys])).rowCount ?? 0,
    proof: async (id) => (await ask<ProviderPart & pg.QueryResultRow>('proof', [id])).rows[0],
    dueForCheck: async (id, after) => ((await ask('dueForCheck', [id, after])).rowCount ?? 0) > 0,
    async reseal(id, sealed) {
      await ask('reseal', [id, sealed]);
    },
  };
};
