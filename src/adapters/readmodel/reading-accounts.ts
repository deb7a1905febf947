import type pg from 'pg';
import type { AppPasswordId } from '../../domain/account/app-passwords.ts';
import type { StreamId } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import { splitStream, streams } from '../../domain/kernel/streams.ts';
import {
  type AccountRow,
  type AccountRows,
  type AccountsByMail,
  type AppPasswordRows,
  appPasswordRowsOf,
} from '../../projections/account/rows.ts';
import type { AccountKept } from '../../projections/verify/audit.ts';
import { asking } from './faults.ts';

const PAGE = 500;
const columns =
  'stream, applied, login, display_name, mail, password_hash, opened_at, app_passwords, second_factor';
const statements = {
  byStream: `select ${columns} from account.accounts where stream = $1`,
  // A login that was given up and taken again may stand in two rows for a moment: the newer one holds it.
  byLogin: `select ${columns} from account.accounts where login = $1
    order by opened_at desc limit 1`,
  byMails: `select ${columns} from account.accounts where lower(mail) = any($1::text[])
    order by login limit 100000`,
  page: `select ${columns} from account.accounts where (login, stream) > ($1, $2)
    order by login, stream limit ${PAGE}`,
} as const;

interface Row {
  readonly stream: StreamId;
  readonly applied: string;
  readonly login: string | null;
  readonly display_name: string | null;
  readonly mail: string | null;
  readonly password_hash: string | null;
  readonly opened_at: string | null;
  readonly app_passwords: AppPasswordRows | null;
  readonly second_factor: boolean | null;
}

/** PostgreSQL keeps objects in an order of its own. */
const appPasswordsFrom = (rows: AppPasswordRows): Pick<AccountRow, 'appPasswords'> =>
  appPasswordRowsOf(
    Object.entries(rows).map(([id, { name, protocols, digest, addedAt }]) => [
      id as AppPasswordId,
      { name, protocols, digest, addedAt },
    ]),
  );

/** `undefined` for an account that was removed. */
const accountFrom = (row: Row): AccountRow | undefined =>
  row.login === null
    ? undefined
    : {
        account: splitStream(row.stream)[1] as AccountId,
        login: row.login,
        displayName: row.display_name ?? '',
        mail: row.mail ?? '',
        passwordHash: row.password_hash ?? '',
        openedAt: (row.opened_at ?? '') as Instant,
        ...appPasswordsFrom(row.app_passwords ?? {}),
        ...(row.second_factor === true ? { secondFactor: true } : {}),
      };

interface AccountReading extends AccountRows, AccountsByMail {
  kept(stream: StreamId): Promise<AccountKept | undefined>;
}

/** The account projection's tables, read. */
export const readingAccounts = (pool: pg.Pool): AccountReading => {
  const ask = async (
    name: keyof typeof statements,
    values: readonly unknown[],
  ): Promise<readonly Row[]> => {
    const query = { name: `account ${name}`, text: statements[name], values: [...values] };
    return (await asking(pool.query<Row>(query))).rows;
  };
  const kept: AccountReading['kept'] = async (stream) => {
    const [row] = await ask('byStream', [stream]);
    return row && { applied: BigInt(row.applied), row: accountFrom(row) };
  };
  return {
    kept,
    byId: async (account) => (await kept(streams.account(account)))?.row,
    byLogin: async (canonicalLogin) => {
      const [row] = await ask('byLogin', [canonicalLogin]);
      return row && accountFrom(row);
    },
    byMails: async (mails) =>
      mails.length === 0
        ? []
        : (await ask('byMails', [mails])).flatMap((row) => accountFrom(row) ?? []),
    async *all() {
      for (let after: readonly string[] = ['', '']; ; ) {
        const rows = await ask('page', after);
        yield rows.flatMap((row) => accountFrom(row) ?? []);
        const last = rows.at(-1);
        if (last === undefined || rows.length < PAGE) return;
        after = [last.login ?? '', last.stream];
      }
    },
  };
};
