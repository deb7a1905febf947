import { existsSync } from 'node:fs';
import {
  family,
  folderFor,
  freePort,
  identity,
  memoryOf,
  removeFolder,
  start,
  until,
} from '../processes.mjs';
import { startPostgres } from './postgres.mjs';

export const sogoThere = () => existsSync('/usr/sbin/sogod') && existsSync('/usr/bin/memcached');

/** SOGo's own recommendation for a small server: some workers more than cores. */
const WORKERS = 8;

/**
 * Debian's SOGo on a PostgreSQL and a memcached of its own. Passwords are plain, which costs it
 * least; everything that is not CalDAV is off or never asked.
 */
export const startSogo = async () => {
  const user = identity('sogo');
  const home = folderFor(user);
  const postgres = await startPostgres('sogo');
  await postgres.psql(
    `create table people (c_uid text primary key, c_name text, c_password text, c_cn text, mail text);
     insert into people values ('bench', 'bench', 'bench', 'Bench', 'bench@example.org')`,
  );
  const cachePort = await freePort();
  const cache = start(
    '/usr/bin/memcached',
    ['-l', '127.0.0.1', '-p', String(cachePort), '-m', '64'],
    { ...user, cwd: home },
  );
  const port = await freePort();
  const table = (/** @type {string} */ name) =>
    `postgresql://sogo:sogo@127.0.0.1:${postgres.port}/sogo/${name}`;
  const settings = {
    WOPort: `127.0.0.1:${port}`,
    WOWorkersCount: String(WORKERS),
    WONoDetach: 'YES',
    WOLogFile: '-',
    WOPidFile: `${home}/sogo.pid`,
    SOGoMemcachedHost: `127.0.0.1:${cachePort}`,
    SOGoProfileURL: table('sogo_user_profile'),
    OCSFolderInfoURL: table('sogo_folder_info'),
    OCSSessionsFolderURL: table('sogo_sessions_folder'),
    SOGoTimeZone: 'Europe/Berlin',
    SOGoUserSources: `({type = sql; id = people; viewURL = "${table('people')}"; canAuthenticate = YES; isAddressBook = NO; userPasswordAlgorithm = plain;})`,
  };
  const sogo = start(
    '/usr/sbin/sogod',
    Object.entries(settings).flatMap(([name, value]) => [`-${name}`, value]),
    { ...user, cwd: home, env: { HOME: home, PATH: process.env['PATH'], LANG: 'C.UTF-8' } },
  );
  const stop = async () => {
    // It would wait for its workers, and nothing of it is kept.
    for (const pid of await family([sogo.pid])) process.kill(pid, 'SIGKILL');
    await sogo.stop();
    await cache.stop();
    await postgres.stop();
    removeFolder(home);
  };
  try {
    await until(
      async () => (await fetch(`http://127.0.0.1:${port}/SOGo/dav/`)).status === 401,
      sogo,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'SOGo',
    settings: `Debian's sogo, ${WORKERS} workers, PostgreSQL as Debian sets it, memcached, people in an SQL table, plain passwords`,
    address: { host: '127.0.0.1', port, user: 'bench', password: 'bench', closes: true },
    calendar: '/SOGo/dav/bench/Calendar/personal/',
    whole: '/SOGo/dav/bench/Calendar/personal.ics',
    memory: () => memoryOf([sogo.pid, cache.pid, postgres.pid]),
    stop,
  };
};
