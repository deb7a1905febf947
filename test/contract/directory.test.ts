import pg from 'pg';
import { ldapSource } from '../../src/adapters/ldap-source/ldap-source.ts';
import { sqlSource } from '../../src/adapters/sql-source/sql-source.ts';
import { people } from '../support/ldap/people.ts';
import { slapdNeeds, startSlapd } from '../support/ldap/slapd.ts';
import { ldapSourceOf } from '../support/ldap/source.ts';
import { startPostgres } from '../support/postgres.ts';
import { mariadbNeeds, startMariadb } from '../support/sql/mariadb.ts';
import { people as sqlPeople } from '../support/sql/people.ts';
import { sqlSourceOf } from '../support/sql/source.ts';
import { viewUrlOf } from '../support/view-url.ts';
import { directoryContract } from './directory.contract.ts';

directoryContract({
  name: 'slapd',
  needs: slapdNeeds,
  async start() {
    const server = await startSlapd({ ldif: people });
    const troubles: unknown[] = [];
    return {
      troubles,
      mayReset: false,
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

const sqlParts = (viewUrl: string, troubles: unknown[]) =>
  sqlSourceOf({
    viewUrl,
    groupsView: 'memberships',
    loginColumns: ['c_uid', 'alias'],
    mailColumns: ['mail', 'alias'],
    kindColumn: 'kind',
    bookingsColumn: 'bookings',
    constraints: new Map([['Calendar', new Map([['title', 'Countess']])]]),
    report: (trouble) => void troubles.push(trouble),
  });

directoryContract({
  name: 'PostgreSQL',
  async start() {
    const server = await startPostgres();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await client.query(sqlPeople);
    await client.end();
    const troubles: unknown[] = [];
    return {
      troubles,
      mayReset: true,
      make: () => sqlSource(sqlParts(viewUrlOf(server, 'people'), troubles)),
      away: () => server.kill(),
      back: () => server.restart(),
      stop: () => server.stop(),
    };
  },
});

directoryContract({
  name: 'MariaDB',
  needs: mariadbNeeds,
  async start() {
    const server = await startMariadb();
    const connection = await server.connect();
    await connection.query(sqlPeople);
    await connection.end();
    const troubles: unknown[] = [];
    return {
      troubles,
      mayReset: true,
      make: () => sqlSource(sqlParts(server.viewUrl('people'), troubles)),
      away: () => server.kill(),
      back: () => server.restart(),
      stop: () => server.stop(),
    };
  },
});
