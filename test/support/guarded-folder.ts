import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `cat` returns when our end of its standard input closes, however we die; then every PostgreSQL and MariaDB that
 * keeps its data in the folder is ended, and the folder removed.
 */
const script = `cat >/dev/null
find "$1" -maxdepth 3 -name postmaster.pid 2>/dev/null | while read -r file; do
  pid=$(head -n 1 "$file")
  grep -q postgres "/proc/$pid/comm" 2>/dev/null && kill -QUIT "$pid"
done
find "$1" -maxdepth 3 -name mariadb.pid 2>/dev/null | while read -r file; do
  pid=$(head -n 1 "$file")
  grep -q mariadb "/proc/$pid/comm" 2>/dev/null && kill -KILL "$pid"
done
sleep 0.3
rm -rf "$1"`;

/** A temporary folder that, with the database servers in it, does not outlive this process. */
export const guardedFolder = async (
  prefix: string,
): Promise<{ readonly path: string; remove(): Promise<void> }> => {
  const path = await mkdtemp(join(tmpdir(), prefix));
  const shell = spawn('/bin/sh', ['-c', script, 'guard', path], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // It must not keep the test process running; a pipe is a socket to Node.
  shell.unref();
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return {
    path,
    remove: async () => {
      await rm(path, { recursive: true, force: true });
      shell.stdin.end();
    },
  };
};
