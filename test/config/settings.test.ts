import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseListen } from '../../src/adapters/sogo-conf/listen.ts';
import { loadSettings } from '../../src/adapters/sogo-conf/settings.ts';
import { usualPreferences } from '../../src/adapters/sogo-conf/usual-preferences.ts';

const folders: string[] = [];
const configuration = async (text: string | Uint8Array): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-conf-'));
  folders.push(folder);
  const file = join(folder, 'sogo.conf');
  await writeFile(file, text);
  return file;
};
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

describe('settings', () => {
  it('are sane without a file', async () => {
    expect(await loadSettings({}, {})).toMatchObject({
      listen: { host: '127.0.0.1', port: 20_000 },
      dataDirectory: undefined,
      databaseUrl: undefined,
      eventStoreUrl: undefined,
      sources: [],
      notInEffect: [],
      doubts: [],
    });
  });
  it('take the command line before the environment before the file', async () => {
    const config = await configuration(
      '{ WOPort = 1; DaybookDataDirectory = "/a"; DaybookDatabaseURL = "postgres://file"; }',
    );
    const settings = await loadSettings(
      { config, listen: '0.0.0.0:2' },
      { DATABASE_URL: 'postgres://env' },
    );
    expect(settings).toMatchObject({
      listen: { host: '0.0.0.0', port: 2 },
      dataDirectory: '/a',
      databaseUrl: 'postgres://env',
    });
  });
  it('name every parameter that is not in effect', async () => {
    const config = await configuration(`{ WOPort = 1; SOGoPageTitle = Groupware;
      SOGoUserSources = ({ type = sql; id = directory; viewURL = "oracle://h/d/t"; canAuthenticate = YES; },
        { type = ldap; id = people; baseDN = "dc=acme"; canAuthenticate = YES; isAddressBook = YES; lookupFields = (a); }); }`);
    expect((await loadSettings({ config }, {})).notInEffect).toEqual([
      'SOGoPageTitle is not in effect in this version of Daybook',
      'SOGoUserSources[0] of type sql is not in effect in this version of Daybook',
      'SOGoUserSources[1].lookupFields does nothing in Daybook: each attribute that some key names is asked for by its name, operational ones too',
    ]);
  });
  it('refuse a file with an error, naming file, line and column', async () => {
    const config = await configuration('{\n WOPort 1; }');
    await expect(loadSettings({ config }, {})).rejects.toThrow(
      `${config}: line 2, column 9: expected = after WOPort`,
    );
  });
  it('refuse a file that is not there', async () => {
    await expect(loadSettings({ config: '/nowhere/sogo.conf' }, {})).rejects.toThrow(/ENOENT/);
  });
  it('refuse values of the wrong types, naming for each file, line, column and type', async () => {
    const config = await configuration('{ WOPort = (1);\n  DaybookMaximumObjectSize = 26; }');
    await expect(loadSettings({ config }, {})).rejects.toThrow(
      `${config}: line 1, column 12: WOPort takes ADDRESS:PORT, [V6]:PORT, a port or unix:/PATH; found an array
${config}: line 2, column 30: DaybookMaximumObjectSize takes a whole number of MiB, 1 to 25; found '26'`,
    );
  });
  it('refuse a file that is not UTF-8, and say where', async () => {
    const config = await configuration(Buffer.from('{\n WOPort = "\xe9"; }', 'latin1'));
    await expect(loadSettings({ config }, {})).rejects.toThrow(
      'line 2, column 12: this is not UTF-8',
    );
  });
  it('take an XML property list too', async () => {
    const config = await configuration(
      '<?xml version="1.0"?><plist><dict><key>WOPort</key><integer>7</integer></dict></plist>',
    );
    expect((await loadSettings({ config }, {})).listen).toEqual({ host: '127.0.0.1', port: 7 });
  });
  it('name the SQL sources, the root’s first, with their domains, and whose people may log in', async () => {
    const source = (id: string, more: string): string =>
      `{ type = sql; id = ${id}; viewURL = "postgresql://u:p@h/db/v"; ${more} }`;
    const config = await configuration(`{
      domains = { "Acme.com" = { SOGoUserSources = (${source('acme', 'canAuthenticate = YES; userPasswordAlgorithm = SSHA;')}); }; };
      SOGoUserSources = (${source('root', 'canAuthenticate = YES; LoginFieldNames = (c_uid, mail);')}, ${source('book', 'isAddressBook = YES;')});
    }`);
    const { sources, domains } = await loadSettings({ config }, {});
    expect(domains).toEqual(['acme.com']);
    expect(sources).toMatchObject([
      {
        id: 'root',
        domain: undefined,
        loginColumns: ['c_uid', 'mail'],
        scheme: 'none',
        canAuthenticate: true,
      },
      {
        id: 'book',
        domain: undefined,
        canAuthenticate: false,
        isAddressBook: true,
        displayName: 'book',
        modifiers: [],
      },
      { id: 'acme', domain: 'acme.com', loginColumns: ['c_uid'], scheme: 'ssha' },
    ]);
  });
  it('name LDAP sources with the keys of the guide, and the domain’s or the root’s limits', async () => {
    const config = await configuration(`{
      SOGoLDAPQueryLimit = 7;
      SOGoUserSources = ({ id = root; baseDN = "dc=a"; canAuthenticate = YES; SOGoLDAPQueryTimeout = 3;
        hostname = "ldap://one two:390"; encryption = starttls; scope = one; bindFields = (uid, mail);
        filter = "a = 'b' AND c <> 'd*'"; mapping = { SN = (surname, sn); };
        ModulesConstraints = { Mail = { ou = staff; }; Nothing = { a = b; }; }; });
      domains = { "acme.com" = { SOGoLDAPQueryLimit = 8; SOGoLDAPContactInfoAttribute = title;
        SOGoUserSources = ({ id = acme; baseDN = "dc=b"; canAuthenticate = YES; }); }; };
    }`);
    const { sources } = await loadSettings({ config }, {});
    expect(sources).toMatchObject([
      {
        kind: 'ldap',
        id: 'root',
        domain: undefined,
        hostname: 'ldap://one two:390',
        encryption: 'STARTTLS',
        scope: 'one',
        bindFields: ['uid', 'mail'],
        filter: {
          all: [{ attribute: 'a', parts: ['b'] }, { not: { attribute: 'c', parts: ['d', ''] } }],
        },
        mapping: new Map([['sn', ['surname', 'sn']]]),
        ModulesConstraints: new Map([['Mail', new Map([['ou', 'staff']])]]),
        queryLimit: 7,
        queryTimeout: 3,
        listRequiresDot: true,
        CNFieldName: 'cn',
      },
      {
        kind: 'ldap',
        id: 'acme',
        domain: 'acme.com',
        hostname: 'localhost',
        queryLimit: 8,
        queryTimeout: 0,
        SOGoLDAPContactInfoAttribute: 'title',
        filter: undefined,
      },
    ]);
  });
});

