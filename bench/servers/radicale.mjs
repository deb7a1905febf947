import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { httpClient } from '../http-client.mjs';
import { folderFor, freePort, memoryOf, removeFolder, start, until } from '../processes.mjs';

export const radicaleThere = () => existsSync('/usr/bin/radicale');

/** Debian's Radicale with a folder of its own, as it is set when it comes, passwords in a file. */
export const startRadicale = async () => {
  const home = folderFor({});
  const port = await freePort();
  const people = join(home, 'people');
  writeFileSync(people, 'bench:bench\n');
  const server = start(
    '/usr/bin/radicale',
    [
      ['--config', ''],
      ['--server-hosts', `127.0.0.1:${port}`],
      ['--auth-type', 'htpasswd'],
      ['--auth-htpasswd-filename', people],
      ['--auth-htpasswd-encryption', 'plain'],
      ['--storage-filesystem-folder', join(home, 'collections')],
      ['--logging-level', 'error'],
    ].flat(),
  );
  const address = { host: '127.0.0.1', port, user: 'bench', password: 'bench', closes: true };
  const calendar = '/bench/personal/';
  const stop = async () => {
    await server.stop();
    removeFolder(home);
  };
  try {
    await until(async () => (await fetch(`http://127.0.0.1:${port}/`)).status < 500, server);
    const client = httpClient(address);
    const made = await client.request('MKCALENDAR', calendar);
    client.close();
    if (made.status !== 201) throw new Error(`MKCALENDAR was answered with ${made.status}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: 'Radicale',
    settings: "Debian's radicale as it comes, files in a folder, plain passwords",
    address,
    calendar,
    whole: calendar,
    memory: () => memoryOf([server.pid]),
    stop,
  };
};
