import type pg from 'pg';
import type { AccountId } from '../../domain/kernel/ids.ts';
import { streams } from '../../domain/kernel/streams.ts';
import type { ProjectionName } from '../../projections/projection.ts';
import { asking } from './faults.ts';
import type { Schema } from './schema.ts';

/** What leaves rows as a rebuild would make them from events that cannot be read. */
const statements: Record<ProjectionName, (schema: Schema) => readonly string[]> = {
  // A collection whose head nothing is known of has no members: all of its events are its owner's. The
  // others take the owner like all others.
  collection: (schema) => [
    `update ${schema}.collections set kind = null, owner = null, status = null, components = null,
      created_at = null, modified_at = null where owner = $1`,
    `delete from ${schema}.heard h using ${schema}.collections c
      where c.stream = h.stream and c.status is null and $1::text is not null`,
    `delete from ${schema}.members m using ${schema}.collections c
      where c.stream = m.stream and c.status is null and $1::text is not null`,
  ],
  home: (schema) => [`delete from ${schema}.entries where stream = $1`],
  account: (schema) => [
    `update ${schema}.accounts set login = null, display_name = null, mail = null,
      password_hash = null, opened_at = null, app_passwords = null, second_factor = null
      where stream = $1`,
  ],
};

/**
 * Removes the rows of an owner whose key is destroyed, also from tables that a rebuild is filling. Leaves
 * applied revisions as they are. Can be repeated. @throws ReadModelUnavailable
 */
export const purgingRows =
  (pool: pg.Pool) =>
  async (owner: AccountId): Promise<void> => {
    const keys: Record<ProjectionName, string> = {
      collection: owner,
      home: streams.home(owner),
      account: streams.account(owner),
    };
    const wanted: readonly Schema[] = [
      ...(['collection', 'home', 'account'] as const),
      ...(['collection_next', 'home_next', 'account_next'] as const),
    ];
    const { rows } = await asking(
      pool.query<{ nspname: Schema }>(
        'select nspname from pg_namespace where nspname = any($1::text[])',
        [wanted],
      ),
    );
    for (const { nspname } of rows) {
      const name = nspname.replace('_next', '') as ProjectionName;
      for (const text of statements[name](nspname)) await asking(pool.query(text, [keys[name]]));
    }
  };
