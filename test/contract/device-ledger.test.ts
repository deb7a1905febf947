import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memorySyncLedger } from '../../src/adapters/eas-ledger/memory-sync.ts';
import { postgresSyncLedger } from '../../src/adapters/eas-ledger/postgres-sync.ts';
import { memoryDeviceLedger } from '../../src/adapters/eas-ledger/memory.ts';
import { postgresDeviceLedger } from '../../src/adapters/eas-ledger/postgres.ts';
import { migrateDeviceLedger } from '../../src/adapters/eas-ledger/schema.ts';
import type { DeviceId } from '../../src/domain/account/devices.ts';
import { StoreUnavailable } from '../../src/domain/kernel/event-store.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { freshDatabase } from '../support/postgres.ts';
import { deviceLedgerContract } from './device-ledger.contract.ts';
import { syncLedgerContract } from './sync-ledger.contract.ts';

describe('a ledger of devices in memory', () => {
  const ledger = memoryDeviceLedger();
  deviceLedgerContract(() => ledger);
  const sync = memorySyncLedger();
  syncLedgerContract(() => sync);
});

describe('a ledger of devices in PostgreSQL', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let pool: pg.Pool;
  beforeAll(async () => {
    database = await freshDatabase();
    pool = new pg.Pool({ connectionString: database.url, max: 8 });
    await Promise.all([1, 2, 3].map(() => migrateDeviceLedger(pool)));
  });
  afterAll(async () => {
    await pool.end();
    await database.drop();
  });
  deviceLedgerContract(() => postgresDeviceLedger({ pool }));
  syncLedgerContract(() => postgresSyncLedger({ pool }));

  it('throws StoreUnavailable where the database is not there', async () => {
    const gone = new pg.Pool({ connectionString: 'postgresql://localhost:1/none' });
    const ledger = postgresDeviceLedger({ pool: gone });
    await expect(ledger.device('a' as AccountId, 'b' as DeviceId)).rejects.toThrow(
      StoreUnavailable,
    );
    await gone.end();
  });
});
