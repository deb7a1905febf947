import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../ldap/slapd.ts';
import type { Needed } from '../needing.ts';
import { type Identity, identityOf } from './identity.ts';

/** For tests of mailboxes. */
export const dovecotNeeds: readonly Needed[] = [
  { file: '/usr/sbin/dovecot', from: 'dovecot-imapd' },
];

export interface TestDovecot {
  readonly port: number;
  /** The folder of everybody's maildirs, and whose it is. */
  readonly mail: string;
  readonly owner: Identity;
  /** Puts a mail into somebody's INBOX, as a mail server does. */
  deliver(login: string, mail: Uint8Array | string): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
}

const configuration = (folder: string, port: number, owner: string, group: string): string => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_username_format = %Ln
default_internal_user = ${owner}
default_internal_group = ${group}
default_login_user = ${owner}
first_valid_uid = 1
mail_location = maildir:${folder}/mail/%n
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${owner} gid=${group} home=${folder}/mail/%n
}
service anvil {
  chroot =
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service stats {
  chroot =
}
`;

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    socket.once('data', (greeting) => {
      socket.destroy();
      resolve(greeting.toString().startsWith('* OK'));
    });
    socket.once('error', () => resolve(false));
    socket.setTimeout(2000, () => {
      socket.destroy();
      resolve(false);
    });
  });

let delivered = 0;

/** Starts a Dovecot of its own, in which everybody has the password `secret`. */
export const startDovecot = async (): Promise<TestDovecot> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-dovecot-'));
  await chmod(folder, 0o755);
  const isRoot = process.getuid?.() === 0;
  const owner = isRoot ? 'nobody' : userInfo().username;
  const group = isRoot ? 'nogroup' : String(userInfo().gid);
  // Dovecot lets nobody be root.
  const id = isRoot ? await identityOf(owner) : undefined;
  const own = async (path: string): Promise<void> => {
    await mkdir(path, { recursive: true });
    if (id !== undefined) await chown(path, id.uid, id.gid);
  };
  for (const part of ['mail', 'state', 'run']) await own(join(folder, part));
  const port = await freePort();
  const file = join(folder, 'dovecot.conf');
  await writeFile(file, configuration(folder, port, owner, group));

  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn('/usr/sbin/dovecot', ['-F', '-c', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
    for (let tries = 0; tries < 300; tries += 1) {
      if (await answers(port)) return;
      if (child.exitCode !== null) break;
      await sleep(100);
    }
    const log = await readFile(join(folder, 'log'), 'utf8').catch(() => '');
    throw new Error(`dovecot does not start: ${said}${log}`);
  };
  const end = async (): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null) return;
    const done = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGTERM');
    await done;
    try {
      // Those who serve connections may outlive it for a while.
      if (ending.pid !== undefined) process.kill(-ending.pid, 'SIGKILL');
    } catch {
      // None was left.
    }
  };
  await start();
  return {
    port,
    mail: join(folder, 'mail'),
    owner: id ?? { uid: userInfo().uid, gid: userInfo().gid },
    async deliver(login, mail) {
      const box = join(folder, 'mail', login);
      for (const part of ['', 'tmp', 'new', 'cur']) await own(join(box, part));
      delivered += 1;
      const name = `${Date.now()}.${process.pid}_${delivered}.test`;
      const path = join(box, 'tmp', name);
      await writeFile(path, mail);
      if (id !== undefined) await chown(path, id.uid, id.gid);
      await rename(path, join(box, 'new', name));
    },
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
    async restart() {
      await end();
      await start();
    },
  };
};
