import type pg from 'pg';
import type { DeviceId } from '../../domain/account/devices.ts';
import type {
  AnsweredChange,
  DeviceLedger,
  DeviceRow,
  DeviceSight,
  PolicyKey,
  SentHierarchy,
} from '../../domain/activesync/ledger.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import { asking } from './asking.ts';

const statements = {
  device: `
    select offered_key, offered_policy, confirmed_key, confirmed_policy, seen_at, agent,
      protocol_version, address
    from eas.devices where account = $1 and device = $2`,
  saw: `
    insert into eas.devices (account, device, seen_at, agent, protocol_version, address)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (account, device) do update set seen_at = excluded.seen_at,
      agent = excluded.agent, protocol_version = excluded.protocol_version,
      address = excluded.address`,
  offer: `
    insert into eas.devices (account, device, offered_key, offered_policy)
    values ($1, $2, $3, $4)
    on conflict (account, device) do update set offered_key = excluded.offered_key,
      offered_policy = excluded.offered_policy`,
  confirm: `
    update eas.devices set confirmed_key = $4, confirmed_policy = $5
    where account = $1 and device = $2 and offered_key = $3`,
  hierarchy: `
    select generation, sent, before, answered from eas.hierarchies
    where account = $1 and device = $2`,
  begin: `
    insert into eas.hierarchies (account, device, generation, sent, before, answered)
    values ($1, $2, $3, $4, $5, $6) on conflict (account, device) do nothing`,
  advance: `
    update eas.hierarchies set generation = $3, sent = $4, before = $5, answered = $6
    where account = $1 and device = $2 and generation = $3 - 1`,
  seen: `
    select account, device, seen_at, agent, protocol_version, address from eas.devices
    where seen_at is not null and ($1::text is null or account = $1) order by account, device`,
  forget: `
    with hierarchies as (delete from eas.hierarchies where account = $1 and device = $2)
    delete from eas.devices where account = $1 and device = $2`,
  purge: `
    with hierarchies as (delete from eas.hierarchies where account = $1)
    delete from eas.devices where account = $1`,
} as const;

interface SightColumns {
  readonly seen_at: Date | null;
  readonly agent: string;
  readonly protocol_version: string;
  readonly address: string;
}

interface DeviceColumns extends SightColumns {
  readonly offered_key: string | null;
  readonly offered_policy: string | null;
  readonly confirmed_key: string | null;
  readonly confirmed_policy: string | null;
}

interface HierarchyColumns {
  readonly generation: number;
  readonly sent: SentHierarchy;
  readonly before: SentHierarchy | null;
  readonly answered: AnsweredChange | null;
}

const keyFrom = (key: string | null, policy: string | null): PolicyKey | undefined =>
  key === null || policy === null ? undefined : { key, policy };

const sightFrom = ({ seen_at, agent, protocol_version, address }: SightColumns) =>
  seen_at === null
    ? undefined
    : {
        at: seen_at.toISOString() as Instant,
        ...{ agent, protocolVersion: protocol_version, address },
      };

const rowFrom = (columns: DeviceColumns): DeviceRow => {
  const offered = keyFrom(columns.offered_key, columns.offered_policy);
  const confirmed = keyFrom(columns.confirmed_key, columns.confirmed_policy);
  const seen = sightFrom(columns);
  return {
    ...(offered && { offered }),
    ...(confirmed && { confirmed }),
    ...(seen && { seen }),
  };
};

/** The ledger as rows of the pool's database (`migrateDeviceLedger`). */
export const postgresDeviceLedger = ({ pool }: { readonly pool: pg.Pool }): DeviceLedger => {
  const ask = async <Columns extends pg.QueryResultRow>(
    name: keyof typeof statements,
    values: readonly unknown[],
  ): Promise<pg.QueryResult<Columns>> => {
    const text = statements[name];
    return asking(pool.query<Columns>({ name: `eas ${name}`, text, values: [...values] }));
  };
  const changed = async (name: keyof typeof statements, values: readonly unknown[]) =>
    ((await ask(name, values)).rowCount ?? 0) > 0;

  return {
    async device(account, device) {
      const [columns] = (await ask<DeviceColumns>('device', [account, device])).rows;
      return columns === undefined ? {} : rowFrom(columns);
    },
    async saw(account, device, { at, agent, protocolVersion, address }) {
      await ask('saw', [account, device, at, agent, protocolVersion, address]);
    },
    async offer(account, device, { key, policy }) {
      await ask('offer', [account, device, key, policy]);
    },
    confirm: (account, device, offered, { key, policy }) =>
      changed('confirm', [account, device, offered, key, policy]),
    async hierarchy(account, device) {
      const [columns] = (await ask<HierarchyColumns>('hierarchy', [account, device])).rows;
      if (columns === undefined) return undefined;
      const { generation, sent, before, answered } = columns;
      return {
        ...{ generation, sent },
        ...(before !== null && { before }),
        ...(answered !== null && { answered }),
      };
    },
    keepHierarchy: (account, device, { generation, sent, before, answered }) =>
      changed(generation === 1 ? 'begin' : 'advance', [
        ...[account, device, generation],
        ...[sent, before, answered].map((part) => part && JSON.stringify(part)),
      ]),
    async seen(account) {
      const { rows } = await ask<
        SightColumns & { readonly account: AccountId; readonly device: DeviceId }
      >('seen', [account ?? null]);
      return rows.flatMap((row) => {
        const seen: DeviceSight | undefined = sightFrom(row);
        return seen === undefined ? [] : [{ account: row.account, device: row.device, seen }];
      });
    },
    async forget(account, device) {
      await ask('forget', [account, device]);
    },
    async purge(account) {
      await ask('purge', [account]);
    },
  };
};
