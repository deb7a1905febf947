import type { ModuleName } from '../domain/account/user-source.ts';
import type { AccountId } from '../domain/kernel/ids.ts';

/** Who a request comes from, once proven. */
export interface Principal {
  readonly account: AccountId;
  /** Canonical; the USER of `/SOGo/dav/USER/`. */
  readonly login: string;
  readonly displayName: string;
  /** '' when none is known. */
  readonly mail: string;
  /** Of his source, in small letters; absent when that has none. `Domains.of` knows more. */
  readonly domain?: string;
  /** What the user source keeps the person from (ModulesConstraints); absent when nothing. */
  readonly barred?: readonly (ModuleName | 'Contacts')[];
}
