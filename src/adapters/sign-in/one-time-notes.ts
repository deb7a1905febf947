import type pg from 'pg';
import type { OneTimeNotes } from '../../domain/account/one-time-notes.ts';
import { asking } from './asking.ts';

const statements = {
  // One that is over may be replaced: it is as if it were not there.
  note: `
    insert into sign_in.notes as n (key, note, ends_at)
    values ($1, $2, now() + $3 * interval '1 second')
    on conflict (key) do update set note = excluded.note, ends_at = excluded.ends_at
      where n.ends_at <= now()`,
  take: 'delete from sign_in.notes where key = $1 returning note, ends_at > now() as lives',
  tidy: 'delete from sign_in.notes where ends_at <= now()',
} as const;

/** How often, in ms. */
const TIDY = 60_000;

interface Row {
  readonly note: string;
  readonly lives: boolean;
}

/** Notes as rows of the pool's database (`migrateSignIn`), by its clock. */
export const postgresOneTimeNotes = ({ pool }: { readonly pool: pg.Pool }): OneTimeNotes => {
  let tidiedAt = performance.now();
  return {
    async note(key, text, seconds) {
      if (performance.now() - tidiedAt >= TIDY) {
        tidiedAt = performance.now();
        await asking(pool.query(statements.tidy));
      }
      const values = [key, text, seconds];
      const { rowCount } = await asking(
        pool.query({ name: 'sign-in note', text: statements.note, values }),
      );
      return (rowCount ?? 0) > 0;
    },
    async take(key) {
      const { rows } = await asking(
        pool.query<Row>({ name: 'sign-in take', text: statements.take, values: [key] }),
      );
      return rows[0]?.lives === true ? rows[0].note : undefined;
    },
  };
};
