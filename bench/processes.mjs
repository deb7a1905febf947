import { spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What must not be left behind when we are interrupted. */
const running = new Set();
const folders = new Set();

const clearUp = async (/** @type {number} */ code) => {
  for (const pid of await family([...running]))
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It was quicker.
    }
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const folder of folders) removeFolder(folder);
  process.exit(code);
};
process.once('SIGINT', () => void clearUp(130));
process.once('SIGTERM', () => void clearUp(143));

/** @returns {Promise<number>} */
export const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/**
 * A user that root starts programs as; nobody in particular when we are not root.
 * @param {string} name
 */
export const identity = (name) => {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${name}:`));
  if (line === undefined) throw new Error(`there is no user ${name}`);
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
};

/**
 * A folder of its own for a user, and how to remove it.
 * @param {{ uid?: number, gid?: number }} user
 */
export const folderFor = ({ uid, gid }) => {
  const folder = mkdtempSync(join(tmpdir(), 'daybook-bench-'));
  folders.add(folder);
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  return folder;
};

/** @param {string} folder */
export const removeFolder = (folder) => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.delete(folder);
};

/**
 * Runs a program to its end; what it prints. Rejects with its complaints when it fails.
 * @returns {Promise<string>}
 */
export const run = (command, args, options = {}, input = '') =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0
        ? resolve(out)
        : reject(new Error(`${command} ended with ${code}: ${err.slice(-1000)}`)),
    );
    child.stdin.end(input);
  });

/** Starts a program that goes on; its last words are in the error when it ends too early. */
export const start = (command, args, options = {}) => {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child.pid);
  let words = '';
  const listen = (/** @type {Buffer} */ chunk) => (words = `${words}${chunk}`.slice(-2000));
  child.stdout.on('data', listen);
  child.stderr.on('data', listen);
  const exited = new Promise((resolve) => {
    child.once('exit', resolve);
    child.once('error', (error) => resolve(listen(Buffer.from(error.message))));
  });
  return {
    pid: child.pid ?? 0,
    alive: () => child.exitCode === null && child.signalCode === null && child.pid !== undefined,
    words: () => words,
    stop: async (/** @type {NodeJS.Signals} */ signal = 'SIGTERM') => {
      child.kill(signal);
      const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await exited;
      clearTimeout(late);
      running.delete(child.pid);
    },
  };
};

/**
 * Asks until the answer is true.
 * @param {() => Promise<boolean>} question
 * @param {{ alive: () => boolean, words: () => string }} program
 */
export const until = async (question, program, seconds = 60) => {
  for (const end = Date.now() + seconds * 1000; ; ) {
    if (await question().catch(() => false)) return;
    if (!program.alive() || Date.now() > end)
      throw new Error(`it did not become ready: ${program.words()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

/** A process and all that descend from it. */
export const family = async (/** @type {readonly number[]} */ roots) => {
  const all = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => {
        const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]);
        return { pid: Number(pid), parent };
      }),
  );
  const members = new Set(roots);
  for (let before = 0; before < members.size; ) {
    before = members.size;
    for (const { pid, parent } of all) if (members.has(parent)) members.add(pid);
  }
  return members;
};

/**
 * Proportional set size in MiB of processes and their descendants: what is shared counts once.
 * @param {readonly number[]} roots
 */
export const memoryOf = async (roots) => {
  let kib = 0;
  for (const pid of await family(roots)) {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    kib += Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0);
  }
  return kib / 1024;
};
