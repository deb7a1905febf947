import { isAcceptableSourceLogin } from '../domain/account/login.ts';
import type { SourceUser } from '../domain/account/user-source.ts';
import type { AccountId } from '../domain/kernel/ids.ts';
import type { Provenance } from '../domain/kernel/ports.ts';
import type { AccountOpening } from './account-opening.ts';

interface AdoptingParts {
  readonly opening: Pick<AccountOpening, 'open'>;
  /** Waits until readers see what was recorded of the account last, `patience` ms at most. */
  shown(account: AccountId, patience: number): Promise<void>;
  provenance(): Provenance;
}

/** How long somebody waits who comes for the first time, and whose account is not in the tables yet, in ms. */
const ADOPTION_PATIENCE = 10_000;

/** Opens an account for somebody of a user source, or finds it; `undefined` where the login is another's. */
export const adopting =
  ({ opening, shown, provenance }: AdoptingParts) =>
  async (user: SourceUser): Promise<AccountId | undefined> => {
    if (!isAcceptableSourceLogin(user.login)) return undefined;
    const opened = await opening.open({ type: 'OpenSourceAccount', ...user }, provenance());
    // A session that is begun now is looked up with the account's row by the very next request.
    if (opened !== undefined) await shown(opened, ADOPTION_PATIENCE);
    return opened;
  };
