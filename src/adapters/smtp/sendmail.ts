import { spawn } from 'node:child_process';
import type { SendOutcome } from '../../domain/mail/transport.ts';
import type { Envelope } from './envelope.ts';

/** How long the program may take, in ms. */
const PATIENCE = 60_000;

/** Exits that say that this message will never be taken: EX_DATAERR, EX_NOUSER, EX_NOHOST (sysexits.h). */
const forEver: ReadonlySet<number> = new Set([65, 67, 68]);

/** Lines as programs of this system expect them. */
const ownLines = (octets: Buffer): Buffer =>
  Buffer.from(octets.toString('latin1').replaceAll('\r\n', '\n'), 'latin1');

/**
 * Hands octets to a program that takes sendmail's arguments, without a shell. The addresses cannot be options: they
 * begin with no hyphen, and the recipient stands after `--`. Never throws.
 */
export const sendByProgram = (
  { sender, recipient, octets }: Envelope,
  program: string,
): Promise<SendOutcome> =>
  new Promise((resolve) => {
    const child = spawn(program, ['-i', '-f', sender, '--', recipient], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
      timeout: PATIENCE,
      killSignal: 'SIGKILL',
    });
    child.once('error', () =>
      resolve({ kind: 'failed', passing: true, trouble: 'program-failed' }),
    );
    child.once('exit', (status, signal) => {
      if (status === 0) resolve({ kind: 'sent' });
      else if (signal !== null)
        resolve({ kind: 'failed', passing: true, trouble: 'program-failed' });
      else {
        const code = status ?? 0;
        resolve({
          kind: 'failed',
          passing: !forEver.has(code),
          trouble: 'program-failed',
          status: code,
        });
      }
    });
    // It may end before it has read everything; its exit says what became of the message.
    child.stdin.on('error', () => undefined);
    child.stdin.end(ownLines(octets));
  });
