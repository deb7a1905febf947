import type pg from 'pg';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import {
  type ClaimedJob,
  JOB_LEASE,
  type JobCounts,
  type Jobs,
  type JobStanding,
  type JobState,
} from '../../domain/kernel/jobs.ts';
import { asking } from './asking.ts';

const REMEMBERED = `interval '30 days'`;
const LISTED = 1000;
const free = `holder = null, leased_until = '-infinity'`;
/** The commit waits for the disk whatever the session says. */
const durable = `durable as materialized (select set_config('synchronous_commit', 'on', true))`;
const mine = 'kind = $1 and key = $2 and turn = $3';

/** What is asked of `jobs.jobs`; `migrateJobs` says what its columns are. */
const statements = {
  put: `
    with ${durable}
    insert into jobs.jobs as j (kind, key, account, scope, due_at, note)
    select p.kind, p.key, p.account, p.scope, to_timestamp(p.due / 1000), p.note
    from durable, unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::float8[], $6::text[])
      p(kind, key, account, scope, due, note)
    on conflict (kind, key) do update set account = excluded.account, scope = excluded.scope,
      due_at = excluded.due_at, note = excluded.note, state = 'waiting', attempts = 0,
      turn = j.turn + 1, trouble = null, failed_at = null, ${free}`,
  dueOf: `
    select extract(epoch from due_at) * 1000 as due from jobs.jobs
    where kind = $1 and key = $2 and state = 'waiting'`,
  remove: 'delete from jobs.jobs where kind = $1 and key = $2',
  removeAll: 'delete from jobs.jobs where kind = $1 and ($2::text is null or scope = $2)',
  claim: `
    update jobs.jobs j set attempts = attempts + 1, turn = turn + 1, holder = $2,
      leased_until = now() + make_interval(secs => ${JOB_LEASE})
    from (
      select kind, key from jobs.jobs
      where state = 'waiting' and due_at <= now() and leased_until <= now()
        and kind = any($1::text[])
      order by due_at limit $3 for update skip locked
    ) due where due.kind = j.kind and due.key = j.key
    returning j.kind, j.key, j.account, j.scope, extract(epoch from j.due_at) * 1000 as due, j.note,
      j.attempts, j.turn`,
  done: `delete from jobs.jobs where ${mine}`,
  again: `
    with ${durable}
    update jobs.jobs set due_at = to_timestamp($4::float8 / 1000), note = $5, attempts = 0,
      trouble = null, ${free}
    from durable where ${mine}`,
  later: `
    update jobs.jobs set due_at = now() + make_interval(secs => $4), trouble = $5, ${free}
    where ${mine}`,
  failed: `
    update jobs.jobs set state = 'failed', failed_at = now(), trouble = $4, ${free} where ${mine}`,
  giveBack: `update jobs.jobs set ${free} where holder = $1 and state = 'waiting'`,
  counts: `
    select (select count(*) from jobs.jobs where state = 'waiting')::int as waiting,
      (select count(*) from jobs.jobs where state = 'waiting' and due_at <= now())::int as due`,
  list: `
    select kind, scope, account, state, due_at, attempts, trouble
    from jobs.jobs where state = $1 order by due_at limit ${LISTED}`,
  retry: `
    update jobs.jobs set state = 'waiting', due_at = now(), attempts = 0, failed_at = null
    where leased_until <= now() and (state = 'failed' or trouble is not null)`,
  tidy: `delete from jobs.jobs where state = 'failed' and failed_at < now() - ${REMEMBERED}`,
  purge: 'delete from jobs.jobs where account = $1',
} as const;

interface Row {
  readonly kind: string;
  readonly key: string;
  readonly account: AccountId;
  readonly scope: string;
  readonly due: string;
  readonly note: string;
  readonly attempts: number;
  readonly turn: string;
}

interface StandingRow extends Pick<Row, 'kind' | 'scope' | 'account' | 'attempts'> {
  readonly state: JobState;
  readonly due_at: Date;
  readonly trouble: string | null;
}

const claimedFrom = ({ due, attempts, turn, ...row }: Row): ClaimedJob => ({
  ...row,
  due: Math.round(Number(due)),
  attempt: attempts,
  turn: Number(turn),
});

const standingFrom = ({ due_at, trouble, ...row }: StandingRow): JobStanding => ({
  ...row,
  dueAt: due_at.toISOString() as Instant,
  ...(trouble !== null && { trouble }),
});

/** Jobs as rows of the pool's database (`migrateJobs`). */
export const postgresJobs = ({ pool }: { readonly pool: pg.Pool }): Jobs => {
  const ask = async <Answered extends pg.QueryResultRow>(
    name: keyof typeof statements,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Answered>> => {
    const text = statements[name];
    return asking(pool.query<Answered>({ name: `jobs ${name}`, text, values: [...values] }));
  };

  return {
    async put(jobs) {
      // One statement cannot put a job twice; the last one counts.
      const each = [...new Map(jobs.map((job) => [`${job.kind} ${job.key}`, job])).values()];
      if (each.length === 0) return;
      await ask('put', [
        each.map(({ kind }) => kind),
        each.map(({ key }) => key),
        each.map(({ account }) => account),
        each.map(({ scope }) => scope),
        each.map(({ due }) => due),
        each.map(({ note }) => note),
      ]);
    },
    async dueOf(kind, key) {
      const [row] = (await ask<{ due: string }>('dueOf', [kind, key])).rows;
      return row && Math.round(Number(row.due));
    },
    async remove(kind, key) {
      await ask('remove', [kind, key]);
    },
    async removeAll(kind, scope) {
      await ask('removeAll', [kind, scope ?? null]);
    },
    claim: async (kinds, node, limit) =>
      (await ask<Row>('claim', [kinds, node, limit])).rows.map(claimedFrom),
    async settle({ kind, key, turn }, outcome) {
      const at = [kind, key, turn];
      switch (outcome.kind) {
        case 'done':
          await ask('done', at);
          return;
        case 'again':
          await ask('again', [...at, outcome.due, outcome.note]);
          return;
        case 'later':
          await ask('later', [...at, outcome.seconds, outcome.trouble]);
          return;
        case 'failed':
          await ask('failed', [...at, outcome.trouble]);
      }
    },
    async giveBack(node) {
      await ask('giveBack', [node]);
    },
    counts: async () => (await ask<JobCounts & object>('counts')).rows[0] ?? { waiting: 0, due: 0 },
    list: async (state) => (await ask<StandingRow>('list', [state])).rows.map(standingFrom),
    retry: async () => (await ask('retry')).rowCount ?? 0,
    async tidy() {
      await ask('tidy');
    },
    async purge(account) {
      await ask('purge', [account]);
    },
  };
};
