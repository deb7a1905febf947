import { describe, expect, it } from 'vitest';
import { filterOf } from '../../src/adapters/ldap-source/filters.ts';
import { parseQualifier } from '../../src/domain/account/qualifier.ts';

/** As an LDAP filter's text (RFC 4515), to be read. */
const filter = (text: string): string | undefined => {
  const qualifier = parseQualifier(text);
  return qualifier && filterOf(qualifier).toString();
};

describe("a source's filter (EOQualifier)", () => {
  it.each([
    ["a = 'b'", '(a=b)'],
    ['a=b', '(a=b)'],
    ['a == "b c"', '(a=b c)'],
    ["a <> 'b'", '(!(a=b))'],
    ["a != b AND c = 'd'", '(&(!(a=b))(c=d))'],
    ['a = b AND c = d OR e = f and g = h', '(|(&(a=b)(c=d))(&(e=f)(g=h)))'],
    ['(a = b OR c = d) AND NOT (e = f)', '(&(|(a=b)(c=d))(!(e=f)))'],
    ["((a = 'b'))", '(a=b)'],
    ["a = '*'", '(a=*)'],
    ["a = '*b'", '(a=*b)'],
    ["a = 'b*c**d*'", '(a=b*c*d*)'],
    ["memberOf = 'cn=a b,dc=c'", '(memberOf=cn=a b,dc=c)'],
    [String.raw`a = 'it\'s'`, "(a=it's)"],
    ["a = ''", '(a=)'],
    ["a = 'x AND (y'", String.raw`(a=x AND \28y)`],
    ["a = ')(uid=\\\\'", String.raw`(a=\29\28uid=\5c)`],
    ["  a = 'b'  ", '(a=b)'],
  ])('%s is %s', (text, expected) => {
    expect(filter(text)).toBe(expected);
  });
  it.each([
    '',
    'a',
    'a =',
    "= 'b'",
    "a = 'b' AND",
    "a = 'b' c = 'd'",
    "(a = 'b'",
    "a = 'b')",
    "a > 'b'",
    "a = 'b",
    "'a' = 'b'",
    '(&(a=b))',
    "a(b) = 'c'",
    'a = b OR OR c = d',
  ])('%j is none', (text) => {
    expect(parseQualifier(text)).toBeUndefined();
  });
  it('is bounded in depth and length', () => {
    const nested = (depth: number): string => `${'('.repeat(depth)}a = b${')'.repeat(depth)}`;
    expect(parseQualifier(nested(20))).toBeDefined();
    expect(parseQualifier(nested(5000))).toBeUndefined();
    expect(parseQualifier(`${'NOT '.repeat(1000)}a = b`)).toBeUndefined();
    expect(parseQualifier(`a = '${'b'.repeat(20_000)}'`)).toBeUndefined();
  });
});
