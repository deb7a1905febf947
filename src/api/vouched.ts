import type { SourceUser } from '../domain/account/user-source.ts';
import type { Principal } from './services.ts';

/** What only a user source knows of somebody; nothing for those with a password of their own. */
export const vouchedParts = (
  user: SourceUser | undefined,
): Pick<Principal, 'barred' | 'domain'> => ({
  ...(user?.barred === undefined ? {} : { barred: user.barred }),
  ...(user?.domain === undefined ? {} : { domain: user.domain }),
});
