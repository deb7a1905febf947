import type pg from 'pg';
import type { AppPasswordId } from '../../domain/account/app-passwords.ts';
import type { LastUse, SignInState } from '../../domain/account/sign-in-state.ts';
import type { Instant } from '../../domain/kernel/ids.ts';
import { asking } from './asking.ts';

const statements = {
  used: `
    insert into sign_in.uses as u (app_password, account, used_at, client, address)
    select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[])
      as told (app_password, account, used_at, client, address) order by app_password
    on conflict (app_password) do update set
      used_at = excluded.used_at, client = excluded.client, address = excluded.address
      where u.used_at < excluded.used_at`,
  lastUses: 'select app_password, used_at, client, address from sign_in.uses where account = $1',
  takeStep: `
    insert into sign_in.steps as s (account, step) values ($1, $2)
    on conflict (account) do update set step = excluded.step where s.step < excluded.step`,
} as const;

interface Row {
  readonly app_password: AppPasswordId;
  readonly used_at: Date;
  readonly client: string;
  readonly address: string;
}

/** Rows of the pool's database (`migrateSignIn`). */
export const postgresSignInState = ({ pool }: { readonly pool: pg.Pool }): SignInState => {
  const ask = (
    name: keyof typeof statements,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<Row>> =>
    asking(
      pool.query<Row>({ name: `sign-in ${name}`, text: statements[name], values: [...values] }),
    );
  return {
    async used(uses) {
      const all = [...uses];
      await ask('used', [
        all.map(([id]) => id),
        all.map(([, { account }]) => account),
        all.map(([, { at }]) => at),
        all.map(([, { client }]) => client),
        all.map(([, { address }]) => address),
      ]);
    },
    async lastUses(account) {
      const { rows } = await ask('lastUses', [account]);
      return new Map(
        rows.map(({ app_password, used_at, client, address }): [AppPasswordId, LastUse] => [
          app_password,
          { at: used_at.toISOString() as Instant, client, address },
        ]),
      );
    },
    takeStep: async (account, step) => ((await ask('takeStep', [account, step])).rowCount ?? 0) > 0,
    async forget(account) {
      await asking(
        pool.query({
          text: `with a as (delete from sign_in.uses where account = $1),
              b as (delete from sign_in.steps where account = $1)
            delete from sign_in.sessions where account = $1`,
          values: [account],
        }),
      );
    },
  };
};
