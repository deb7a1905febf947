import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { folderFor, freePort, identity, removeFolder, run, start, until } from '../processes.mjs';

const folder = '/usr/lib/postgresql';

/** The newest of Debian's PostgreSQL versions. */
const programs = () => {
  const versions = existsSync(folder) ? readdirSync(folder) : [];
  const newest = versions
    .filter((version) => existsSync(join(folder, version, 'bin', 'postgres')))
    .sort((one, other) => Number(other) - Number(one))[0];
  if (newest === undefined) throw new Error('SOGo needs Debian’s postgresql');
  return join(folder, newest, 'bin');
};

/** A PostgreSQL with the settings it comes with, on a port of its own, with one database. */
export const startPostgres = async (/** @type {string} */ database) => {
  const user = identity('postgres');
  const data = folderFor(user);
  const port = await freePort();
  const bin = programs();
  const options = { ...user, cwd: data };
  await run(
    join(bin, 'initdb'),
    ['-D', join(data, 'pg'), '-U', database, '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'],
    options,
  );
  const server = start(
    join(bin, 'postgres'),
    ['-D', join(data, 'pg'), '-p', String(port), '-c', `unix_socket_directories=${data}`],
    options,
  );
  const psql = (/** @type {string} */ sql, name = database) =>
    run(join(bin, 'psql'), ['-h', data, '-p', String(port), '-U', database, '-qc', sql, name]);
  await until(async () => (await psql('select 1', 'postgres')) !== '', server);
  await psql(`create database ${database}`, 'postgres');
  return {
    port,
    psql,
    pid: server.pid,
    stop: async () => {
      await server.stop('SIGINT');
      removeFolder(data);
    },
  };
};
