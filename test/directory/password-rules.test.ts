import { describe, expect, it } from 'vitest';
import { passwordRulesOf } from '../../src/adapters/sogo-conf/password-rules.ts';
import { refusedBy } from '../../src/domain/account/password-rules.ts';

const rules = (...each: readonly Record<string, string>[]) =>
  passwordRulesOf(each.map((rule) => new Map(Object.entries(rule))));
const least = (kind: string, value: string) => ({ label: `POLICY_MIN_${kind}`, value });

describe('rules for new passwords (userPasswordPolicy)', () => {
  it.each([
    [least('LENGTH', '4'), 'ab1', 'abcd', 'too-short'],
    [least('LENGTH', '2'), '😀', '😀😀', 'too-short'],
    [least('LOWERCASE_LETTER', '2'), 'ABCd', 'ABéd', 'too-weak'],
    [least('UPPERCASE_LETTER', '1'), 'abc', 'abÉ', 'too-weak'],
    [least('DIGIT', '2'), 'abc1', '1abc2', 'too-weak'],
    [least('SPECIAL_SYMBOLS', '1'), 'ab 1', 'ab!', 'too-weak'],
    [{ label: 'begins with a letter', regex: '^[a-z]' }, '1a', 'a1', 'too-weak'],
  ])('%j refuses %j and takes %j', (rule, bad, good, reason) => {
    expect(refusedBy(rules(rule), bad)).toBe(reason);
    expect(refusedBy(rules(rule), good)).toBeUndefined();
  });
  it('hold together, and there are none where none are set', () => {
    const all = rules(least('LENGTH', '3'), least('DIGIT', '1'));
    expect(refusedBy(all, 'abcd')).toBe('too-weak');
    expect(refusedBy(all, '1')).toBe('too-short');
    expect(refusedBy(all, 'abc1')).toBeUndefined();
    expect(passwordRulesOf(undefined)).toEqual([]);
  });
});
