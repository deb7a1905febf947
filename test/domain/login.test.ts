import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonicalLogin,
  isAcceptableLogin,
  isAcceptableSourceLogin,
  login,
} from '../../src/domain/account/login.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import { given } from '../support/given.ts';

const jane = '11111111-1111-4111-8111-111111111111' as AccountId;
const john = '22222222-2222-4222-8222-222222222222' as AccountId;
const claimed = { type: 'LoginClaimed', account: jane } as const;
const released = { type: 'LoginReleased', account: jane } as const;

describe('a login', () => {
  test('is held by one account at a time', () => {
    given(login).when({ type: 'ClaimLogin', account: jane }).records(claimed);
    given(login, claimed)
      .when({ type: 'ClaimLogin', account: john })
      .refuses({ kind: 'LoginTaken', holder: jane });
  });

  test('claimed again by its holder stays as it is', () => {
    given(login, claimed).when({ type: 'ClaimLogin', account: jane }).records();
  });

  test('can be claimed by another after its holder released it', () => {
    given(login, claimed).when({ type: 'ReleaseLogin', account: jane }).records(released);
    given(login, claimed, released)
      .when({ type: 'ClaimLogin', account: john })
      .records({ type: 'LoginClaimed', account: john });
  });

  test('is not released by who does not hold it', () => {
    given(login, claimed).when({ type: 'ReleaseLogin', account: john }).records();
    given(login).when({ type: 'ReleaseLogin', account: jane }).records();
  });
});

describe('the name of a login', () => {
  test.each([
    [' Jane ', 'jane'],
    ['JOHN@Example.COM', 'john@example.com'],
    ['Jose\u0301', 'jos\u00e9'],
  ])('%j is compared as %j', (written, canonical) => {
    expect(canonicalLogin(written)).toBe(canonical);
  });

  test('is canonical after one step', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = canonicalLogin(text);
        expect(canonicalLogin(once)).toBe(once);
      }),
    );
  });

  test.each(['jane', 'jane.doe', 'jane+tag@example.com', 'j', 'żółć', '_x', '@x', '7'])(
    '%j is acceptable',
    (name) => expect(isAcceptableLogin(name)).toBe(true),
  );

  test.each([
    '',
    '.',
    '..',
    '.jane',
    '-jane',
    'a/b',
    'a b',
    'a\u0000',
    'a\n',
    '%2e',
    'a:b',
    'x'.repeat(257),
  ])('%j is not: it could be mistaken in a path or a header', (name) =>
    expect(isAcceptableLogin(name)).toBe(false),
  );

  test.each(['ann lee', '100%', 'o,neil', "o'neil", 'ada@acme.com', 'ünal', '李', 'x'.repeat(256)])(
    'of a directory may also be %s',
    (name) => expect(isAcceptableSourceLogin(name)).toBe(true),
  );
  test.each([
    ...['', '.', '..', '.a', '-a', ' a', 'a/b', 'a\\b', 'a:b', 'a\0', 'a\n', 'a\u200b'],
    ...['Ada', 'a ', 'u\u0308nal', 'x'.repeat(257)],
  ])('of a directory may not be %j', (name) => expect(isAcceptableSourceLogin(name)).toBe(false));
});
