import type pg from 'pg';
import { StoreUnavailable } from '../../domain/kernel/event-store.ts';
import type { AccountId, CollectionId, Instant } from '../../domain/kernel/ids.ts';
import {
  type FeedTrouble,
  feedTroubles,
  type Validators,
} from '../../domain/web-calendar/fetching.ts';
import { type FeedSchedule, type FeedState, LEASE } from '../../domain/web-calendar/schedule.ts';

/** Makes the table if it is not there; safe to run from many processes at once. Nothing in it is truth. */
export const migrateFeeds = async (pool: pg.Pool): Promise<void> => {
  await pool.query(`
    select pg_advisory_xact_lock(hashtext('daybook.feeds'));
    create schema if not exists feeds;
    create table if not exists feeds.schedule (
      collection text collate "C" primary key,
      account text collate "C" not null,
      url text,
      validators jsonb not null default '{}',
      failures integer not null default 0,
      trouble text,
      status integer,
      entries integer not null default 0,
      unreadable integer not null default 0,
      checked_at timestamptz,
      due_at timestamptz not null default now(),
      leased_until timestamptz not null default '-infinity'
    );
    alter table feeds.schedule add column if not exists wanted integer;
    create index if not exists schedule_due on feeds.schedule (due_at);
    create index if not exists schedule_account on feeds.schedule (account);
  `);
};

interface Row {
  readonly collection: CollectionId;
  readonly account: AccountId;
  readonly url: string | null;
  readonly validators: Validators;
  readonly failures: number;
  readonly trouble: string | null;
  readonly status: number | null;
  readonly entries: number;
  readonly unreadable: number;
  readonly wanted: number | null;
  readonly checked_at: Date | null;
  readonly due_at: Date;
}

const stateFrom = (row: Row): FeedState => {
  const { collection, account, url, validators, failures, status, entries, unreadable } = row;
  const trouble = feedTroubles.find((one): one is FeedTrouble => one === row.trouble);
  return {
    ...{ collection, account, validators, failures, entries, unreadable },
    ...(url !== null && { url }),
    ...(trouble !== undefined && { trouble }),
    ...(status !== null && { status }),
    ...(row.wanted !== null && { wanted: row.wanted }),
    ...(row.checked_at !== null && { checkedAt: row.checked_at.toISOString() as Instant }),
    dueAt: row.due_at.toISOString() as Instant,
  };
};

const lease = `update feeds.schedule s set leased_until = now() + make_interval(secs => ${LEASE})`;

const statements = {
  add: `
    insert into feeds.schedule (collection, account)
    select * from unnest($1::text[], $2::text[]) on conflict (collection) do nothing`,
  claim: `${lease}
    from (
      select collection from feeds.schedule where due_at <= now() and leased_until <= now()
      order by due_at limit $1 for update skip locked
    ) due where due.collection = s.collection returning s.*`,
  claimOne: `${lease} where s.collection = $1 and s.leased_until <= now() returning s.*`,
  done: `
    update feeds.schedule set
      url = $2, validators = coalesce($3::jsonb, validators), failures = $4, trouble = $5, status = $6,
      entries = coalesce($7, entries), unreadable = coalesce($8, unreadable),
      wanted = case when $10 then $11 else wanted end,
      checked_at = now(), due_at = now() + make_interval(secs => $9), leased_until = '-infinity'
    where collection = $1`,
  of: 'select * from feeds.schedule where account = $1 order by collection',
  remove: 'delete from feeds.schedule where collection = $1',
  forget: 'delete from feeds.schedule where account = $1',
} as const;

/** Rows of the pool's database (`migrateFeeds`). */
export const postgresFeedSchedule = ({ pool }: { readonly pool: pg.Pool }): FeedSchedule => {
  const ask = async (
    name: keyof typeof statements,
    values: readonly unknown[],
  ): Promise<readonly FeedState[]> => {
    try {
      const text = statements[name];
      const { rows } = await pool.query<Row>({ name: `feeds ${name}`, text, values: [...values] });
      return rows.map(stateFrom);
    } catch (cause) {
      throw new StoreUnavailable('the table of feeds does not answer', { cause });
    }
  };
  return {
    async add(calendars) {
      if (calendars.length === 0) return;
      await ask('add', [
        calendars.map(({ collection }) => collection),
        calendars.map(({ account }) => account),
      ]);
    },
    claim: (limit) => ask('claim', [limit]),
    claimOne: async (collection) => (await ask('claimOne', [collection]))[0],
    async done(
      collection,
      { url, validators, failures, trouble, status, entries, unreadable, wanted, next },
    ) {
      await ask('done', [
        collection,
        url,
        validators === undefined ? null : JSON.stringify(validators),
        failures,
        trouble ?? null,
        status ?? null,
        entries ?? null,
        unreadable ?? null,
        next,
        wanted !== undefined,
        wanted ?? null,
      ]);
    },
    of: (account) => ask('of', [account]),
    async remove(collection) {
      await ask('remove', [collection]);
    },
    async forget(account) {
      await ask('forget', [account]);
    },
  };
};
