import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../ldap/slapd.ts';
import type { Needed } from '../needing.ts';
import { type Identity, identityOf } from './identity.ts';

const run = promisify(execFile);

/** For tests of mail between servers. */
export const postfixNeeds: readonly Needed[] = [{ file: '/usr/sbin/postfix', from: 'postfix' }];

/** Only root can start one: its parts become other users. */
export const mayStartPostfix = (): boolean => process.getuid?.() === 0;

export interface TestPostfix {
  readonly port: number;
  stop(): Promise<void>;
}

interface Options {
  /** Whose mail it takes: all mail of a domain goes into one mailbox. */
  readonly boxes: Readonly<Record<string, string>>;
  /** The folder of mailboxes, which are maildirs, and whose they are. */
  readonly mail: string;
  readonly owner: Identity;
}

const services = (port: number): string =>
  [
    `127.0.0.1:${port} inet n - n - - smtpd`,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'proxymap unix - - n - - proxymap',
    'error unix - - n - - error',
    'virtual unix - n n - - virtual',
    'anvil unix - - n - 1 anvil',
    'postlog unix-dgram n - n - 1 postlogd',
    '',
  ].join('\n');

const settings = (folder: string, { boxes, mail, owner }: Options): string =>
  [
    'compatibility_level = 3.6',
    `queue_directory = ${folder}/queue`,
    `data_directory = ${folder}/data`,
    'command_directory = /usr/sbin',
    'daemon_directory = /usr/lib/postfix/sbin',
    'mail_owner = postfix',
    'setgid_group = postdrop',
    `maillog_file = ${folder}/log`,
    `maillog_file_prefixes = ${folder}`,
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'myhostname = mx.test',
    'mydestination =',
    'alias_maps =',
    'mynetworks = 127.0.0.0/8',
    `virtual_mailbox_domains = ${Object.keys(boxes).join(' ')}`,
    `virtual_mailbox_base = ${mail}`,
    `virtual_mailbox_maps = regexp:${folder}/boxes`,
    `virtual_uid_maps = static:${owner.uid}`,
    `virtual_gid_maps = static:${owner.gid}`,
    'virtual_minimum_uid = 1',
    '',
  ].join('\n');

/** Starts a Postfix of its own that puts mail into maildirs. */
export const startPostfix = async (options: Options): Promise<TestPostfix> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-postfix-'));
  const etc = join(folder, 'etc');
  const port = await freePort();
  for (const part of ['etc', 'queue', 'data']) await mkdir(join(folder, part));
  const { uid, gid } = await identityOf('postfix');
  await run('chown', [`${uid}:${gid}`, join(folder, 'data')]);
  await run('chmod', ['755', folder]);
  await writeFile(join(etc, 'main.cf'), settings(folder, options));
  await writeFile(join(etc, 'master.cf'), services(port));
  await writeFile(
    join(folder, 'boxes'),
    Object.entries(options.boxes)
      .map(([domain, box]) => `/@${domain.replaceAll('.', String.raw`\.`)}$/ ${box}/\n`)
      .join(''),
  );
  const postfix = (command: string) => run('/usr/sbin/postfix', ['-c', etc, command]);
  const isRunning = (): Promise<boolean> =>
    postfix('status').then(
      () => true,
      () => false,
    );
  const stop = async (): Promise<void> => {
    await postfix('stop').catch(() => undefined);
    for (let tries = 0; tries < 100 && (await isRunning()); tries += 1) await sleep(100);
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await postfix('start');
  } catch (error) {
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    await stop();
    throw new Error(`postfix does not start: ${log}`, { cause: error });
  }
  return { port, stop };
};
