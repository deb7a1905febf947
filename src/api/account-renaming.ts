import {
  canonicalLogin,
  isAcceptableLogin,
  isAcceptableSourceLogin,
} from '../domain/account/login.ts';
import { streams } from '../domain/kernel/streams.ts';
import type { AccountRow } from '../projections/account/rows.ts';
import { AccountRefusal, type Accounts, type AccountsParts } from './accounts.ts';

/** What the mail address becomes: as told; else the new login where the address was the old one. */
const mailAfter = (
  row: AccountRow,
  login: string,
  told: string | undefined,
): string | undefined => {
  if (told !== undefined) return told;
  return row.mail === row.login && login.includes('@') ? login : undefined;
};

/**
 * Gives accounts other logins. The new one is claimed before the account goes by it, and the old one
 * released after that, so that nobody else gets either meanwhile; done again, it finishes what a crash
 * interrupted.
 */
export const renaming = ({
  opening,
  accounts,
  rows,
  shown,
  provenance,
}: AccountsParts): Accounts['rename'] => {
  const take = async (row: AccountRow, login: string, mail: string | undefined): Promise<void> => {
    const { account } = row;
    const by = provenance();
    if ((await opening.claim(login, account, by)) !== account)
      throw new AccountRefusal(`the login '${login}' is taken`);
    const after = mailAfter(row, login, mail);
    const renamed = await accounts({
      stream: streams.account(account),
      owner: account,
      command: {
        type: 'RenameAccount',
        login,
        ...(row.displayName === row.login ? { displayName: login } : {}),
        ...(after === undefined ? {} : { mail: after }),
      },
      by,
    });
    if ('rejected' in renamed) throw new AccountRefusal(`there is no account '${row.login}'`);
    if (login !== row.login) await opening.release(row.login, account, by);
    await shown(account);
  };

  return async (typed, wanted, { mail, vouched }) => {
    const login = canonicalLogin(wanted);
    const old = canonicalLogin(typed);
    const row = await rows.byLogin(old);
    if (row === undefined) {
      // Perhaps it goes by the new login already, and a crash kept the old one from being released.
      const holder = await rows.byLogin(login);
      const released = holder && (await opening.release(old, holder.account, provenance()));
      if (released === undefined || !('accepted' in released) || released.accepted.length === 0)
        throw new AccountRefusal(`there is no account '${typed}'`);
      return;
    }
    const isOfSource = row.passwordHash === '';
    if (!(isOfSource ? isAcceptableSourceLogin(login) : isAcceptableLogin(login)))
      throw new AccountRefusal(`'${wanted}' is no acceptable login`);
    if (isOfSource && login !== old && !(await vouched(login)))
      throw new AccountRefusal(
        `'${old}' is somebody of a user source, and none knows '${login}': rename in the source first`,
      );
    await take(row, login, mail);
  };
};
