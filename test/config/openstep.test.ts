import { describe, expect, it } from 'vitest';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';
import { PlistError } from '../../src/adapters/sogo-conf/plist.ts';
import { plain } from './plain.ts';

const parsePlist = (text: string): ReadonlyMap<string, unknown> =>
  plain(parseOpenStep(text)) as ReadonlyMap<string, unknown>;

describe('sogo.conf is an OpenStep property list', () => {
  it('reads dictionaries, arrays, quoted and unquoted strings and comments', () => {
    const root = parsePlist(`{
      /* where */ WOPort = 127.0.0.1:20000;
      // who
      SOGoSuperUsernames = (ada, "bob dee",);
      domains = { "acme.com" = { SOGoMailDomain = acme.com } };
    }`);
    expect(root.get('WOPort')).toBe('127.0.0.1:20000');
    expect(root.get('SOGoSuperUsernames')).toEqual(['ada', 'bob dee']);
    expect(root.get('domains')).toEqual(
      new Map([['acme.com', new Map([['SOGoMailDomain', 'acme.com']])]]),
    );
  });
  it('keeps an unquoted URL in one piece although it holds //', () => {
    expect(parsePlist('{ host = ldap://h:389; }').get('host')).toBe('ldap://h:389');
  });
  it('understands every escape of a quoted string', () => {
    expect(parsePlist(String.raw`{ a = "\n\t\"\\ \101 \U00fc \u20AC \q"; }`).get('a')).toBe(
      '\n\t"\\ A ü € q',
    );
  });
  it('reads data and typed GNUstep values', () => {
    const root = parsePlist('{ d = <0fbd 77>; i = <*I123>; b = <*BY>; }');
    expect(root.get('d')).toEqual(Uint8Array.from([0x0f, 0xbd, 0x77]));
    expect(root.get('i')).toBe('123');
    expect(root.get('b')).toBe('Y');
  });
  it('keeps both of two equal keys, for whoever tells the administrator', () => {
    expect(parseOpenStep('{ a = 1; a = 2; }').entries.map(({ key }) => key)).toEqual(['a', 'a']);
  });
  it('knows line and column of every key and value', () => {
    const { entries } = parseOpenStep('{\n  a =\n (x,\n  { b = "y"; });\n}');
    expect(entries).toMatchObject([
      {
        at: { line: 2, column: 3 },
        value: {
          at: { line: 3, column: 2 },
          items: [
            { at: { line: 3, column: 3 } },
            {
              at: { line: 4, column: 3 },
              entries: [{ at: { line: 4, column: 5 }, value: { at: { line: 4, column: 9 } } }],
            },
          ],
        },
      },
    ]);
  });
  it.each([
    ['{ a = 1\n b = 2; }', 2, 2, 'expected ; after the value of a'],
    ['{ a = "x', 1, 7, 'never closed'],
    ['{ a = (1 2); }', 1, 10, 'expected , or )'],
    ['{ a = ; }', 1, 7, 'expected a value'],
    ['( a )', 1, 1, 'expected {'],
    ['{ } x', 1, 5, 'nothing after'],
    ['{ /* a', 1, 3, 'never closed'],
    ['{ a = <0f1>; }', 1, 7, 'pairs of hexadecimal'],
    ['', 1, 1, 'the end of the file'],
  ])('says where %j goes wrong', (text, line, column, reason) => {
    let caught: unknown;
    try {
      parsePlist(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(PlistError);
    expect(caught).toMatchObject({ at: { line, column } });
    expect((caught as PlistError).message).toContain(reason);
  });
  it('refuses nesting that would exhaust the stack', () => {
    expect(() => parsePlist(`{ a = ${'('.repeat(100_000)}`)).toThrow(/nested more than/);
  });
});
