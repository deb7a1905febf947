import { describe, expect, it } from 'vitest';
import { type Checked, checkConfiguration } from '../../src/adapters/sogo-conf/check.ts';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';
import { areas, parameters, renamed } from '../../src/adapters/sogo-conf/parameters.ts';
import { ldapSourceKeys } from '../../src/adapters/sogo-conf/parameters/ldap-source.ts';
import { sqlSourceKeys } from '../../src/adapters/sogo-conf/parameters/sql-source.ts';
import type { Row, Rows } from '../../src/adapters/sogo-conf/row.ts';
import { guide, later } from './names.ts';

/** For each type of the tables: a value as the file has it, and one it may not be. */
const examples: Readonly<Record<string, readonly [right: string, wrong: string]>> = {
  bool: ['YES', 'maybe'],
  integer: ['3', 'three'],
  number: ['0.8', '80%'],
  seconds: ['30', '30s'],
  minutes: ['5', '5.5'],
  days: ['7', '-7'],
  KiB: ['2048', '2MB'],
  MiB: ['20', 'lots'],
  octets: ['1024', '1k'],
  entries: ['-1', '-2'],
  text: ['"some text"', '(some, text)'],
  secret: ['"sixteen letters!"', '{ a = b; }'],
  certificate: ['"-----BEGIN CERTIFICATE-----"', '"no certificate!"'],
  path: ['"/etc/ssl/key.pem"', '"key.pem"'],
  'address and port': ['"[::1]:20000"', 'nowhere'],
  URL: ['"https://host.example/path"', '"host.example"'],
  'host or URL': ['host.example', '"gopher://host.example"'],
  'table URL': ['"postgresql://u:p@h:5432/db/table"', '"postgresql://u:p@h:5432/db"'],
  hour: ['"08:30"', '25'],
  'time zone': ['Europe/Berlin', 'Europe/Atlantis'],
  language: ['BrazilianPortuguese', 'pt_BR'],
  'strftime format': ['"%d.%m.%Y"', '"dd.mm.yyyy"'],
  trigger: ['"-PT15M"', '15'],
  'SASL mechanism': ['PLAIN', '"plain text"'],
  'mail address': ['"ada@acme.com"', 'ada'],
  format: ['"%{FolderName}"', '"%{Folder}"'],
  column: ['c_uid', '"c uid"'],
  table: ['"directory.clubs"', '"clubs; drop"'],
  'LDAP servers': [
    '"ldap://h/????!StartTLS ldaps://[::1]:637 host:390 ldapi://%2Frun%2Fs"',
    '"http://h"',
  ],
  'distinguished name': ['"ou=people,dc=acme"', 'people'],
  qualifier: [`"(a = 'b' OR c <> '*d')"`, `"(a = 'b'"`],
  'SQL condition': ['"active = true"', '"1=1; drop table x"'],
  'password scheme': ['ssha256.b64', 'rot13'],
  dictionary: ['{ a = b; }', '(a)'],
  'dictionary of colour': ['{ work = "#00FF00"; }', '{ work = green; }'],
  'dictionary of dictionary': ['{ Mail = { a = b; }; }', '{ Mail = a; }'],
  'dictionary of login type': ['{ "acme.com" = { type = plain; }; }', '{ a = { type = cas; }; }'],
  'dictionary of list of text': ['{ a = (b, c); }', '{ a = b; }'],
  'list of text': ['(a, b)', 'a'],
  'list of minutes': ['(1, 2)', '(1, two)'],
  'list of days': ['(7, 7)', '(7)'],
  'list of network': ['("192.0.2.0/24", "::1")', '("192.0.2.0/33")'],
  'list of column': ['(c_uid, mail)', '("c uid")'],
  'list of language': ['(English, German)', '(en)'],
  'list of dictionary': ['({ a = b; })', '(a)'],
  'list of password rule': [
    '({ label = POLICY_MIN_DIGIT; value = 2; }, { label = x; regex = "[a-z]"; })',
    '({ label = x; regex = "[a"; })',
  ],
  devices: ['3', '0'],
  'dictionary of policies': [
    '{ "*" = { DevicePasswordEnabled = YES; MinDevicePasswordLength = 6; }; }',
    '{ "*" = { MinDevicePasswordLength = 99; }; }',
  ],
  'list of list of text': ['((a, b), (c))', '(a, b)'],
  'list of sources': [
    '({ type = sql; id = x; viewURL = "postgresql://h/d/t"; })',
    '({ type = nis; })',
  ],
};

