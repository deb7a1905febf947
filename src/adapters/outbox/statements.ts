import { MAIL_BOUNDS, MAIL_LEASE } from '../../domain/mail/outbox.ts';

const REMEMBERED = `interval '30 days'`;
const LISTED = 1000;
const free = `holder = null, leased_until = '-infinity'`;

/** What the outbox asks of `outbox.messages`; `migrateOutbox` says what its columns are. */
export const statements = {
  /** The commit waits for the disk whatever the session says. */
  put: `
    with durable as materialized (select set_config('synchronous_commit', 'on', true)),
      held as (select count(*) as waiting from outbox.messages where account = $2 and state = 'waiting')
    insert into outbox.messages (key, account, lane, sealed_with, sealed)
    select $1, $2, $3, $4, $5 from durable, held where held.waiting < ${MAIL_BOUNDS.waiting}
    on conflict (key) do nothing`,
  has: 'select from outbox.messages where key = $1',
  /** A message waits for those to its recipient that were put before it. */
  claim: `
    update outbox.messages m set attempts = attempts + 1, holder = $1,
      leased_until = now() + make_interval(secs => ${MAIL_LEASE})
    from (
      select key from outbox.messages c
      where state = 'waiting' and due_at <= now() and leased_until <= now() and not exists (
        select from outbox.messages e
        where e.lane = c.lane and e.state = 'waiting' and e.place < c.place)
      order by due_at limit $2 for update skip locked
    ) due where due.key = m.key
    returning m.key, m.sealed_with, m.sealed, m.attempts, m.put_at`,
  sent: `
    with durable as materialized (select set_config('synchronous_commit', 'on', true))
    update outbox.messages set state = 'sent', sealed = null, sealed_with = null, trouble = null,
      status = null, settled_at = now(), ${free}
    from durable where key = $1 and attempts = $2 and state = 'waiting'`,
  failed: `
    update outbox.messages set state = 'failed', trouble = $3, status = $4, settled_at = now(), ${free}
    where key = $1 and attempts = $2 and state = 'waiting'`,
  later: `
    update outbox.messages set trouble = $3, status = $4, due_at = now() + make_interval(secs => $5), ${free}
    where key = $1 and attempts = $2 and state = 'waiting'`,
  giveBack: `
    update outbox.messages set ${free} where holder = $1 and state = 'waiting'`,
  waiting: `select count(*)::int as count from outbox.messages where state = 'waiting'`,
  list: `
    select key, account, state, attempts, trouble, status, put_at, due_at, settled_at
    from outbox.messages where state = $1 order by place limit ${LISTED}`,
  /** What failed begins anew: it is given up when that many days have passed from now. */
  retry: `
    update outbox.messages set due_at = now(), state = 'waiting', settled_at = null,
      put_at = case when state = 'failed' then now() else put_at end
    where state in ('waiting', 'failed') and leased_until <= now() and ($1::text is null or key = $1)`,
  discard: `
    update outbox.messages set state = 'discarded', sealed = null, sealed_with = null,
      settled_at = now(), ${free}
    where key = $1 and state in ('waiting', 'failed')`,
  tidy: `delete from outbox.messages where settled_at < now() - ${REMEMBERED}`,
  purge: 'delete from outbox.messages where account = $1',
  drop: 'delete from outbox.messages where key = any($1::text[])',
} as const;
