import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer as createWebServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { program } from '../setup.mjs';

const PASSWORD = 'sogo';
const users = [
  'sogo-tests1',
  'sogo-tests2',
  'sogo-tests3',
  'sogo-tests-super',
  // The delegate's password, which one spec takes for a login.
  PASSWORD,
];
/** Bookings that resources take at once. */
const resources = { res: 1, 'res-nolimit': 0 };
const READY_MS = 60_000;

/** What an administrator who wants the suite to pass has to write. */
const configuration = `{
  SOGoSuperUsernames = ("sogo-tests-super");
  SOGoEnablePublicAccess = YES;
  DaybookSOGoDialect = YES;
  SOGoXSRFValidationEnabled = NO;
  DaybookFeedNetworks = ("127.0.0.1");
}
`;

/** @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

/**
 * @param {readonly string[]} args
 * @param {string} input
 * @returns {Promise<void>}
 */
const daybook = (args, input) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...args], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`daybook ${args.slice(0, 2).join(' ')} ended with ${code}`));
    });
    child.stdin.end(input);
  });

const holidays = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//Daybook//Suite//EN',
  'BEGIN:VEVENT',
  'UID:holiday-1',
  'DTSTAMP:20260101T000000Z',
  'DTSTART;VALUE=DATE:20260701',
  'SUMMARY:A holiday',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

/** What the suite subscribes to as a web calendar; ends with this process. */
export const startFeed = async () => {
  const server = createWebServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/calendar' }).end(holidays);
  });
  await new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(undefined));
  });
  server.unref();
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/holidays.ics`;
};

/**
 * A Daybook of its own, with the suite's accounts and an empty store below `folder`.
 *
 * @param {string} folder
 */
export const startServer = async (folder) => {
  const port = await freePort();
  const config = join(folder, 'sogo.conf');
  await writeFile(config, configuration);
  const place = ['--config', config, '--data', join(folder, 'data')];
  for (const user of users) {
    const named = ['--mail', `${user}@example.com`, '--password-stdin'];
    await daybook(['user', 'add', user, ...named, ...place], `${PASSWORD}\n`);
  }
  for (const [name, bookings] of Object.entries(resources)) {
    const named = ['--mail', `${name}@example.com`, '--password-stdin'];
    const kind = ['--kind', 'resource', '--bookings', String(bookings)];
    await daybook(['user', 'add', name, ...named, ...kind, ...place], `${PASSWORD}\n`);
  }
  const child = spawn(
    process.execPath,
    [program, 'serve', ...place, '--listen', `127.0.0.1:${port}`],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DAYBOOK_LOG_LEVEL: 'error' },
    },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  const until = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return { port, stop };
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error('Daybook did not become ready.');
    }
    await sleep(50);
  }
};
