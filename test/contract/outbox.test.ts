import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrateVault, postgresKeyVault } from '../../src/adapters/keys/postgres.ts';
import { postgresCheckpoints } from '../../src/adapters/outbox/checkpoints.ts';
import { postgresOutbox } from '../../src/adapters/outbox/outbox.ts';
import { migrateOutbox } from '../../src/adapters/outbox/schema.ts';
import type { Position } from '../../src/domain/kernel/event-store.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { MAIL_BOUNDS, MAIL_LEASE, type MailKey } from '../../src/domain/mail/outbox.ts';
import { newMail, someMail } from '../support/mails.ts';
import { freshDatabase } from '../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let pool: pg.Pool;
beforeAll(async () => {
  database = await freshDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 8 });
  await migrateVault(pool);
  await Promise.all([migrateOutbox(pool), migrateOutbox(pool), migrateOutbox(pool)]);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query('truncate outbox.messages, outbox.reactions');
});

const outbox = () => postgresOutbox({ pool, vault: postgresKeyVault({ pool }) });
const to = (address: string) => someMail({ to: { address, name: '' } });
const refused = { trouble: 'refused', status: 451 } as const;

describe('the outbox', () => {
  it('holds a message once for one cause, also when it was sent, and hands it back as it was', async () => {
    const box = outbox();
    const mail = newMail({ mail: someMail({ subject: 'Grüße', domain: 'acme.com' }) });
    expect(await Promise.all([box.put(mail), outbox().put(mail)])).toEqual(
      expect.arrayContaining(['put', 'held-already']),
    );
    const [claimed] = await box.claim('one', 10);
    expect(claimed).toMatchObject({ key: mail.key, mail: mail.mail, attempt: 1 });
    expect(await box.waiting()).toBe(1);
    if (claimed !== undefined) await box.settle(claimed, { kind: 'sent' });
    expect(await box.put(mail)).toBe('held-already');
    expect(await box.waiting()).toBe(0);
    expect(await box.list('sent')).toMatchObject([{ key: mail.key, attempts: 1 }]);
    expect((await pool.query('select sealed from outbox.messages')).rows).toEqual([
      { sealed: null },
    ]);
  });

  it('gives each message to one node, those to one recipient in their order', async () => {
    const box = outbox();
    const keys: string[] = [];
    for (let turn = 0; turn < 3; turn += 1)
      for (const name of ['ada', 'bob', 'eve', 'joe']) {
        const mail = newMail({ mail: to(`${turn % 2 === 0 ? name : name.toUpperCase()}@x.org`) });
        keys.push(mail.key);
        await box.put(mail);
      }
    const seen: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const nodes = await Promise.all(['a', 'b', 'c'].map((node) => outbox().claim(node, 2)));
      const claimed = nodes.flat();
      expect(claimed.length).toBeGreaterThan(0);
      while (claimed.length < 4) claimed.push(...(await box.claim('d', 4)));
      expect(claimed.map(({ key }) => key).toSorted()).toEqual(
        keys.slice(round * 4, round * 4 + 4).toSorted(),
      );
      for (const one of claimed) {
        seen.push(one.key);
        await box.settle(one, { kind: 'sent' });
      }
    }
    expect(seen.toSorted()).toEqual(keys.toSorted());
    expect(await box.claim('a', 10)).toEqual([]);
  });

  it('lets others pass one that is delayed, but none to the same recipient', async () => {
    const box = outbox();
    const [first, second, other] = [to('ada@x.org'), to('ada@x.org'), to('bob@x.org')].map((mail) =>
      newMail({ mail }),
    );
    for (const mail of [first, second]) if (mail !== undefined) await box.put(mail);
    const [claimed] = await box.claim('one', 10);
    expect(claimed?.key).toBe(first?.key);
    if (claimed !== undefined)
      await box.settle(claimed, { kind: 'later', seconds: 60, ...refused });
    if (other !== undefined) await box.put(other);
    expect((await box.claim('one', 10)).map(({ key }) => key)).toEqual([other?.key]);
    expect((await box.list('waiting'))[0]).toMatchObject({ attempts: 1, ...refused });
    expect(await box.retry(first?.key)).toBe(1);
    expect((await box.claim('one', 10)).map(({ key }) => key)).toEqual([first?.key]);
  });

  it('gives a message to another node when its lease has run out, and to the same after its restart', async () => {
    const box = outbox();
    await box.put(newMail());
    const [claimed] = await box.claim('one', 1);
    expect(await box.claim('two', 1)).toEqual([]);
    await box.giveBack('two');
    expect(await box.claim('two', 1)).toEqual([]);
    await pool.query(
      `update outbox.messages set leased_until = leased_until - interval '${MAIL_LEASE} seconds'`,
    );
    const [again] = await box.claim('two', 1);
    expect(again?.attempt).toBe(2);
    // The first node wakes up: its word counts no longer.
    if (claimed !== undefined)
      await box.settle(claimed, { kind: 'failed', trouble: 'refused', status: 550 });
    expect(await box.waiting()).toBe(1);
    await box.giveBack('two');
    expect((await box.claim('two', 1))[0]?.attempt).toBe(3);
  });

  it('keeps what failed until it is tried anew or discarded', async () => {
    const box = outbox();
    const [one, two] = [newMail(), newMail({ mail: to('bob@x.org') })];
    await box.put(one);
    await box.put(two);
    for (const claimed of await box.claim('n', 2))
      await box.settle(claimed, { kind: 'failed', trouble: 'refused', status: 550 });
    expect((await box.list('failed')).map(({ key }) => key)).toEqual([one.key, two.key]);
    expect(await box.claim('n', 2)).toEqual([]);
    expect(await box.discard(two.key)).toBe(true);
    expect(await box.discard(two.key)).toBe(false);
    expect(await box.retry(undefined)).toBe(1);
    expect((await box.claim('n', 2)).map(({ key }) => key)).toEqual([one.key]);
    expect((await box.list('discarded')).map(({ key }) => key)).toEqual([two.key]);
    expect(await box.put(two)).toBe('held-already');
  });

  it('forgets what was settled a month ago, and nothing that waits', async () => {
    const box = outbox();
    const [old, waiting] = [newMail(), newMail({ mail: to('bob@x.org') })];
    await box.put(old);
    await box.put(waiting);
    await box.discard(old.key);
    await box.tidy();
    expect(await box.list('discarded')).toHaveLength(1);
    await pool.query(
      `update outbox.messages set settled_at = settled_at - interval '31 days', put_at = put_at - interval '31 days'`,
    );
    await box.tidy();
    expect(await box.list('discarded')).toEqual([]);
    expect(await box.waiting()).toBe(1);
  });

  it('shows nothing of a message in its table, and lets go of it with the account', async () => {
    const vault = postgresKeyVault({ pool });
    const box = postgresOutbox({ pool, vault });
    const account = randomUUID() as AccountId;
    const marker = someMail({ subject: 'Quixotic', to: { address: 'quixotic@x.org', name: '' } });
    await box.put(newMail({ account, mail: marker }));
    await box.put(newMail());
    const { rows } = await pool.query<{ row: string }>(
      'select m::text as row from outbox.messages m',
    );
    const found = rows.filter(
      ({ row }) => /quixotic/i.test(row) || row.includes(Buffer.from('uixotic').toString('hex')),
    );
    expect(rows).toHaveLength(2);
    expect(found).toEqual([]);
    await vault.destroy(account);
    box.forget();
    // Its key is gone: it cannot be sent, whether or not it was purged yet.
    expect(await box.claim('n', 10)).toHaveLength(1);
    expect(await box.waiting()).toBe(1);
    await expect(box.put(newMail({ account }))).rejects.toThrow('destroyed');
    const [other] = await box.list('waiting');
    if (other !== undefined) await box.purge(other.account);
    expect(await box.waiting()).toBe(0);
  });

  it('takes no more of one account than is bearable, and nothing too large', async () => {
    const box = outbox();
    const account = randomUUID() as AccountId;
    await box.put(newMail({ account }));
    await pool.query(
      `insert into outbox.messages (key, account, lane, sealed_with, sealed)
       select 'more' || n, account, lane, sealed_with, sealed
       from outbox.messages, generate_series(2, ${MAIL_BOUNDS.waiting}) n`,
    );
    expect(await box.put(newMail({ account }))).toBe('full');
    expect(await box.put(newMail())).toBe('put');
    const text = 'x'.repeat(MAIL_BOUNDS.characters);
    expect(await box.put(newMail({ mail: someMail({ text }) }))).toBe('too-large');
  });

  it('marks a message that was changed in the table as failed', async () => {
    const box = outbox();
    const mail = newMail({ key: 'a'.repeat(40) as MailKey });
    await box.put(mail);
    await pool.query(`update outbox.messages set sealed = sealed || '\\x00'::bytea`);
    expect(await box.claim('n', 1)).toEqual([]);
    expect(await box.list('failed')).toMatchObject([{ key: mail.key, trouble: 'internal' }]);
  });
});

describe('a reaction', () => {
  const at = (position: string) => position as Position;

  it('is held by one node at a time, and goes on where the last one stopped', async () => {
    const checkpoints = postgresCheckpoints({ pool });
    expect(await checkpoints.hold('r', 'one', at('007'), 60)).toBe('007');
    expect(await checkpoints.hold('r', 'two', at('009'), 60)).toBeUndefined();
    expect(await checkpoints.hold('r', 'one', at('009'), 60)).toBe('007');
    expect(await checkpoints.move('r', 'two', at('010'))).toBe(false);
    expect(await checkpoints.move('r', 'one', at('008'))).toBe(true);
    await checkpoints.release('r', 'two');
    expect(await checkpoints.hold('r', 'two', at('009'), 60)).toBeUndefined();
    await checkpoints.release('r', 'one');
    expect(await checkpoints.hold('r', 'two', at('009'), 60)).toBe('008');
    expect(await checkpoints.move('r', 'one', at('011'))).toBe(false);
    await checkpoints.drop('r');
    expect(await checkpoints.hold('r', 'one', 'start', 60)).toBe('start');
  });
});
