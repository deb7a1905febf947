import { describe, expect, test } from 'vitest';
import { type AccountEvent, account } from '../../src/domain/account/account.ts';
import { given } from '../support/given.ts';

const open = {
  type: 'OpenAccount',
  login: 'jane',
  displayName: 'Jane Doe',
  mail: 'jane@example.com',
  passwordHash: '$argon2id$1',
} as const;
const opened = {
  type: 'AccountOpened',
  login: 'jane',
  displayName: 'Jane Doe',
  mail: 'jane@example.com',
} as const satisfies AccountEvent;
const set = (passwordHash: string): AccountEvent => ({ type: 'PasswordSet', passwordHash });

describe('an account', () => {
  test('is opened once, with a password', () => {
    given(account).when(open).records(opened, set('$argon2id$1'));
    given(account, opened).when(open).refuses({ kind: 'AccountExists' });
  });

  test('is not opened again after it was removed', () => {
    given(account, opened, { type: 'AccountRemoved' })
      .when(open)
      .refuses({ kind: 'AccountWasRemoved' });
  });

  test('takes another password while it is open', () => {
    const command = { type: 'SetPassword', passwordHash: '$argon2id$2' } as const;
    const refusal = { kind: 'AccountNotFound' } as const;
    given(account, opened, set('$argon2id$1')).when(command).records(set('$argon2id$2'));
    given(account).when(command).refuses(refusal);
    given(account, opened, { type: 'AccountRemoved' }).when(command).refuses(refusal);
  });

  test('is removed once', () => {
    const removed = { type: 'AccountRemoved' } as const;
    given(account, opened).when({ type: 'RemoveAccount' }).records(removed);
    given(account, opened, removed)
      .when({ type: 'RemoveAccount' })
      .refuses({ kind: 'AccountNotFound' });
  });

  test('is renamed, recording what changes alone', () => {
    const renamed = { type: 'AccountRenamed', login: 'jd' } as const;
    const wish = { type: 'RenameAccount', login: 'jd', displayName: 'Jane Doe' } as const;
    given(account, opened).when(wish).records(renamed);
    given(account, opened, renamed).when(wish).records();
    given(account, opened, renamed)
      .when({ ...wish, mail: 'jd@example.com' })
      .records({ ...renamed, mail: 'jd@example.com' });
    given(account, opened, { type: 'AccountRemoved' })
      .when(wish)
      .refuses({ kind: 'AccountNotFound' });
  });

  test('of a source is nobody’s who comes with another login', () => {
    const { type: _, ...facts } = opened;
    const open = { ...facts, type: 'OpenSourceAccount', source: 'ldap' } as const;
    const ofSource: AccountEvent = { ...facts, type: 'AccountOpened', source: 'ldap' };
    given(account, ofSource).when(open).records();
    given(account, ofSource, { type: 'AccountRenamed', login: 'jd' })
      .when(open)
      .refuses({ kind: 'AccountExists' });
  });

  test('is erased once, also when nothing of it can be read any more, and never opened again', () => {
    const erased = { type: 'AccountErased' } as const;
    const wish = { type: 'EraseAccount' } as const;
    given(account, opened, { type: 'AccountRemoved' }).when(wish).records(erased);
    given(account).when(wish).records(erased);
    given(account, erased).when(wish).records();
    given(account, erased).when(open).refuses({ kind: 'AccountWasRemoved' });
  });

  test('remembers no password in its folded state', () => {
    const state = [opened, set('$argon2id$1')].reduce(account.evolve, account.initial());
    expect(JSON.stringify(state)).not.toContain('argon2');
  });
});
