import { describe, expect, test } from 'vitest';
import { type AccountEvent, account } from '../../src/domain/account/account.ts';
import { APP_PASSWORD_LIMIT, type AppPasswordId } from '../../src/domain/account/app-passwords.ts';
import { fold, given } from '../support/given.ts';

const opened: AccountEvent = {
  type: 'AccountOpened',
  login: 'jane',
  displayName: 'Jane Doe',
  mail: 'jane@example.com',
};
const id = 'phone-id' as AppPasswordId;
const add = {
  type: 'AddAppPassword',
  id,
  name: 'phone',
  protocols: ['dav'],
  digest: 'd',
} as const;
const added: AccountEvent = {
  type: 'AppPasswordAdded',
  id,
  name: 'phone',
  protocols: ['dav'],
  digest: 'd',
};

describe('app passwords', () => {
  test('are added with a name and what they open, in one order and each once', () => {
    given(account, opened).when(add).records(added);
    given(account, opened)
      .when({ ...add, name: '  phone ', protocols: ['mail', 'dav', 'mail'] })
      .records({ ...added, protocols: ['dav', 'mail'] });
  });

  test.each(['', '   ', 'a\nb', 'x'.repeat(101), '\ud800'])('are not called %j', (name) => {
    given(account, opened)
      .when({ ...add, name })
      .refuses({ kind: 'UnusableAppPassword', because: 'name' });
  });

  test('open something', () => {
    given(account, opened)
      .when({ ...add, protocols: [] })
      .refuses({ kind: 'UnusableAppPassword', because: 'protocols' });
  });

  test('are not more than an account may have', () => {
    const many = Array.from(
      { length: APP_PASSWORD_LIMIT },
      (_, index): AccountEvent => ({ ...added, id: `${index}` as AppPasswordId }),
    );
    given(account, opened, ...many)
      .when(add)
      .refuses({ kind: 'TooManyAppPasswords', limit: APP_PASSWORD_LIMIT });
    given(account, opened, ...many, { type: 'AppPasswordRevoked', id: '7' as AppPasswordId })
      .when(add)
      .records(added);
  });

  test('are revoked once, and only by the account that has them', () => {
    const revoke = { type: 'RevokeAppPassword', id } as const;
    const revoked: AccountEvent = { type: 'AppPasswordRevoked', id };
    given(account, opened, added).when(revoke).records(revoked);
    given(account, opened, added, revoked).when(revoke).refuses({ kind: 'AppPasswordNotFound' });
    given(account, opened).when(revoke).refuses({ kind: 'AppPasswordNotFound' });
  });

  test('belong to open accounts, and go with them', () => {
    const refusal = { kind: 'AccountNotFound' } as const;
    given(account).when(add).refuses(refusal);
    given(account, opened, { type: 'AccountRemoved' }).when(add).refuses(refusal);
    expect(fold(account, [opened, added, { type: 'AccountRemoved' }]).appPasswords.size).toBe(0);
  });
});

describe('the second factor', () => {
  const enrolled: AccountEvent = { type: 'SecondFactorEnrolled', secret: 's' };
  const on: AccountEvent = { type: 'SecondFactorTurnedOn', recoveryCodes: ['a', 'b'] };
  const turnOn = { type: 'TurnOnSecondFactor', secret: 's', recoveryCodes: ['a', 'b'] } as const;

  test('is on only after a code of the secret shown last', () => {
    given(account, opened).when({ type: 'EnrolSecondFactor', secret: 's' }).records(enrolled);
    given(account, opened, enrolled).when(turnOn).records(on);
    given(account, opened).when(turnOn).refuses({ kind: 'SecondFactorNotEnrolled' });
    given(account, opened, enrolled, { type: 'SecondFactorEnrolled', secret: 't' })
      .when(turnOn)
      .refuses({ kind: 'SecondFactorNotEnrolled' });
  });

  test('keeps its secret while it is on: a thief of a session cannot enrol his own', () => {
    given(account, opened, enrolled, on)
      .when({ type: 'EnrolSecondFactor', secret: 't' })
      .refuses({ kind: 'SecondFactorIsOn' });
    given(account, opened, enrolled, on).when(turnOn).refuses({ kind: 'SecondFactorIsOn' });
  });

  test('is turned off, with all it knew', () => {
    const off: AccountEvent = { type: 'SecondFactorTurnedOff' };
    given(account, opened, enrolled, on).when({ type: 'TurnOffSecondFactor' }).records(off);
    given(account, opened).when({ type: 'TurnOffSecondFactor' }).records();
    expect(fold(account, [opened, enrolled, on, off]).secondFactor).toEqual({ status: 'off' });
  });

  test('takes each recovery code once, and none that was replaced', () => {
    const use = { type: 'UseRecoveryCode', digest: 'a' } as const;
    const used: AccountEvent = { type: 'RecoveryCodeUsed', digest: 'a' };
    const unknown = { kind: 'RecoveryCodeUnknown' } as const;
    given(account, opened, enrolled, on).when(use).records(used);
    given(account, opened, enrolled, on, used).when(use).refuses(unknown);
    const replace = { type: 'ReplaceRecoveryCodes', recoveryCodes: ['c'] } as const;
    const replaced: AccountEvent = { type: 'RecoveryCodesReplaced', recoveryCodes: ['c'] };
    given(account, opened, enrolled, on).when(replace).records(replaced);
    given(account, opened, enrolled, on, replaced).when(use).refuses(unknown);
    given(account, opened).when(use).refuses({ kind: 'SecondFactorIsOff' });
    given(account, opened).when(replace).refuses({ kind: 'SecondFactorIsOff' });
  });
});
