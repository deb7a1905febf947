import pg from 'pg';
import { ldapSource } from '../../src/adapters/ldap-source/ldap-source.ts';
import { passwordMaking } from '../../src/adapters/passwords/making.ts';
import { passwordSchemes } from '../../src/adapters/passwords/schemes.ts';
import { sqlSource } from '../../src/adapters/sql-source/sql-source.ts';
import { people } from '../support/ldap/people.ts';
import { hasSlapd, startSlapd } from '../support/ldap/slapd.ts';
import { ldapSourceOf } from '../support/ldap/source.ts';
import { startPostgres } from '../support/postgres.ts';
import { viewUrlOf } from '../support/view-url.ts';
import { directoryContract } from './directory.contract.ts';

directoryContract({
  name: 'slapd',
  gaps: {},
  isSkipped: !hasSlapd,
  async start() {
    const server = await startSlapd({ ldif: people });
    const troubles: unknown[] = [];
    return {
      troubles,
      make: () =>
        ldapSource(
          ldapSourceOf({
            hostname: server.url,
            baseDN: 'dc=acme,dc=com',
            bindFields: ['uid', 'mail'],
            IDFieldName: 'uid',
            GroupObjectClasses: ['groupOfNames', 'groupOfUniqueNames'],
            KindFieldName: 'kind',
            MultipleBookingsFieldName: 'multipleBookings',
            ModulesConstraints: new Map([['Calendar', new Map([['title', 'Countess']])]]),
            report: (trouble) => void troubles.push(trouble),
          }),
        ),
      away: () => server.kill(),
      back: () => server.restart(),
      stop: () => server.stop(),
    };
  },
});

const table = `
create table people (c_uid text primary key, c_name text, c_password text, c_cn text, mail text,
  alias text, telephonenumber text, title text, kind text, bookings int);
insert into people values
  ('ada', 'ada', '{SSHA}zz7PlUkjiCK/p1UkCDxupFpIVoFzYWx0/wA=', 'Ada Lovelace', 'ada@acme.com',
    'countess@acme.com', '+44 20 7946 0001', 'Countess', null, null),
  ('Grace', 'Grace', 'plain text', 'Grace Hopper', null, 'g@beta.org', null, null, null, null),
  ('bob', 'bob', null, 'Bob Nobody', null, null, null, null, null, null),
  ('twin', 'twin', 'one', 'Twin One', null, 'same@acme.com', null, null, null, null),
  ('twin2', 'twin2', 'one', 'Twin Two', null, 'same@acme.com', null, null, null, null),
  ('ann lee', 'ann lee', 'odd', 'Ann Lee', null, null, null, null, null, null),
  ('100%', '100%', 'odd', 'Percy Cent', null, null, null, null, null, null),
  ('eve@acme.com', 'eve@acme.com', 'odd', 'Eve At', null, null, null, null, null, null),
  ('ünal', 'ünal', 'odd', 'Ünal Öz', null, null, null, null, null, null),
  ('room1', 'room1', null, 'Meeting Room 1', null, null, null, null, 'Location', 2);`;

directoryContract({
  name: 'PostgreSQL',
  gaps: { groups: 'the tables that SOGo reads have no place for members' },
  async start() {
    const server = await startPostgres();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(table);
    await client.end();
    const troubles: unknown[] = [];
    const verify = passwordSchemes();
    return {
      troubles,
      make: () =>
        sqlSource({
          id: 'directory',
          viewUrl: viewUrlOf(server, 'people'),
          scheme: 'none',
          loginColumns: ['c_uid', 'alias'],
          mailColumns: ['mail', 'alias'],
          searchColumns: ['c_cn', 'mail'],
          domainColumn: undefined,
          imapHostColumn: undefined,
          imapLoginColumn: 'c_uid',
          sieveHostColumn: undefined,
          kindColumn: 'kind',
          bookingsColumn: 'bookings',
          constraints: new Map([['Calendar', new Map([['title', 'Countess']])]]),
          filter: undefined,
          domain: undefined,
          domains: new Set(),
          domainBased: false,
          listRequiresDot: true,
          prependPasswordScheme: false,
          proves: (stored, _, typed) => verify(stored, typed),
          makes: passwordMaking().value,
          rowTrust: 0,
          staleTrust: 60_000,
          report: (trouble) => void troubles.push(trouble),
        }),
      away: () => server.kill(),
      back: () => server.restart(),
      stop: () => server.stop(),
    };
  },
});
