import type pg from 'pg';
import type { Counters } from '../../domain/account/counters.ts';
import { asking } from './asking.ts';

/** Whoever reaches the limit is blocked and begins anew. In one order, so that no two nodes wait for each other. */
const add = `
  insert into sign_in.counters as c (key, times, most, block, ends_at, blocked_until)
  select key, case when times < most then times else 0 end, most, block,
    now() + seconds * interval '1 second',
    case when times >= most then now() + block * interval '1 second' end
  from unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[])
    as told (key, times, most, seconds, block)
  order by key
  on conflict (key) do update set
    most = excluded.most,
    block = excluded.block,
    ends_at = case when c.ends_at > now() then c.ends_at else excluded.ends_at end,
    times = case
      when excluded.blocked_until is not null then 0
      when c.ends_at <= now() then excluded.times
      when c.times + excluded.times >= excluded.most then 0
      else c.times + excluded.times end,
    blocked_until = case
      when excluded.blocked_until is not null then excluded.blocked_until
      when c.ends_at > now() and c.times + excluded.times >= excluded.most
        then now() + excluded.block * interval '1 second'
      else c.blocked_until end`;

/** An attack from everywhere must not make this answer long: who is blocked for longest counts. */
const BLOCKED = 10_000;
const blocked = `
  select key, (extract(epoch from blocked_until - now()) * 1000)::float8 as left
  from sign_in.counters where blocked_until > now() order by blocked_until desc limit ${BLOCKED}`;

const tidy = `
  delete from sign_in.counters
  where ends_at < now() and (blocked_until is null or blocked_until < now())`;
/** How often, in ms. */
const TIDY = 60_000;

/** Counters as rows of the pool's database (`migrateSignIn`), by its clock. */
export const postgresCounters = ({ pool }: { readonly pool: pg.Pool }): Counters => {
  let tidiedAt = performance.now();
  return {
    async add(counted) {
      const values = [
        counted.map(({ key }) => key),
        counted.map(({ times }) => times),
        counted.map(({ limit }) => limit.count),
        counted.map(({ limit }) => limit.interval),
        counted.map(({ limit }) => limit.block),
      ];
      await asking(pool.query({ name: 'sign-in count', text: add, values }));
      if (performance.now() - tidiedAt < TIDY) return;
      tidiedAt = performance.now();
      await asking(pool.query(tidy));
    },
    async blocked() {
      const { rows } = await asking(
        pool.query<{ key: string; left: number }>({ name: 'sign-in blocked', text: blocked }),
      );
      return new Map(rows.map(({ key, left }) => [key, left]));
    },
  };
};
