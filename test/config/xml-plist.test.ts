import { describe, expect, it } from 'vitest';
import { PlistError } from '../../src/adapters/sogo-conf/plist.ts';
import { isXmlPlist, parseXmlPlist } from '../../src/adapters/sogo-conf/xml-plist.ts';
import { plain } from './plain.ts';

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//GNUstep//DTD plist 0.9//EN" "http://www.gnustep.org/plist-0_9.xml">
`;

describe('sogo.conf may be an XML property list', () => {
  it('is told by its beginning', () => {
    expect(['<?xml version="1.0"?>', '\uFEFF<!DOCTYPE plist>', ' <plist>'].map(isXmlPlist)).toEqual(
      [true, true, true],
    );
    expect(['{ a = "<plist>"; }', '<0fbd>'].map(isXmlPlist)).toEqual([false, false]);
  });
  it('reads every kind of value', () => {
    const root = parseXmlPlist(`${HEAD}<plist version="0.9"><dict>
      <key>s</key><string> a &amp; <![CDATA[<b>]]></string>
      <key>n</key><integer> 3 </integer><key>r</key><real>1.5</real>
      <key>t</key><true/><key>f</key><false/>
      <key>d</key><data>aGFs bG8=</data>
      <key>a</key><array><string>x</string><dict><key>k</key><string/></dict></array>
    </dict></plist>`);
    expect(plain(root)).toEqual(
      new Map<string, unknown>([
        ['s', ' a & <b>'],
        ['n', '3'],
        ['r', '1.5'],
        ['t', 'YES'],
        ['f', 'NO'],
        ['d', new Uint8Array(Buffer.from('hallo'))],
        ['a', ['x', new Map([['k', '']])]],
      ]),
    );
  });
  it('knows line and column of every key and value', () => {
    expect(
      parseXmlPlist(`${HEAD}<plist>
<dict>
  <key>a</key> <array>
    <string>x</string></array>
</dict></plist>`),
    ).toMatchObject({
      at: { line: 4, column: 1 },
      entries: [
        {
          at: { line: 5, column: 3 },
          value: { at: { line: 5, column: 16 }, items: [{ at: { line: 6, column: 5 } }] },
        },
      ],
    });
  });
  it.each([
    ['<plist><string>x</string></plist>', 1, 8, 'expected <dict>'],
    ['<plist>\n<dict><string>x</string></dict></plist>', 2, 7, 'expected <key>'],
    ['<plist><dict><key>a</key></dict></plist>', 1, 14, 'has no value'],
    ['<plist><dict><key>a</key><key>b</key></dict></plist>', 1, 26, 'expected a value'],
    ['<plist><dict><key>a</key><number>1</number></dict></plist>', 1, 26, 'no element'],
    ['<dict></dict>', 1, 1, 'outermost'],
    ['<plist><dict>x</dict></plist>', 1, 8, 'no text of its own'],
    ['<plist><dict></plist>', 1, 22, 'tag'],
    ['<plist><dict/><dict/></plist>', 1, 15, 'one value'],
    ['<plist><dict><key>a</key><data>!</data></dict></plist>', 1, 26, 'base 64'],
    ['<!DOCTYPE plist [<!ENTITY a "b">]><plist><dict/></plist>', 1, 35, 'may not declare'],
    ['<plist><dict><key>&a;</key></dict></plist>', 1, 22, 'entity'],
    ['<plist></plist>', 1, 1, 'expected a value'],
  ])('says where %j goes wrong', (text, line, column, reason) => {
    let caught: unknown;
    try {
      parseXmlPlist(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(PlistError);
    expect((caught as PlistError).message).toContain(reason);
    expect(caught).toMatchObject({ at: { line, column } });
  });
  it('refuses nesting that would exhaust the stack', () => {
    expect(() => parseXmlPlist(`<plist>${'<array>'.repeat(100_000)}`)).toThrow(/nested more than/);
  });
});