/** Values of a row: of its type, or of the words it may be; the parameter's own where they differ. */
const example = (
  name: string,
  row: Row<never, never> | Rows[string],
): readonly [string, string] => {
  const own: Readonly<Record<string, readonly [string, string]>> = {
    SOGoSieveServer: ['"sieve://host.example:4190"', '"https://host.example"'],
    SOGoIMAPServer: ['"imaps://host.example:993"', '"smtp://host.example"'],
    SOGoSMTPServer: ['"smtp://host.example:587/?tls=YES"', '"smtp://"'],
    DaybookDatabaseURL: ['"postgres://u:p@h/db"', '"mysql://h/db"'],
    DaybookEventStoreURL: ['"esdb://h:2113"', '"http://h:2113"'],
    DaybookDataDirectory: ['data', '""'],
    WOLogFile: ['"-"', 'sogo.log'],
  };
  const named = /^(list of )?one of ([^,]+)/.exec(row.type.name);
  const word = named?.[2]?.replace('nothing', '""');
  const found =
    own[name] ??
    (word === undefined
      ? examples[row.type.name]
      : ([
          named?.[1] === undefined ? word : `(${word})`,
          named?.[1] === undefined ? 'sideways' : '(sideways)',
        ] as const));
  if (found === undefined) throw new Error(`no example of ${row.type.name}`);
  return found;
};

const check = (text: string): Checked => checkConfiguration(parseOpenStep(text));
const errors = ({ problems }: Checked): readonly unknown[] =>
  problems.filter(({ severity }) => severity === 'error');

describe('the tables of parameters', () => {
  it("know all 209 names of SOGo's installation guide 4.0, and the 114 that came later", () => {
    const known = new Set([
      ...Object.keys(parameters),
      ...Object.keys(renamed),
      ...Object.keys(ldapSourceKeys).map((key) => `SOGoUserSources[ldap].${key}`),
      ...Object.keys(sqlSourceKeys).map((key) => `SOGoUserSources[sql].${key}`),
    ]);
    expect([guide.length, later.length]).toEqual([209, 114]);
    expect([...guide, ...later].filter((name) => !known.has(name))).toEqual([]);
  });

  it('have each parameter in one area', () => {
    const all = Object.values(areas).flatMap((area) => Object.keys(area));
    expect(all.toSorted()).toEqual(Object.keys(parameters).toSorted());
  });

  it('default to values of their own types', () => {
    for (const [name, row] of Object.entries<Rows[string]>(parameters)) {
      if (row.fallback === undefined || row.fallback === '' || name === 'SOGoUserSources') continue;
      const shown = Array.isArray(row.fallback)
        ? `(${row.fallback.map((each) => JSON.stringify(each)).join(',')})`
        : typeof row.fallback === 'boolean'
          ? row.fallback
            ? 'YES'
            : 'NO'
          : JSON.stringify(row.fallback);
      const checked = check(`{ ${name} = ${shown}; }`);
      expect(errors(checked), name).toEqual([]);
      expect(checked.root.get(name), name).toEqual(row.fallback);
    }
  });
});

const top = Object.entries<Rows[string]>(parameters).filter(([name]) => name !== 'domains');

describe('every parameter', () => {
  it.each(top)('%s takes a right value, and refuses a wrong one with its place', (name, row) => {
    const [right, wrong] = example(name, row);
    const good = check(`{\n ${name} = ${right};\n}`);
    expect(good.problems).toEqual([]);
    expect(good.root.has(name)).toBe(true);
    const bad = check(`{\n ${name} = ${wrong};\n}`);
    expect(bad.root.has(name)).toBe(false);
    const [first] = errors(bad);
    expect(first).toMatchObject({ at: { line: 2 } });
    expect((first as { at: { column: number } }).at.column).toBeGreaterThanOrEqual(name.length + 5);
    expect((first as { message: string }).message).toMatch(/takes .*; found /);
  });

  it.each([
    ['ldap', 'baseDN = "dc=acme";', ldapSourceKeys],
    ['sql', 'viewURL = "postgresql://h/d/t";', sqlSourceKeys],
  ] as const)('of a source of type %s too', (type, needed, keys) => {
    for (const [key, row] of Object.entries<Rows[string]>(keys)) {
      if (key === 'type') continue;
      const [right, wrong] = example(key, row);
      const source = (value: string): string => {
        const others = [`type = ${type};`, key === 'id' ? '' : 'id = x;', needed];
        return `{ SOGoUserSources = ({ ${others.filter((other) => !other.startsWith(`${key} `)).join(' ')}\n${key} = ${value}; }); }`;
      };
      const good = check(source(right));
      expect(good.problems, key).toEqual([]);
      expect(good.settings.map(({ path }) => path)).toContain(`SOGoUserSources[0].${key}`);
      const bad = check(source(wrong));
      expect(bad.root.has('SOGoUserSources'), key).toBe(false);
      expect(errors(bad)[0], key).toMatchObject({ at: { line: 2 } });
      expect(bad.problems[0]?.message).toContain(`SOGoUserSources[0].${key}`);
    }
  });
});
