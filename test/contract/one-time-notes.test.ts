import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresOneTimeNotes } from '../../src/adapters/sign-in/one-time-notes.ts';
import { migrateSignIn } from '../../src/adapters/sign-in/schema.ts';
import type { OneTimeNotes } from '../../src/domain/account/one-time-notes.ts';
import { freshDatabase } from '../support/postgres.ts';

let pool: pg.Pool;
/** As every node has it. */
const notes = (): OneTimeNotes => postgresOneTimeNotes({ pool });
beforeAll(async () => {
  const { url } = await freshDatabase();
  pool = new pg.Pool({ connectionString: url, max: 6 });
  await migrateSignIn(pool);
});
afterAll(() => pool.end());

const past = (key: string): Promise<unknown> =>
  pool.query("update sign_in.notes set ends_at = now() - interval '1 second' where key = $1", [
    key,
  ]);

describe('one-time notes of all nodes', () => {
  it('are noted once, whoever tries at the same moment', async () => {
    const key = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, node) => notes().note(key, String(node), 60)),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
  });

  it('are taken by one caller alone', async () => {
    const key = randomUUID();
    await notes().note(key, 'something', 60);
    const taken = await Promise.all(Array.from({ length: 12 }, () => notes().take(key)));
    expect(taken.filter((one) => one === 'something')).toHaveLength(1);
    expect(await notes().take(key)).toBeUndefined();
  });

  it('are gone when their time is up, and may be noted anew', async () => {
    const key = randomUUID();
    await notes().note(key, 'early', 60);
    await past(key);
    expect(await notes().note(key, 'late', 60)).toBe(true);
    expect(await notes().take(key)).toBe('late');
    await notes().note(key, 'again', 60);
    await past(key);
    expect(await notes().take(key)).toBeUndefined();
  });
});
