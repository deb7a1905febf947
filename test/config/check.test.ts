import { describe, expect, it } from 'vitest';
import { type Checked, checkConfiguration } from '../../src/adapters/sogo-conf/check.ts';
import { hierarchy } from '../../src/adapters/sogo-conf/hierarchy.ts';
import { parseOpenStep } from '../../src/adapters/sogo-conf/openstep.ts';

const check = (text: string): Checked => checkConfiguration(parseOpenStep(text));
/** Severity, place and words of every problem. */
const problems = (text: string): readonly string[] =>
  check(text).problems.map(
    ({ severity, at, message }) => `${severity} ${at.line}:${at.column} ${message}`,
  );

describe('a configuration file', () => {
  it.each([
    ['SOGoMailDoman', 'SOGoMailDomain'],
    ['SOGOMailDomain', 'SOGoMailDomain'],
    ['WOWorkerCount', 'WOWorkersCount'],
    ['SOGoIMAPSever', 'SOGoIMAPServer'],
    ['OCSAc1URL', 'OCSAclURL'],
  ])('that names an unknown parameter %s is told of %s', (typed, meant) => {
    expect(problems(`{\n  ${typed} = x; }`)).toEqual([
      `warning 2:3 ${typed} is no known parameter; did you mean ${meant}?`,
    ]);
  });

  it('that names something like nothing is told no name', () => {
    expect(problems('{ FrobnicatorTuning = x; }')).toEqual([
      'warning 1:3 FrobnicatorTuning is no known parameter',
    ]);
  });

  it('may use names SOGo had before, and is told the new ones', () => {
    const text =
      '{ SOGoMailMessageCheck = every_minute; SOGoCalendarDefaultCategoryColor = "#aaa"; }';
    expect(problems(text)).toEqual([
      'warning 1:3 SOGoMailMessageCheck is now called SOGoRefreshViewCheck',
      'warning 1:40 SOGoCalendarDefaultCategoryColor does nothing any more',
    ]);
    expect(hierarchy(check(text))('SOGoRefreshViewCheck')).toBe('every_minute');
    expect(problems('{ SOGoMailMessageCheck = sometimes; }')[1]).toContain('takes manually, every');
  });

  it('has the new name count where both stand', () => {
    const text = '{ SOGoRefreshViewCheck = manually; SOGoMailMessageCheck = every_minute; }';
    expect(problems(text)).toEqual([
      'warning 1:36 SOGoMailMessageCheck is the old name of SOGoRefreshViewCheck, and only that one counts',
    ]);
    expect(hierarchy(check(text))('SOGoRefreshViewCheck')).toBe('manually');
  });

  it('has the last of two equal keys count, as GNUstep has it, and is told', () => {
    const text = '{\n  WOWorkersCount = 1;\n  WOWorkersCount = 2; }';
    expect(problems(text)).toEqual([
      'warning 2:3 WOWorkersCount stands again in line 3, and only that one counts',
    ]);
    expect(hierarchy(check(text))('WOWorkersCount')).toBe(2);
  });

  it('may set in a domain what is of level D or U, and nothing of level S', () => {
    const text = `{ domains = { "acme.com" = {
      SOGoMailDomain = acme.com; SOGoLanguage = German; WOPort = 7; }; }; }`;
    expect(problems(text)).toEqual([
      'warning 2:57 domains.acme.com.WOPort holds for the whole system: it counts at the root only',
    ]);
    expect(check(text).settings.map(({ path }) => path)).toEqual([
      'domains.acme.com.SOGoMailDomain',
      'domains.acme.com.SOGoLanguage',
    ]);
    expect(hierarchy(check(text))('WOPort', 'acme.com')).toBe('127.0.0.1:20000');
  });

  it('is refused where domains are no dictionaries', () => {
    expect(problems('{ domains = (a); }')[0]).toContain('error 1:13 domains takes a dictionary');
    expect(problems('{ domains = { a = b; }; }')[0]).toContain('error 1:19 domains.a takes a dict');
  });

  it('is refused for every wrong value at once, each with its place', () => {
    expect(
      problems('{ WOWorkersCount = many;\n SOGoSuperUsernames = ada;\n SOGoTimeZone = (); }'),
    ).toEqual([
      "error 1:20 WOWorkersCount takes a whole number; found 'many'",
      "error 2:23 SOGoSuperUsernames takes an array, as ( … ), each text; found 'ada'",
      'error 3:17 SOGoTimeZone takes the name of a time zone, as Europe/Berlin; found an array',
    ]);
  });

  it('never has a secret repeated, nor a password of a URL', () => {
    const text = `{ SOGoEncryptionKey = (hush); SOGoProfileURL = "postgresql://sogo:hush@h/db";
      SOGoHelpURL = "ftp://u:hush@h/"; SOGoURLEncryptionPassphrase = hush;
      SOGoUserSources = ({ type = ldap; id = a; baseDN = "dc=a"; bindPassword = (hush); }); }`;
    expect(problems(text)).toHaveLength(5);
    expect(problems(text).join()).not.toContain('hush');
  });
});

