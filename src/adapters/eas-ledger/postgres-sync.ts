import type pg from 'pg';
import type {
  AnsweredCommands,
  FolderOptions,
  FolderPlace,
  FolderRow,
  HeldChange,
  HeldItem,
  LastRequests,
  SentFolder,
  SyncLedger,
} from '../../domain/activesync/sync-ledger.ts';
import type { ETag, Instant, ResourceName } from '../../domain/kernel/ids.ts';
import { asking } from './asking.ts';

const columns = 'generation, sent, before, answered, repeats, view, supported, options';
const there = `folder_id = (select id from eas.folders where account = $1 and device = $2 and folder = $3)`;

/** In words that no index is found by: that of generations would be read from its beginning. */
const heldAt = 'born + 0 <= $4 and coalesce(gone > $4, true)';

const statements = {
  folders: `
    select folder, ${columns} from eas.folders
    where account = $1 and device = $2 and folder = any($3)`,
  held: `
    select id, name, etag, ends from eas.items
    where ${there} and id = any($5) and ${heldAt}`,
  ended: `
    select id, name, etag, ends from eas.items
    where ${there} and ends < $5 and ${heldAt}
    order by ends limit $6`,
  begin: `
    insert into eas.folders (account, device, folder, ${columns})
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict (account, device, folder) do nothing returning id`,
  advance: `
    update eas.folders set generation = $4, sent = $5, before = $6, answered = $7, repeats = $8,
      view = $9, supported = $10, options = $11
    where account = $1 and device = $2 and folder = $3 and generation = $4 - 1 returning id`,
  empty: 'delete from eas.items where folder_id = $1',
  settle: 'delete from eas.items where folder_id = $1 and gone <= $2',
  undo: 'delete from eas.items where folder_id = $1 and born > $2',
  restore: 'update eas.items set gone = null where folder_id = $1 and gone > $2',
  end: `
    update eas.items set gone = $2
    where folder_id = $1 and gone is null and id = any($3)`,
  put: `
    insert into eas.items (folder_id, born, id, name, etag, ends)
    select $1, $2, * from unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[])`,
  requests: 'select sync, ping from eas.requests where account = $1 and device = $2',
  remember: `
    insert into eas.requests (account, device, sync, ping) values ($1, $2, $3, $4)
    on conflict (account, device) do update set
      sync = coalesce(excluded.sync, eas.requests.sync),
      ping = coalesce(excluded.ping, eas.requests.ping)`,
  forget: `
    with requests as (delete from eas.requests where account = $1 and device = $2)
    delete from eas.folders where account = $1 and device = $2`,
  purge: `
    with requests as (delete from eas.requests where account = $1)
    delete from eas.folders where account = $1`,
} as const;

/**
 * Those whose plan holds whatever the tables hold. What is about items is planned each time: a plan of when a table was
 * empty reads all of it.
 */
const planned: ReadonlySet<string> = new Set([
  'folders',
  'begin',
  'advance',
  'requests',
  'remember',
]);

interface FolderColumns {
  readonly folder: string;
  readonly generation: number;
  readonly sent: SentFolder;
  readonly before: SentFolder | null;
  readonly answered: AnsweredCommands | null;
  readonly repeats: number;
  readonly view: string;
  readonly supported: readonly string[] | null;
  readonly options: FolderOptions;
}

interface ItemColumns {
  readonly id: string;
  readonly name: ResourceName;
  readonly etag: ETag;
  readonly ends: Date | null;
}

const rowFrom = (columns: FolderColumns): FolderRow => {
  const { generation, sent, before, answered, repeats, view, supported, options } = columns;
  return {
    ...{ generation, sent, repeats, view, options },
    ...(before !== null && { before }),
    ...(answered !== null && { answered }),
    ...(supported !== null && { supported }),
  };
};

const itemFrom = ({ id, name, etag, ends }: ItemColumns): HeldItem => ({
  ...{ id, name, etag },
  ...(ends !== null && { ends: ends.toISOString() as Instant }),
});

const at = ({ account, device, folder }: FolderPlace) => [account, device, folder];

