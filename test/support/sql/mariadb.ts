import type { Needed } from '../needing.ts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql, { type Connection } from 'mysql2/promise';
import { serverUser } from '../../../src/adapters/embedded/server-user.ts';
import { guardedFolder } from '../guarded-folder.ts';
import { freePort, makeCertificates } from '../ldap/slapd.ts';

const run = promisify(execFile);
const SERVER = '/usr/sbin/mariadbd';
const INSTALL = '/usr/bin/mariadb-install-db';

/** For tests of MariaDB. */
export const mariadbNeeds: readonly Needed[] = [
  { file: SERVER, from: 'mariadb-server-core' },
  { file: INSTALL, from: 'mariadb-server-core' },
  { file: '/usr/bin/my_print_defaults', from: 'mariadb-client-core' },
];

/** A throwaway MariaDB in a temporary folder; the database is `people`, root needs no password. */
export interface TestMariadb {
  readonly port: number;
  readonly socket: string;
  /** A PEM file with the authority that made the server's certificate, which is for localhost. */
  readonly authority: string;
  /** PEM files with a certificate of that authority, and its key. */
  readonly certificate: { readonly cert: string; readonly key: string };
  connect(): Promise<Connection>;
  /** A table's URL as sogo.conf would have it. */
  viewUrl(table: string): string;
  /** SIGSTOP: it neither answers nor hangs up, until `thaw`. */
  freeze(): Promise<void>;
  thaw(): void;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const small = [
  ...['--innodb-buffer-pool-size=16M', '--innodb-log-file-size=8M', '--key-buffer-size=1M'],
  ...[
    '--aria-pagecache-buffer-size=1M',
    '--performance-schema=OFF',
    '--skip-log-bin',
    '--sql-mode=',
  ],
  ...['--innodb-flush-log-at-trx-commit=0', '--skip-name-resolve', '--max-connections=40'],
];

/** Whether all threads of a process have stopped. */
const isStopped = async (pid: number | undefined): Promise<boolean> => {
  const folder = `/proc/${pid}/task`;
  const stats = await Promise.all(
    (await readdir(folder)).map((task) => readFile(join(folder, task, 'stat'), 'utf8')),
  );
  // pid (comm) state …; comm may hold anything, its closing bracket is the last one.
  return stats.every((stat) => stat.slice(stat.lastIndexOf(')') + 2).startsWith('T'));
};

/** About two seconds. */
export const startMariadb = async (): Promise<TestMariadb> => {
  const user = await serverUser();
  const { path: base, remove } = await guardedFolder('daybook-mariadb-');
  const [data, socket] = [join(base, 'data'), join(base, 'data', 's')];
  await chmod(base, 0o755);
  await makeCertificates(base);
  await chmod(join(base, 'server.key'), 0o644);
  await mkdir(data, { mode: 0o700 });
  if (user.ids) await chown(data, user.ids.uid, user.ids.gid);
  await run(
    INSTALL,
    [
      ...['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal'],
      ...['--skip-test-db', '--skip-name-resolve', '--innodb-log-file-size=8M'],
    ],
    { ...user.ids, cwd: '/' },
  );
  const port = await freePort();
  let child: ChildProcess | undefined;
  let said = '';
  const connect = (database?: string): Promise<Connection> =>
    mysql.createConnection({
      socketPath: socket,
      user: 'root',
      charset: 'utf8mb4',
      multipleStatements: true,
      ...(database === undefined ? {} : { database }),
    });
  const start = async (): Promise<void> => {
    const made = spawn(
      SERVER,
      [
        ...['--no-defaults', `--datadir=${data}`, `--socket=${socket}`, `--port=${port}`],
        ...['--bind-address=127.0.0.1', `--pid-file=${join(data, 'mariadb.pid')}`, ...small],
        ...[`--ssl-cert=${join(base, 'server.pem')}`, `--ssl-key=${join(base, 'server.key')}`],
        `--ssl-ca=${join(base, 'ca.pem')}`,
      ],
      { ...user.ids, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] },
    );
    made.stderr
      .setEncoding('utf8')
      .on('data', (chunk: string) => (said = (said + chunk).slice(-4000)));
    child = made;
    const until = Date.now() + 60_000;
    for (;;) {
      const probe = await connect().catch(() => undefined);
      if (probe !== undefined) return probe.end();
      if (made.exitCode !== null || Date.now() > until) throw new Error(`MariaDB: ${said}`);
      await sleep(20);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  };
  await start();
  const first = await connect();
  await first.query(
    "create database people character set utf8mb4; create user 'daybook'@'%' identified by 'p@ss w/rd'; grant all on *.* to 'daybook'@'%'",
  );
  await first.end();
  return {
    port,
    socket,
    authority: join(base, 'ca.pem'),
    certificate: { cert: join(base, 'server.pem'), key: join(base, 'server.key') },
    connect: () => connect('people'),
    viewUrl: (table) => `mysql://daybook:p%40ss%20w%2Frd@127.0.0.1:${port}/people/${table}`,
    freeze: async () => {
      child?.kill('SIGSTOP');
      const until = Date.now() + 10_000;
      while (!(await isStopped(child?.pid)) && Date.now() < until) await sleep(5);
    },
    thaw: () => void child?.kill('SIGCONT'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      await start();
    },
    stop: async () => {
      await end('SIGKILL');
      await rm(base, { recursive: true, force: true });
      await remove();
    },
  };
};
