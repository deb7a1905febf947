import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  authenticatorUri,
  codeAt,
  newSecret,
  stepOf,
} from '../../src/api/sign-in/one-time-code.ts';
import {
  appPasswordDigest,
  newAppPassword,
  newRecoveryCodes,
  recoveryCodeDigest,
} from '../../src/api/sign-in/secrets.ts';

/** The secret of RFC 6238's test vectors, `12345678901234567890`, in base 32. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('one-time codes', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('are at second %i what RFC 6238 appendix B says, in six digits', (second, code) => {
    expect(codeAt(SECRET, second * 1000)).toBe(code);
    expect(stepOf(SECRET, code, second * 1000)).toBe(Math.floor(second / 30));
  });

  it('are taken one step early and late, and no further (RFC 6238 §5.2)', () => {
    const at = 1_234_567_890_000;
    const step = Math.floor(at / 30_000);
    for (const [off, taken] of [
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ] as const)
      expect(stepOf(SECRET, codeAt(SECRET, at + off * 30_000), at)).toBe(
        taken ? step + off : undefined,
      );
  });

  it('may be typed with a space, and are nothing else', () => {
    expect(stepOf(SECRET, ' 287 082 ', 59_000)).toBe(1);
    for (const typed of ['', '28708', '2870820', '28708a', '２８７０８２', '-87082', '287082\0'])
      expect(stepOf(SECRET, typed, 59_000), typed).toBeUndefined();
  });

  it('come of secrets of 160 bits that any authenticator reads (RFC 4226 §4)', () => {
    const secret = newSecret();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(newSecret()).not.toBe(secret);
    const uri = new URL(authenticatorUri(secret, 'cal.example.org', 'zoë @&?x'));
    expect([uri.protocol, uri.host, decodeURIComponent(uri.pathname)]).toEqual([
      'otpauth:',
      'totp',
      '/cal.example.org:zoë @&?x',
    ]);
    expect([...uri.searchParams]).toEqual([
      ['secret', secret],
      ['issuer', 'cal.example.org'],
      ['algorithm', 'SHA1'],
      ['digits', '6'],
      ['period', '30'],
    ]);
  });
});

describe('app passwords and recovery codes', () => {
  it('are made of letters nobody mixes up, with 100 and 80 bits', () => {
    expect(newAppPassword()).toMatch(/^(?:[a-z2-7]{4}-){4}[a-z2-7]{4}$/);
    const codes = newRecoveryCodes();
    expect(new Set(codes).size).toBe(10);
    for (const code of codes) expect(code).toMatch(/^(?:[a-z2-7]{4}-){3}[a-z2-7]{4}$/);
  });

  it('are the same with spaces, without hyphens and in capitals', () => {
    const made = newAppPassword();
    const digest = appPasswordDigest(made);
    expect(digest).toMatch(/^[\w-]{43}$/);
    for (const typed of [made.toUpperCase(), made.replaceAll('-', ''), made.replaceAll('-', ' ')])
      expect(appPasswordDigest(typed)).toBe(digest);
    expect(appPasswordDigest(newAppPassword())).not.toBe(digest);
  });

  it('are never confused with each other, nor with a password of another form', () => {
    const [code = ''] = newRecoveryCodes();
    expect(appPasswordDigest(code)).toBeUndefined();
    expect(recoveryCodeDigest(newAppPassword())).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), (typed) => {
        const bare = typed.replaceAll(/[\s-]/g, '').toLowerCase();
        return (
          (appPasswordDigest(typed) !== undefined) ===
          (/^[a-z2-7]{20}$/.test(bare) && typed.length <= 80)
        );
      }),
    );
  });
});