/** The ledger as rows of the pool's database (`migrateDeviceLedger`). */
export const postgresSyncLedger = ({ pool }: { readonly pool: pg.Pool }): SyncLedger => {
  type Asks = Pick<pg.Pool, 'query'>;
  const ask = <Columns extends pg.QueryResultRow>(
    name: keyof typeof statements,
    values: readonly unknown[],
    client: Asks = pool,
  ): Promise<pg.QueryResult<Columns>> =>
    client.query<Columns>({
      ...(planned.has(name) && { name: `eas sync ${name}` }),
      text: statements[name],
      values: [...values],
    });

  const changeItems = async (
    client: Asks,
    id: string,
    generation: number,
    { from, put, drop }: HeldChange,
  ): Promise<void> => {
    if (from === undefined) await ask('empty', [id], client);
    else {
      await ask('settle', [id, from], client);
      await ask('undo', [id, from], client);
      await ask('restore', [id, from], client);
    }
    const ended = [...drop, ...put.map((item) => item.id)];
    if (from !== undefined && ended.length > 0) await ask('end', [id, generation, ended], client);
    if (put.length === 0) return;
    await ask(
      'put',
      [
        ...[id, generation],
        put.map((item) => item.id),
        put.map(({ name }) => name),
        put.map(({ etag }) => etag),
        put.map(({ ends }) => ends ?? null),
      ],
      client,
    );
  };

  const keep = async (
    client: pg.PoolClient,
    place: FolderPlace,
    row: FolderRow,
    change: HeldChange | undefined,
  ): Promise<boolean> => {
    const json = (part: unknown) => (part === undefined ? null : JSON.stringify(part));
    await client.query('begin');
    const { rows } = await ask<{ readonly id: string }>(
      row.generation === 1 ? 'begin' : 'advance',
      [
        ...[...at(place), row.generation, json(row.sent), json(row.before)],
        ...[json(row.answered), row.repeats, row.view, json(row.supported), json(row.options)],
      ],
      client,
    );
    const [kept] = rows;
    if (kept !== undefined && change !== undefined)
      await changeItems(client, kept.id, row.generation, change);
    await client.query(kept === undefined ? 'rollback' : 'commit');
    return kept !== undefined;
  };

  const keepFolder: SyncLedger['keepFolder'] = async (place, row, change) => {
    const client = await pool.connect();
    let isSound = false;
    try {
      const kept = await keep(client, place, row, change);
      isSound = true;
      return kept;
    } finally {
      // Whatever it was in the middle of ends with its connection.
      client.release(!isSound);
    }
  };

  return {
    async folders(account, device, ids) {
      const { rows } = await asking(ask<FolderColumns>('folders', [account, device, ids]));
      return new Map(rows.map((row) => [row.folder, rowFrom(row)]));
    },
    async held(place, generation, ids) {
      if (ids.length === 0) return new Map();
      const { rows } = await asking(ask<ItemColumns>('held', [...at(place), generation, ids]));
      return new Map(rows.map((row) => [row.id, itemFrom(row)]));
    },
    async ended(place, generation, before, limit) {
      const values = [...at(place), generation, before, limit];
      return (await asking(ask<ItemColumns>('ended', values))).rows.map(itemFrom);
    },
    keepFolder: (...given) => asking(keepFolder(...given)),
    async lastRequests(account, device) {
      const { rows } = await asking(
        ask<{
          readonly sync: NonNullable<LastRequests['sync']> | null;
          readonly ping: NonNullable<LastRequests['ping']> | null;
        }>('requests', [account, device]),
      );
      const { sync = null, ping = null } = rows[0] ?? {};
      return { ...(sync !== null && { sync }), ...(ping !== null && { ping }) };
    },
    async remember(account, device, { sync, ping }) {
      const json = (part: unknown) => (part === undefined ? null : JSON.stringify(part));
      await asking(ask('remember', [account, device, json(sync), json(ping)]));
    },
    async forget(account, device) {
      await asking(ask('forget', [account, device]));
    },
    async purge(account) {
      await asking(ask('purge', [account]));
    },
  };
};