describe('the sources of a configuration', () => {
  const sources = (...entries: readonly string[]): readonly string[] =>
    problems(`{ SOGoUserSources = (\n${entries.join(',\n')}\n); }`);
  const sql = 'type = sql; viewURL = "postgresql://h/d/t";';

  it('have an id each, unlike any other of any domain', () => {
    expect(sources(`{ ${sql} }`)).toEqual(['error 2:1 SOGoUserSources[0] lacks id']);
    expect(sources(`{ ${sql} id = a; }`, `{ ${sql} id = a; }`)).toEqual([
      "error 3:52 SOGoUserSources[1].id 'a' names another source",
    ]);
    expect(
      problems(`{ SOGoUserSources = ({ ${sql} id = a; });
 domains = { d = { SOGoUserSources = ({ ${sql} id = a; }); }; }; }`),
    ).toEqual(["error 2:90 domains.d.SOGoUserSources[0].id 'a' names another source"]);
  });
  it('say where they are', () => {
    expect(sources('{ type = sql; id = a; }')).toEqual([
      'error 2:1 SOGoUserSources[0] lacks viewURL',
    ]);
    expect(sources('{ id = a; }')).toEqual(['error 2:1 SOGoUserSources[0] lacks baseDN']);
  });
  it('are of type ldap, also when nothing is said, or sql', () => {
    expect(sources('{ type = nis; id = a; }')).toEqual([
      "error 2:10 SOGoUserSources[0].type takes ldap or sql; found 'nis'",
    ]);
    expect(sources('x')).toEqual([
      "error 2:1 SOGoUserSources[0] takes a dictionary, as { type = sql; … }; found 'x'",
    ]);
  });
  it('are told of keys that their type does not have, and of the nearest', () => {
    expect(sources(`{ ${sql} id = a; canAuthentikate = YES; bindDN = "cn=a"; }`)).toEqual([
      'warning 2:55 SOGoUserSources[0].canAuthentikate is no key of such a source; did you mean canAuthenticate?',
      'warning 2:78 SOGoUserSources[0].bindDN is no key of such a source',
    ]);
  });
});

describe('a parameter', () => {
  const setting = hierarchy(
    check(`{ SOGoLanguage = German; SOGoTimeZone = Europe/Berlin; WOWorkersCount = 4;
      domains = { "Acme.com" = { SOGoLanguage = French; SOGoMailDomain = acme.com; }; }; }`),
  );
  const chosen = new Map([
    ['SOGoLanguage', 'Dutch'],
    ['SOGoTimeZone', 'UTC'],
  ]);

  it('is worth what the user chose, else what his domain says, else the root, else its default', () => {
    expect(setting('SOGoLanguage', 'acme.com', chosen)).toBe('Dutch');
    expect(setting('SOGoLanguage', 'acme.com')).toBe('French');
    expect(setting('SOGoLanguage', 'other.com')).toBe('German');
    expect(setting('SOGoLanguage')).toBe('German');
    expect(setting('SOGoLoginModule', 'acme.com')).toBe('Calendar');
    expect(setting('SOGoHelpURL')).toBeUndefined();
  });
  it('of level D is not the user’s to choose', () => {
    expect(setting('SOGoTimeZone', 'acme.com', chosen)).toBe('Europe/Berlin');
    expect(setting('SOGoMailDomain', 'ACME.com')).toBe('acme.com');
    expect(setting('SOGoMailDomain')).toBe('localhost');
  });
  it('has its own type', () => {
    const workers: number = setting('WOWorkersCount');
    const visible: readonly (readonly string[])[] = setting('SOGoDomainsVisibility');
    expect([workers, visible]).toEqual([4, []]);
  });
});
