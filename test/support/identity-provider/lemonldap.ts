import type { Needed } from '../needing.ts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import {
  configuration,
  type KeyPair,
  localConfiguration,
  type Parties,
  portalApplication,
} from './configuration.ts';

const run = promisify(execFile);

/** For tests of single sign-on. */
export const lemonldapNeeds: readonly Needed[] = [
  { file: '/usr/share/perl5/Lemonldap/NG/Portal/Main.pm', from: 'lemonldap-ng' },
  { file: '/usr/bin/starman', from: 'starman' },
  { file: '/usr/bin/openssl', from: 'openssl' },
];

/** Its people are `dwho`, `rtyler` and `msmith`, whose passwords are their names; mail is `NAME@badwolf.org`. */
export interface IdentityProvider {
  /** `http://127.0.0.1:PORT` */
  readonly origin: string;
  readonly openid: { readonly issuer: string; readonly configUrl: string };
  readonly cas: { readonly url: string };
  /** The keys that SAML answers are signed with. */
  readonly saml: { readonly metadataUrl: string; readonly keys: KeyPair };
  /** Starts it, or starts it anew, for these programs; its people stay signed in. */
  configure(parties: Parties): Promise<void>;
  /** Not there any more, until it is configured again. */
  kill(): Promise<void>;
  stop(): Promise<void>;
  /** What it printed, for a failing test's message. */
  logs(): string;
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

/** A key with a certificate that nobody but itself vouches for. */
export const makeKeys = async (folder: string, name: string): Promise<KeyPair> => {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-sha256'],
    ...['-subj', `/CN=${name}`, '-keyout', key, '-out', certificate],
  ]);
  const { stdout } = await run('openssl', ['pkey', '-in', key, '-pubout']);
  return {
    privateKey: await readFile(key, 'utf8'),
    certificate: await readFile(certificate, 'utf8'),
    publicKey: stdout,
  };
};

const PATIENCE = 60_000;

/** Debian's lemonldap-ng from a temporary folder on a free port. Not running before it is configured. */
export const identityProvider = async (): Promise<IdentityProvider> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-identity-'));
  for (const name of ['conf', 'sessions/lock', 'psessions/lock'])
    await mkdir(join(folder, name), { recursive: true });
  const [openidKeys, samlKeys] = await Promise.all([
    makeKeys(folder, 'openid'),
    makeKeys(folder, 'saml'),
  ]);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const local = join(folder, 'lemonldap-ng.ini');
  const application = join(folder, 'portal.psgi');
  await writeFile(local, localConfiguration(folder));
  await writeFile(application, portalApplication);
  let number = 0;
  let child: ChildProcess | undefined;
  let said = '';

  const end = async (): Promise<void> => {
    const ending = child;
    child = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill('SIGTERM');
    await ended;
  };

  const answers = async (): Promise<boolean> => {
    const answer = await fetch(`${origin}/`, { redirect: 'manual' }).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer !== undefined && answer.status < 500;
  };

  const start = async (): Promise<void> => {
    const made = spawn(
      '/usr/bin/starman',
      [
        ...['--listen', `127.0.0.1:${port}`, '--workers', '3', '--preload-app'],
        ...['--disable-keepalive', '--read-timeout', '1', application],
      ],
      {
        env: { ...process.env, LLNG_DEFAULTCONFFILE: local },
        stdio: ['ignore', 'ignore', 'pipe'],
        cwd: folder,
      },
    );
    made.stderr
      .setEncoding('utf8')
      .on('data', (chunk: string) => (said = (said + chunk).slice(0, 20_000)));
    child = made;
    const until = Date.now() + PATIENCE;
    while (!(await answers())) {
      if (made.exitCode !== null || Date.now() > until) throw new Error(`lemonldap-ng: ${said}`);
      await sleep(50);
    }
  };

  return {
    origin,
    openid: { issuer: `${origin}/`, configUrl: `${origin}/.well-known/openid-configuration` },
    cas: { url: `${origin}/cas` },
    saml: { metadataUrl: `${origin}/saml/metadata`, keys: samlKeys },
    async configure(parties) {
      await end();
      number += 1;
      const place = { folder, origin, openidKeys, samlKeys };
      await writeFile(
        join(folder, 'conf', `lmConf-${number}.json`),
        configuration(number, parties, place),
      );
      await start();
    },
    kill: end,
    async stop() {
      await end();
      await rm(folder, { recursive: true, force: true });
    },
    logs: () => said,
  };
};
