import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { folderFor, freePort, memoryOf, removeFolder, run, start, until } from '../processes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const program = join(root, 'dist', 'api', 'main.js');

/** A Daybook of its own with the embedded store, in a folder of its own, with one user. */
export const startDaybook = async (/** @type {Record<string, number>} */ more = {}) => {
  const data = folderFor({});
  const settings = folderFor({});
  const config = join(settings, 'sogo.conf');
  // Nobody real asks as much as a benchmark.
  const lines = Object.entries({ SOGoMaximumRequestCount: 0, ...more });
  await writeFile(config, `{ ${lines.map(([name, value]) => `${name} = ${value};`).join(' ')} }\n`);
  const port = await freePort();
  const daybook = (/** @type {readonly string[]} */ args, input = '') =>
    run(process.execPath, [program, ...args, '--data', data], {}, input);
  await daybook(['user', 'add', 'bench', '--password-stdin'], 'bench\n');
  const server = start(
    process.execPath,
    [program, 'serve', '--data', data, '--config', config, '--listen', `127.0.0.1:${port}`],
    { env: { ...process.env, DAYBOOK_LOG_LEVEL: 'warn' } },
  );
  const stop = async () => {
    await server.stop();
    removeFolder(data);
    removeFolder(settings);
  };
  try {
    await until(async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok, server);
  } catch (error) {
    await stop();
    throw error;
  }
  const postmaster = async () =>
    Number((await readFile(join(data, 'pgdata', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  return {
    name: 'Daybook',
    settings:
      'one process, the embedded PostgreSQL, all settings but the limit of requests as they come',
    address: { host: '127.0.0.1', port, user: 'bench', password: 'bench' },
    calendar: '/SOGo/dav/bench/Calendar/personal/',
    whole: '/SOGo/dav/bench/Calendar/personal.ics',
    memory: async () => memoryOf([server.pid, await postmaster()]),
    /** The server's own process, without the database. */
    pid: server.pid,
    /** Runs a command beside the server. */
    daybook,
    stop,
  };
};
