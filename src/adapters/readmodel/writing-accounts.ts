import type { AccountDelta } from '../../projections/account/projection.ts';
import type { Schema } from './schema.ts';
import { fenced, type Writing } from './tables.ts';
import { transposed } from './writing-collections.ts';

/** Null for the streams of `$13`, the new value where there is one, else the old. */
const unlessRemoved = (
  column: 'login' | 'display_name' | 'mail' | 'password_hash' | 'opened_at' | 'second_factor',
) =>
  `${column} = case when excluded.stream = any($13::text[]) then null
      else coalesce(excluded.${column}, a.${column}) end`;

const parts = (schema: Schema): string => `accounts as (
  insert into ${schema}.accounts as a
    (stream, applied, login, display_name, mail, password_hash, opened_at, app_passwords, second_factor)
  select s, p, l, d, m, h, o, jsonb_strip_nulls(w), f from unnest($4::text[], $5::bigint[],
    $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::jsonb[], $12::boolean[])
    as step (s, p, l, d, m, h, o, w, f)
  on conflict (stream) do update set
    applied = greatest(a.applied, excluded.applied),
    ${unlessRemoved('login')},
    ${unlessRemoved('display_name')},
    ${unlessRemoved('mail')},
    ${unlessRemoved('password_hash')},
    ${unlessRemoved('opened_at')},
    ${unlessRemoved('second_factor')},
    app_passwords = case when excluded.stream = any($13::text[]) then null
      else jsonb_strip_nulls(coalesce(a.app_passwords, '{}') || coalesce(
        ($11::jsonb[])[array_position($4::text[], excluded.stream)], '{}')) end
)`;

/** One statement for the accounts' rows; a removed account's row keeps its applied revision alone. */
export const writingAccounts = (schema: Schema): Writing<AccountDelta> => {
  const text = fenced(schema, parts(schema));
  return {
    streams: 'accounts',
    statement(steps) {
      const columns = steps.map(
        ({ delta: { opened, renamed, passwordHash, appPasswords, secondFactor } }) => [
          renamed?.login ?? opened?.login ?? null,
          renamed?.displayName ?? opened?.displayName ?? null,
          renamed?.mail ?? opened?.mail ?? null,
          passwordHash ?? null,
          opened?.openedAt ?? null,
          // Null for what was revoked, which takes it away.
          appPasswords === undefined ? null : JSON.stringify(appPasswords),
          secondFactor ?? null,
        ],
      );
      const removed = steps.filter(({ delta }) => delta.removed).map(({ stream }) => stream);
      return { name: 'apply', text, values: [...transposed(columns, 7), removed] };
    },
  };
};
