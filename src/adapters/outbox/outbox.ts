import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { AccountId, Instant, KeyId } from '../../domain/kernel/ids.ts';
import type { KeyVault } from '../../domain/kernel/ports.ts';
import {
  type ClaimedMail,
  MAIL_BOUNDS,
  type MailKey,
  type MailStanding,
  type MailState,
  type Outbox,
} from '../../domain/mail/outbox.ts';
import type { OutgoingMail } from '../../domain/mail/transport.ts';
import { type KeyRing, keyRing } from '../codec/key-ring.ts';
import { openOctets, sealOctets } from '../codec/sealing.ts';
import { asking } from './asking.ts';
import { statements } from './statements.ts';

interface Row {
  readonly key: MailKey;
  readonly sealed_with: KeyId;
  readonly sealed: Uint8Array;
  readonly attempts: number;
  readonly put_at: Date;
}

interface StandingRow {
  readonly key: MailKey;
  readonly account: AccountId;
  readonly state: MailState;
  readonly attempts: number;
  readonly trouble: string | null;
  readonly status: number | null;
  readonly put_at: Date;
  readonly due_at: Date;
  readonly settled_at: Date | null;
}

const instant = (time: Date): Instant => time.toISOString() as Instant;
const context = (key: MailKey): string => `mail\n${key}`;

/** Says to the table that two messages go to one recipient, and not to whom. */
const laneOf = (address: string): string =>
  createHash('sha256').update(address.toLowerCase()).digest('base64url');

const standingFrom = (row: StandingRow): MailStanding => ({
  ...{ key: row.key, account: row.account, state: row.state, attempts: row.attempts },
  ...(row.trouble !== null && { trouble: row.trouble }),
  ...(row.status !== null && { status: row.status }),
  putAt: instant(row.put_at),
  ...(row.state === 'waiting' && { dueAt: instant(row.due_at) }),
  ...(row.settled_at !== null && { settledAt: instant(row.settled_at) }),
});

interface OutboxParts {
  readonly pool: pg.Pool;
  readonly vault: KeyVault;
}

/**
 * The outbox as rows of the pool's database (`migrateOutbox`), each sealed with its account's key and bound to its
 * own. Rows whose key was destroyed are dropped when they are met.
 */
export const postgresOutbox = ({ pool, vault }: OutboxParts): Outbox & Pick<KeyRing, 'forget'> => {
  const ring = keyRing(vault);
  const ask = async <Answered extends pg.QueryResultRow>(
    name: keyof typeof statements,
    values: readonly unknown[] = [],
  ): Promise<pg.QueryResult<Answered>> => {
    const text = statements[name];
    return asking(pool.query<Answered>({ name: `outbox ${name}`, text, values: [...values] }));
  };
  const changed = async (
    name: keyof typeof statements,
    values: readonly unknown[] = [],
  ): Promise<number> => (await ask(name, values)).rowCount ?? 0;

  const opened = async (
    { key, sealed_with, sealed, attempts, put_at }: Row,
    secrets: ReadonlyMap<KeyId, Uint8Array>,
  ): Promise<ClaimedMail | undefined> => {
    const secret = secrets.get(sealed_with);
    if (secret === undefined) {
      await ask('drop', [[key]]);
      return undefined;
    }
    const result = openOctets(secret, sealed, context(key));
    if ('failed' in result) {
      await ask('failed', [key, attempts, 'internal', null]);
      return undefined;
    }
    // Nothing else seals under this context.
    const mail = JSON.parse(Buffer.from(result.octets).toString()) as OutgoingMail;
    return { key, mail, attempt: attempts, putAt: instant(put_at) };
  };

  return {
    forget: ring.forget,
    async put({ key, account, mail }) {
      const text = JSON.stringify(mail);
      if (text.length > MAIL_BOUNDS.characters) return 'too-large';
      const { id, secret } = await ring.of(account);
      const sealed = sealOctets(secret, Buffer.from(text), context(key));
      const values = [key, account, laneOf(mail.to.address), id, sealed];
      if ((await changed('put', values)) > 0) return 'put';
      return (await changed('has', [key])) > 0 ? 'held-already' : 'full';
    },
    async claim(node, limit) {
      const { rows } = await ask<Row>('claim', [node, limit]);
      if (rows.length === 0) return [];
      const secrets = await ring.secrets(new Set(rows.map((row) => row.sealed_with)));
      const mails = await Promise.all(rows.map((row) => opened(row, secrets)));
      return mails.filter((mail) => mail !== undefined);
    },
    async settle({ key, attempt }, outcome) {
      if (outcome.kind === 'sent') {
        await ask('sent', [key, attempt]);
        return;
      }
      const values = [key, attempt, outcome.trouble, outcome.status ?? null];
      if (outcome.kind === 'failed') await ask('failed', values);
      else await ask('later', [...values, outcome.seconds]);
    },
    async giveBack(node) {
      await ask('giveBack', [node]);
    },
    waiting: async () => (await ask<{ count: number }>('waiting')).rows[0]?.count ?? 0,
    list: async (state) => (await ask<StandingRow>('list', [state])).rows.map(standingFrom),
    retry: (key) => changed('retry', [key ?? null]),
    discard: async (key) => (await changed('discard', [key])) > 0,
    async tidy() {
      await ask('tidy');
    },
    async purge(account) {
      await ask('purge', [account]);
    },
  };
};
