import type { AppPasswordId } from '../../domain/account/app-passwords.ts';
import { canonicalLogin } from '../../domain/account/login.ts';
import type { DomainEvent } from '../../domain/events.ts';
import type { Recorded } from '../../domain/kernel/event-store.ts';
import type { AccountId, Instant } from '../../domain/kernel/ids.ts';
import type { Erased } from '../../domain/kernel/ports.ts';
import type { Projection } from '../projection.ts';
import { type AccountRow, type AppPasswordRow, appPasswordRowsOf } from './rows.ts';

/** What some consecutive events do to an account's row. */
export interface AccountDelta {
  readonly opened?: Omit<AccountRow, 'account' | 'passwordHash' | 'appPasswords' | 'secondFactor'>;
  /** What the account is called since; what is absent stays. */
  readonly renamed?: Pick<AccountRow, 'login'> & Partial<Pick<AccountRow, 'displayName' | 'mail'>>;
  readonly passwordHash?: string;
  /** Null: revoked. */
  readonly appPasswords?: Readonly<Record<AppPasswordId, AppPasswordRow | null>>;
  readonly secondFactor?: boolean;
  readonly removed: boolean;
}

const fold = (
  delta: AccountDelta,
  event: DomainEvent | Erased,
  recorded: Recorded,
): AccountDelta => {
  switch (event.type) {
    case 'AccountOpened': {
      const { displayName, mail } = event;
      const openedAt = recorded.occurredAt as Instant;
      return {
        ...delta,
        opened: { login: canonicalLogin(event.login), displayName, mail, openedAt },
      };
    }
    case 'AccountRenamed': {
      const { login, displayName, mail } = event;
      const renamed = {
        ...delta.renamed,
        login: canonicalLogin(login),
        ...(displayName === undefined ? {} : { displayName }),
        ...(mail === undefined ? {} : { mail }),
      };
      return { ...delta, renamed };
    }
    case 'PasswordSet':
      return { ...delta, passwordHash: event.passwordHash };
    case 'AppPasswordAdded': {
      const { id, name, protocols, digest } = event;
      const added = { name, protocols, digest, addedAt: recorded.occurredAt as Instant };
      return { ...delta, appPasswords: { ...delta.appPasswords, [id]: added } };
    }
    case 'AppPasswordRevoked':
      return { ...delta, appPasswords: { ...delta.appPasswords, [event.id]: null } };
    case 'SecondFactorTurnedOn':
      return { ...delta, secondFactor: true };
    case 'SecondFactorTurnedOff':
      return { ...delta, secondFactor: false };
    case 'AccountRemoved':
    case 'AccountErased':
      return { removed: true };
    default:
      return delta;
  }
};

/** The row of an account all of whose events these are; `undefined` when it was removed, or never opened. */
export const accountRowFrom = (account: AccountId, delta: AccountDelta): AccountRow | undefined => {
  const { opened, renamed, passwordHash = '', appPasswords = {}, secondFactor, removed } = delta;
  if (opened === undefined || removed) return undefined;
  const held = Object.entries(appPasswords).flatMap(([id, row]) =>
    row === null ? [] : [[id as AppPasswordId, row] as const],
  );
  return {
    ...opened,
    ...renamed,
    account,
    passwordHash,
    ...appPasswordRowsOf(held),
    ...(secondFactor === true ? { secondFactor } : {}),
  };
};

/** The accounts of the built-in user table. */
export const accountProjection: Projection<AccountDelta> = {
  name: 'account',
  version: 3,
  categories: ['account'],
  empty: () => ({ removed: false }),
  fold,
};
