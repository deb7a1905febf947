import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectConfiguration } from '../../src/adapters/sogo-conf/inspect.ts';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';
import { printed, redact, redacted } from '../../src/adapters/sogo-conf/print.ts';
import { plain } from './plain.ts';

const example = join(import.meta.dirname, 'example.conf');

describe("a configuration like the guide's", () => {
  it('has nothing wrong with it', async () => {
    expect((await inspectConfiguration(example)).problems).toEqual([]);
  });

  it('is told parameter by parameter, in its order, and which are in effect', async () => {
    const { settings } = await inspectConfiguration(example);
    expect(settings).toHaveLength(43);
    expect(settings.slice(0, 2).map(({ path, line, column }) => [path, line, column])).toEqual([
      ['SOGoProfileURL', 9, 3],
      ['OCSFolderInfoURL', 10, 3],
    ]);
    expect(settings.filter(({ inEffect }) => inEffect).map(({ path }) => path)).toEqual([
      ...['SOGoIMAPServer', 'SOGoSMTPServer', 'SOGoMailDomain', 'SOGoMailingMechanism'],
      'SOGoAppointmentSendEMailNotifications',
      'SOGoACLsSendEMailNotifications',
      'SOGoPasswordChangeEnabled',
      ...[
        'type',
        'CNFieldName',
        'UIDFieldName',
        'IDFieldName',
        'bindFields',
        'baseDN',
        'bindDN',
      ].map((key) => `SOGoUserSources[0].${key}`),
      ...['bindPassword', 'canAuthenticate', 'displayName', 'hostname', 'id', 'isAddressBook'].map(
        (key) => `SOGoUserSources[0].${key}`,
      ),
      'SOGoUserSources[1].type',
      'SOGoUserSources[1].id',
      'SOGoUserSources[1].viewURL',
      'SOGoUserSources[1].canAuthenticate',
      'SOGoUserSources[1].isAddressBook',
      'SOGoUserSources[1].userPasswordAlgorithm',
      'SOGoTimeZone',
      'SOGoCalendarDefaultRoles',
      'SOGoSuperUsernames',
      'WOPort',
      'domains.beta.org.SOGoMailDomain',
      'domains.beta.org.SOGoTimeZone',
    ]);
  });

  it('is told why Daybook has no use for a parameter, where it never will', async () => {
    const { settings } = await inspectConfiguration(example);
    expect(settings.find(({ path }) => path === 'SOGoEncryptionKey')).toMatchObject({
      inEffect: false,
      needless: 'each account has a key of its own in the database that seals them',
    });
  });

  it('is told without its passwords and keys', async () => {
    const report = await inspectConfiguration(example);
    expect(JSON.stringify(report)).not.toMatch(/crêt|sesame|barley|rye/);
    const value = (path: string): string | undefined =>
      report.settings.find((setting) => setting.path === path)?.value;
    expect(value('SOGoProfileURL')).toBe(
      'postgresql://sogo:***@localhost:5432/sogo/sogo_user_profile',
    );
    expect(value('SOGoEncryptionKey')).toBe('***');
    expect(value('SOGoUserSources[0].bindPassword')).toBe('***');
    expect(value('SOGoUserSources[1].viewURL')).toContain('sogo:***@127.0.0.1');
    expect(value('domains.beta.org.SOGoTimeZone')).toBe('Europe/Berlin');
  });

  it('leaves to their defaults what it does not set', async () => {
    const { defaults } = await inspectConfiguration(example);
    expect(defaults).toContainEqual({ path: 'SOGoCacheCleanupInterval', value: '300' });
    expect(defaults.map(({ path }) => path)).not.toContain('WOPort');
  });
});

describe('a report', () => {
  it('of no file is the defaults', async () => {
    const report = await inspectConfiguration(undefined);
    expect([report.problems, report.settings]).toEqual([[], []]);
    expect(report.defaults).toContainEqual({ path: 'WOPort', value: '127.0.0.1:20000' });
  });
  it('of a file that is not there says so', async () => {
    expect((await inspectConfiguration('/nowhere/sogo.conf')).problems).toMatchObject([
      { severity: 'error', line: undefined, message: 'cannot read /nowhere/sogo.conf: ENOENT' },
    ]);
  });
});

describe('what is shown', () => {
  it.each([
    ['postgres://u:p@h/d', 'postgres://u:***@h/d'],
    ['postgres://u:p/a@b@h/d', 'postgres://u:***@h/d'],
    ['ldaps://u@h', 'ldaps://u@h'],
    ['smtp://h:25/?user=a&password=b&c=d', 'smtp://h:25/?user=a&password=***&c=d'],
    ['imap://a:b@h and imap://c:d@i', 'imap://a:***@h and imap://c:***@i'],
  ])('of %s is %s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });
  it('has no secrets of dictionaries, at any depth', () => {
    const accounts = [
      new Map([
        ['user', 'ada'],
        ['password', 'hush'],
        ['clientSecret', 'hush'],
      ]),
    ];
    expect(printed(redacted([new Map([['accounts', accounts]])], false))).toBe(
      '({ accounts = ({ user = ada; password = ***; clientSecret = ***; }); })',
    );
  });
  it('could stand in the file as it is', () => {
    const value = ['a b', 'c"d\\e', '', 'x/y', new Map([['k l', ['1']]])];
    const root = plain(parseOpenStep(`{ v = ${printed(value)}; }`)) as ReadonlyMap<string, unknown>;
    expect(root.get('v')).toEqual(value);
    expect(printed([true, 3, false])).toBe('(YES, 3, NO)');
  });
});
