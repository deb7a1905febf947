import { execFile } from 'node:child_process';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { hasCode } from './failure.ts';

const run = promisify(execFile);

/** What a postmaster says of itself in `postmaster.pid` (PostgreSQL's miscadmin.h: one fact a line). */
export interface PidFile {
  readonly pid: number;
  /** Where its socket is; absent in the first instants of a start. */
  readonly socketDirectory?: string;
  readonly status: 'starting' | 'ready' | 'stopping' | 'unknown';
}

const statusOf = (line: string | undefined): PidFile['status'] => {
  const word = line?.trim();
  return word === 'starting' || word === 'ready' || word === 'stopping' ? word : 'unknown';
};

/** @returns `undefined` when there is none, or it is not yet written. */
export const readPidFile = async (cluster: string): Promise<PidFile | undefined> => {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return '';
    throw error;
  });
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return undefined;
  const socketDirectory = lines[4]?.trim();
  return {
    pid,
    ...(socketDirectory ? { socketDirectory } : {}),
    status: statusOf(lines[7]),
  };
};

/** Whether a process has this id, a zombie or another user's included. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, 'EPERM');
  }
};

/**
 * Whether this process is a PostgreSQL that works on this cluster. Process ids come back into use, in
 * containers within minutes, so a live id alone says nothing; a server's working directory does.
 *
 * @param cluster the data directory of the cluster
 */
export const servesCluster = async (pid: number, cluster: string): Promise<boolean> => {
  if (!isAlive(pid)) return false;
  if (process.platform === 'linux') {
    try {
      return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(cluster));
    } catch {
      // A zombie, or somebody else's: a server on this directory is ours to look at.
      return false;
    }
  }
  const { stdout } = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return /\bpostgres\b/.test(stdout);
};
