import { canonicalLogin } from '../../domain/account/login.ts';
import { PASSWORD_LIMIT } from '../../domain/account/password.ts';
import type { SourceUser } from '../../domain/account/user-source.ts';
import type { AccountId } from '../../domain/kernel/ids.ts';
import type { AccountRow } from '../../projections/account/rows.ts';
import type { DomainSettings } from '../domains.ts';
import type { Principal } from '../services.ts';
import { type TrustedAccountsParts, trustedAccounts } from '../trusted-accounts.ts';
import { admittedBy } from './admitting.ts';
import type { Vouch } from './vouching.ts';

interface ProvenNamesParts extends TrustedAccountsParts {
  readonly domains: Pick<DomainSettings, 'admitted'>;
  /** Who goes by a name in the sources, however it is written there. */
  readonly lookup: Vouch;
  /** The account of somebody a source knows; `undefined` when the login is another's. */
  adopt(user: SourceUser): Promise<AccountId | undefined>;
}

/**
 * Whom a name belongs to that somebody else has proven; `undefined` for nobody's. Never by password.
 * @throws UserSourceUnavailable, and what reading the rows throws
 */
export type Admit = (name: string) => Promise<Principal | undefined>;

const isUnusable = (name: string): boolean =>
  name.trim() === '' ||
  name.length > PASSWORD_LIMIT ||
  /\p{Cc}/u.test(name) ||
  !name.isWellFormed();

/** As with passwords: an account that has its own goes first, and no source opens it. */
export const provenNames = (parts: ProvenNamesParts): Admit => {
  const { lookup, adopt } = parts;
  const isAdmitted = admittedBy(parts.domains);
  const accounts = trustedAccounts(parts);

  const rowOf = async (login: string): Promise<AccountRow | undefined> =>
    accounts.trusted(login) ?? accounts.fresh(login);

  return async (name) => {
    if (isUnusable(name) || !isAdmitted(name)) return undefined;
    const own = await rowOf(canonicalLogin(name));
    if (own !== undefined && own.passwordHash !== '') {
      const { account, login, displayName, mail } = own;
      return { account, login, displayName: displayName || login, mail };
    }
    const user = await lookup(name);
    if (user === undefined || !isAdmitted(user.login)) return undefined;
    const { login, displayName, mail, barred } = user;
    const row = await rowOf(login);
    if (row !== undefined && row.passwordHash !== '') return undefined;
    const account = row?.account ?? (await adopt(user));
    if (account === undefined) return undefined;
    const kept = barred === undefined ? {} : { barred };
    return { account, login, displayName: displayName || login, mail, ...kept };
  };
};