describe('an address to listen on', () => {
  it.each([
    ['20000', { host: '127.0.0.1', port: 20_000 }],
    ['10.0.0.1:80', { host: '10.0.0.1', port: 80 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    ['*:80', { host: '::', port: 80 }],
    [':80', { host: '::', port: 80 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['unix:/run/d.sock', { path: '/run/d.sock' }],
  ])('%s is understood', (text, listen) => {
    expect(parseListen(text)).toEqual(listen);
  });
  it.each(['', 'localhost', '1.2.3.4', '1.2.3.4:99999', 'a b:1', '::1:80', 'unix:'])(
    '%j is refused',
    (text) => {
      expect(parseListen(text)).toBeUndefined();
    },
  );
  it('is refused on the command line with a word of what it may be', async () => {
    await expect(loadSettings({ listen: 'nowhere' }, {})).rejects.toThrow(
      /no address to listen on/,
    );
  });

  it('say what people of a domain have until they choose', async () => {
    const config = await configuration(
      `{ SOGoTimeZone = "Europe/Berlin"; SOGoFirstDayOfWeek = 1;
         domains = { "acme.jp" = { SOGoTimeZone = "Asia/Tokyo"; SOGoLanguage = Japanese;
           SOGoContactsCategories = (Friends); }; }; }`,
    );
    const { setting } = await loadSettings({ config }, {});
    const usual = { timeZone: 'Europe/Berlin', language: 'English', weekStart: 1 };
    expect(usualPreferences(setting, undefined)).toEqual({ ...usual, contactsCategories: [] });
    expect(usualPreferences(setting, 'ACME.jp')).toEqual({
      ...usual,
      timeZone: 'Asia/Tokyo',
      language: 'Japanese',
      contactsCategories: ['Friends'],
    });
  });
});
