import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROGRAM = join(import.meta.dirname, '..', '..', 'dist', 'api', 'main.js');
const PATIENCE = 60_000;

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The compiled program itself, with its own data directory and port: nothing in it knows of tests. */
export interface Program {
  readonly data: string;
  readonly origin: string;
  /** The authorization header of its one user, `ada`. */
  readonly authorization: string;
  readonly password: string;
  /** Starts the server and waits until it is ready. */
  start(): Promise<void>;
  /** SIGKILL to the server's process alone: its database goes on, orphaned. */
  kill(): Promise<void>;
  /** SIGKILL to every process of the database. */
  killDatabase(): Promise<void>;
  /** SIGTERM; the exit code. */
  stop(): Promise<number | null>;
  /** Runs `daybook ARGS --data …` to its end. */
  daybook(args: readonly string[], input?: string): Promise<Finished>;
  request(method: string, path: string, options?: RequestOptions): Promise<Response>;
  /** Stops what runs and removes the data directory. */
  discard(): Promise<void>;
  /** Octets of memory the server's process has, without its database's. */
  resident(): Promise<number>;
  /** The server's process. */
  pid(): number;
  /** What the server printed to standard error, for a failing test's message. */
  logs(): string;
}

interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly authorization?: string;
  readonly signal?: AbortSignal;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

const exited = (child: ChildProcess): Promise<number | null> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve(child.exitCode)
    : new Promise((resolve) => child.once('exit', (code) => resolve(code)));

/** Process ids of a postmaster and its children. */
const databaseProcesses = async (data: string): Promise<number[]> => {
  const file = await readFile(join(data, 'pgdata', 'postmaster.pid'), 'utf8').catch(() => '');
  const postmaster = Number(file.split('\n')[0]);
  if (!(postmaster > 0)) return [];
  const children = await readFile(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').catch(
    () => '',
  );
  return [postmaster, ...children.trim().split(/\s+/).filter(Boolean).map(Number)];
};

/** @param user whether to add `ada`, who may be there already where several nodes share a database. */
export const program = async (
  environment: Readonly<Record<string, string>> = {},
  user = true,
  /** Further arguments of `serve`. */
  serving: readonly string[] = [],
): Promise<Program> => {
  const data = await mkdtemp(join(tmpdir(), 'daybook-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const password = 'correct horse';
  const authorization = `Basic ${Buffer.from(`ada:${password}`).toString('base64')}`;
  const env = { ...process.env, ...environment };
  let child: ChildProcess | undefined;
  let log = '';

  const daybook = async (args: readonly string[], input = ''): Promise<Finished> => {
    const command = spawn(process.execPath, [PROGRAM, ...args, '--data', data], { env });
    let out = '';
    let err = '';
    command.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
    command.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
    command.stdin.end(input);
    const code = await new Promise<number | null>((resolve) => command.once('close', resolve));
    return { code, out, err };
  };

  const ready = async (server: ChildProcess): Promise<void> => {
    const started = Date.now();
    for (;;) {
      const answer = await fetch(`${origin}/readyz`).catch(() => undefined);
      if (answer?.ok === true) return;
      if (server.exitCode !== null || Date.now() - started > PATIENCE)
        throw new Error(`the server did not become ready (exit ${server.exitCode}):\n${log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };

  const added = user
    ? await daybook(['user', 'add', 'ada', '--password-stdin'], `${password}\n`)
    : undefined;
  if (added !== undefined && added.code !== 0) throw new Error(`cannot add a user: ${added.err}`);

  return {
    data,
    origin,
    authorization,
    password,
    daybook,
    logs: () => log,
    pid: () => child?.pid ?? 0,
    async resident() {
      const status = await readFile(`/proc/${child?.pid ?? 'self'}/status`, 'utf8');
      return Number(/^VmRSS:\s*(\d+) kB$/m.exec(status)?.[1]) * 1024;
    },
    async start() {
      const server = spawn(
        process.execPath,
        [PROGRAM, 'serve', '--data', data, '--listen', `127.0.0.1:${port}`, ...serving],
        { stdio: ['ignore', 'ignore', 'pipe'], env },
      );
      server.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        log = (log + chunk).slice(-100_000);
      });
      child = server;
      await ready(server);
    },
    async kill() {
      child?.kill('SIGKILL');
      if (child !== undefined) await exited(child);
    },
    async killDatabase() {
      for (const pid of await databaseProcesses(data))
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It was quicker.
        }
    },
    async stop() {
      child?.kill('SIGTERM');
      return child === undefined ? null : exited(child);
    },
    request: (method, path, options = {}) =>
      fetch(`${origin}${path}`, {
        method,
        redirect: 'manual',
        headers: { authorization: options.authorization ?? authorization, ...options.headers },
        ...(options.body === undefined ? {} : { body: options.body }),
        ...(options.signal === undefined ? {} : { signal: options.signal }),
      }),
    async discard() {
      child?.kill('SIGTERM');
      if (child !== undefined) await exited(child);
      for (const pid of await databaseProcesses(data)) process.kill(pid, 'SIGQUIT');
      await new Promise((resolve) => setTimeout(resolve, 200));
      await rm(data, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
