import { execFile } from 'node:child_process';

interface Ran {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input, given whole. */
  readonly input?: string;
  /** Killed after so many milliseconds; 60,000 when absent. */
  readonly limitMs?: number;
}

/** Runs a client to its end, without a shell; what it printed, both outputs. @throws when it fails. */
export const run = (
  command: string,
  args: readonly string[],
  { env = {}, cwd, input, limitMs = 60_000 }: Ran = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        env: { ...process.env, ...env },
        timeout: limitMs,
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        ...(cwd === undefined ? {} : { cwd }),
      },
      (error, out, err) => {
        if (error === null) resolve(out + err);
        else reject(new Error(`${command} ${args.join(' ')}: ${error.message}\n${out}\n${err}`));
      },
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
