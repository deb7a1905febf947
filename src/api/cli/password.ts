import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { PASSWORD_LIMIT } from '../../domain/account/password.ts';
import { UsageError } from './command.ts';

// Without 0 O 1 l I: it will be read off a screen and typed on a phone.
const ALPHABET = 'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** Twenty characters of about 5.8 bits each. */
export const randomPassword = (): string =>
  Array.from({ length: 20 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** So many first lines of standard input. @throws UsageError when one of them is missing or empty. */
const linesFromStdin = async (count: number): Promise<readonly string[]> => {
  let read = '';
  for await (const chunk of process.stdin.setEncoding('utf8')) {
    read += chunk as string;
    if (read.split('\n').length > count || read.length > PASSWORD_LIMIT * 2 * count) break;
  }
  const lines = read.split(/\r?\n/).slice(0, count);
  if (lines.length < count || lines.includes(''))
    throw new UsageError(`standard input held no ${count === 1 ? 'password' : 'passwords'}`);
  return lines;
};

/** The first line of standard input. @throws UsageError when there is none or it is too long. */
export const passwordFromStdin = async (): Promise<string> => (await linesFromStdin(1))[0] ?? '';

/** An old password and a new one: typed on the terminal, else the first two lines of standard input. */
export const oldAndNewPassword = async (): Promise<readonly [old: string, wanted: string]> => {
  if (!process.stdin.isTTY) {
    const [old = '', wanted = ''] = await linesFromStdin(2);
    return [old, wanted];
  }
  const old = await ask('Password: ');
  for (;;) {
    const wanted = await ask('New password: ');
    if (wanted !== '' && (await ask('Once more: ')) === wanted) return [old, wanted];
    process.stderr.write('These differ, or there is none.\n');
  }
};

/** Asks on the terminal without showing what is typed. */
const ask = (question: string): Promise<string> =>
  new Promise((resolve) => {
    process.stderr.write(question);
    const mute = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: mute, terminal: true });
    lines.question('', (answer) => {
      lines.close();
      process.stderr.write('\n');
      resolve(answer);
    });
  });

/** A password typed twice on the terminal; a random one, `generated`, where there is no terminal. */
export const newPassword = async (): Promise<{ password: string; generated: boolean }> => {
  if (!process.stdin.isTTY) return { password: randomPassword(), generated: true };
  for (;;) {
    const password = await ask('New password (empty for a random one): ');
    if (password === '') return { password: randomPassword(), generated: true };
    if ((await ask('Once more: ')) === password) return { password, generated: false };
    process.stderr.write('These differ.\n');
  }
};
