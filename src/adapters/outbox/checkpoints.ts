import type pg from 'pg';
import type { Position } from '../../domain/kernel/event-store.ts';
import type { Checkpoints } from '../../domain/kernel/checkpoints.ts';
import { asking } from './asking.ts';

const statements = {
  hold: `
    insert into outbox.reactions as r (reaction, holder, place, leased_until)
    values ($1, $2, $3, now() + make_interval(secs => $4))
    on conflict (reaction) do update set holder = excluded.holder, leased_until = excluded.leased_until
      where r.holder is not distinct from excluded.holder or r.leased_until <= now()
    returning place`,
  move: 'update outbox.reactions set place = $3 where reaction = $1 and holder = $2',
  release: `
    update outbox.reactions set holder = null, leased_until = '-infinity'
    where reaction = $1 and holder = $2`,
  drop: 'delete from outbox.reactions where reaction = $1',
} as const;

/** Rows of the pool's database (`migrateOutbox`). */
export const postgresCheckpoints = ({ pool }: { readonly pool: pg.Pool }): Checkpoints => {
  const ask = async (
    name: keyof typeof statements,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<{ place: string }>> =>
    asking(
      pool.query<{ place: string }>({
        name: `reaction ${name}`,
        text: statements[name],
        values: [...values],
      }),
    );
  return {
    async hold(reaction, node, first, seconds) {
      const [row] = (await ask('hold', [reaction, node, first, seconds])).rows;
      // `hold` and `move` alone write it.
      return row?.place as Position | 'start' | undefined;
    },
    move: async (reaction, node, to) =>
      ((await ask('move', [reaction, node, to])).rowCount ?? 0) > 0,
    async release(reaction, node) {
      await ask('release', [reaction, node]);
    },
    async drop(reaction) {
      await ask('drop', [reaction]);
    },
  };
};
