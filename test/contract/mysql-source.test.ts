import { describeWith } from '../support/needing.ts';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SqlSourceParts, sqlSource } from '../../src/adapters/sql-source/sql-source.ts';
import { loadSettings } from '../../src/adapters/sogo-conf/settings.ts';
import { directoriesOf } from '../../src/api/composition/directories.ts';
import type { Directory } from '../../src/domain/account/directory.ts';
import { mariadbNeeds, startMariadb, type TestMariadb } from '../support/sql/mariadb.ts';
import { sqlSourceOf } from '../support/sql/source.ts';

const away = { code: 'user-source-unavailable' };

describeWith('a user source in MariaDB (viewURL = mysql://…)', mariadbNeeds, () => {
  let server: TestMariadb;
  const open: Directory[] = [];

  beforeAll(async () => {
    server = await startMariadb();
    const connection = await server.connect();
    await connection.query(`
      create table people (c_uid varchar(60) primary key, c_name varchar(60), c_password varchar(200),
        c_cn varchar(128), mail varchar(128));
      insert into people values ('ada', 'ada', 'engine', 'Ada', null);
      create user 'sealed'@'%' identified by 'word' require ssl; grant select on people.* to 'sealed'@'%';
      create user 'known'@'%' identified by 'word' require x509; grant all on people.* to 'known'@'%';
      create table clubs (c_name varchar(60), c_cn varchar(60), mail varchar(60), c_member varchar(60));
      insert into clubs values ('chess', 'Chess', null, 'ada');`);
    await connection.end();
  });
  afterAll(async () => {
    await Promise.all(open.map((source) => source.close()));
    await server.stop();
  });

  const source = (parts: Partial<SqlSourceParts> = {}): Directory => {
    const made = sqlSource(sqlSourceOf({ viewUrl: server.viewUrl('people'), ...parts }));
    open.push(made);
    return made;
  };
  const tls = (ca: string | undefined) => ({ ca, cert: undefined, key: undefined });
  const sealed = (host: string) => `mysql://sealed:word@${host}:${server.port}/people/people`;

  it('is believed over TLS when the certificate is of a known authority, and for the host (MySQL4SSL…)', async () => {
    const viewUrl = sealed('localhost');
    const right = source({ viewUrl, mysqlTls: tls(server.authority) });
    expect(await right.authenticate('ada', 'engine')).toMatchObject({ login: 'ada' });
    for (const parts of [
      { viewUrl, mysqlTls: undefined },
      { viewUrl, mysqlTls: tls(undefined) },
      { viewUrl, mysqlTls: tls('/nowhere/ca.pem') },
      { viewUrl: sealed('127.0.0.1'), mysqlTls: tls(server.authority) },
    ])
      await expect(source(parts).authenticate('ada', 'engine')).rejects.toMatchObject(away);
  });

  it('is asked as a configuration file says', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-mysql-'));
    const config = join(folder, 'sogo.conf');
    const { cert, key } = server.certificate;
    await writeFile(
      config,
      `{ MySQL4SSLEnabled = YES; MySQL4SSLCaPath = "${server.authority}";
         MySQL4SSLCertPath = "${cert}"; MySQL4SSLKeyPath = "${key}";
         SOGoUserSources = ({ type = sql; id = people; canAuthenticate = YES; DaybookGroupsView = clubs;
           viewURL = "mysql://known:word@localhost:${server.port}/people/people";
           userPasswordPolicy = ({ label = POLICY_MIN_LENGTH; value = 8; }); }); }`,
    );
    const settings = await loadSettings({ config }, {});
    await rm(folder, { recursive: true });
    expect(settings.notInEffect).toEqual([]);
    const [made] = directoriesOf(settings, settings.sources, () => {});
    if (made === undefined) throw new Error('no source');
    open.push(made);
    expect(await made.authenticate('ada', 'engine')).toMatchObject({ login: 'ada' });
    expect((await made.members('chess'))?.map(({ id }) => id)).toEqual(['ada']);
    expect(await made.changePassword('ada', 'engine', 'short')).toEqual({ refused: 'too-short' });
    const viewUrl = `mysql://known:word@localhost:${server.port}/people/people`;
    const stranger = source({ viewUrl, mysqlTls: tls(server.authority) });
    await expect(stranger.lookup('ada')).rejects.toMatchObject(away);
  });

  it('finds a login by an index, where the column’s collation lets it', async () => {
    const connection = await server.connect();
    const rows = Array.from({ length: 3000 }, (_, index) => `('Many${index}', 'x')`).join(', ');
    await connection.query(`
      create table many (c_uid varchar(60) primary key, c_password varchar(60), c_name varchar(60),
        c_cn varchar(60), mail varchar(60)) character set utf8mb4;
      insert into many (c_uid, c_password) values ${rows};`);
    const made = source({ viewUrl: server.viewUrl('many') });
    expect(await made.authenticate('many1', 'x')).toMatchObject({ login: 'many1' });
    const read = async (): Promise<number> => {
      const [all] = await connection.query<RowDataPacket[]>(
        "show global status like 'Handler_read_rnd_next'",
      );
      return Number(all[0]?.['Value']);
    };
    const before = await read();
    for (const login of ['many2', 'MANY2999', 'mäny3'])
      expect((await made.authenticate(login, 'x'))?.login).toBe(
        login === 'mäny3' ? undefined : login.toLowerCase(),
      );
    // Asking for the count reads the rows of the answer's own table.
    expect((await read()) - before).toBeLessThan(1500);
    await connection.end();
  });

  it('may be on a socket', async () => {
    const viewUrl = `mysql://root@${encodeURIComponent(server.socket)}/people/people`;
    expect(await source({ viewUrl }).lookup('ada')).toMatchObject({ login: 'ada' });
  });

  it('says that the person may not change the password where the database does not let Daybook', async () => {
    const made = source({ viewUrl: sealed('localhost'), mysqlTls: tls(server.authority) });
    expect(await made.changePassword('ada', 'engine', 'other')).toEqual({ refused: 'not-allowed' });
  });

  it('that hangs is away after some seconds, slows down nobody who is known, and comes back', async () => {
    const made = source();
    expect(await made.authenticate('ada', 'engine')).toMatchObject({ login: 'ada' });
    await server.freeze();
    try {
      const began = Date.now();
      for (let time = 0; time < 5; time += 1)
        expect(await made.authenticate('ada', 'engine')).toMatchObject({ login: 'ada' });
      expect(Date.now() - began).toBeLessThan(4000);
      await expect(made.authenticate('ada', 'wrong')).rejects.toMatchObject(away);
      await expect(source().lookup('ada')).rejects.toMatchObject(away);
    } finally {
      server.thaw();
    }
    await expect
      .poll(() => made.lookup('ada').catch(() => undefined), { timeout: 20_000 })
      .toMatchObject({ login: 'ada' });
  });
});
