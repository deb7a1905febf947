import type { Needed } from '../needing.ts';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { schema } from './schema.ts';

const run = promisify(execFile);
const SLAPD = '/usr/sbin/slapd';

/** For tests of LDAP. */
export const slapdNeeds: readonly Needed[] = [
  { file: SLAPD, from: 'slapd' },
  { file: '/usr/bin/ldapsearch', from: 'ldap-utils' },
  { file: '/usr/bin/openssl', from: 'openssl' },
];

export interface TestSlapd {
  /** `ldap://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** `ldaps://localhost:PORT`, with a certificate of `authority`. */
  readonly secureUrl: string;
  /** For `ldap://localhost`, where StartTLS is to be believed. */
  readonly upgradeUrl: string;
  /** A PEM file with the authority that made the server's certificate. */
  readonly authority: string;
  /** The bind that may do anything. */
  readonly root: { readonly dn: string; readonly password: string };
  /** Adds entries while it runs. */
  add(ldif: string): Promise<void>;
  /** How many operations of a kind the server has begun, by its own count. */
  count(kind: 'Bind' | 'Search'): Promise<number>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

interface Options {
  /** Entries of the directory, below `dc=acme,dc=com`. */
  readonly ldif: string;
  /** Lines for the end of slapd.conf. */
  readonly more?: string;
  /** Pretends to be Active Directory where clients look for that. */
  readonly isActiveDirectory?: boolean;
}

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

/** An authority, and a certificate of it for localhost. */
export const makeCertificates = async (folder: string): Promise<void> => {
  const openssl = (...args: readonly string[]) => run('openssl', [...args], { cwd: folder });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await writeFile(
    join(folder, 'openssl.cnf'),
    '[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\n[server]\nsubjectAltName=DNS:localhost\n',
  );
  const config = ['-config', 'openssl.cnf'];
  await openssl(
    ...['req', '-x509', '-days', '2', '-subj', '/CN=Test authority', '-extensions', 'ca'],
    ...[...config, ...key, '-keyout', 'ca.key', '-out', 'ca.pem'],
  );
  await openssl(
    ...['req', '-subj', '/CN=localhost', ...config, ...key],
    ...['-keyout', 'server.key', '-out', 'server.csr'],
  );
  await openssl(
    ...['x509', '-req', '-days', '2', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key'],
    ...['-set_serial', '1', '-extfile', 'openssl.cnf', '-extensions', 'server'],
    ...['-out', 'server.pem'],
  );
};

const ROOT = { dn: 'cn=root,dc=acme,dc=com', password: 'all may I do' };

const configuration = (
  folder: string,
  { more = '', isActiveDirectory = false }: Options,
): string => `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
include ${folder}/our.schema
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload back_monitor
moduleload ppolicy
moduleload pw-sha2
moduleload sssvlv
allow bind_anon_cred
pidfile ${folder}/slapd.pid
TLSCACertificateFile ${folder}/ca.pem
TLSCertificateFile ${folder}/server.pem
TLSCertificateKeyFile ${folder}/server.key
${isActiveDirectory ? `rootDSE ${folder}/root.ldif` : ''}
access to dn.base="" by * read
access to dn.base="cn=Subschema" by * read
database monitor
access to * by dn.exact="${ROOT.dn}" read by * none
database mdb
suffix dc=acme,dc=com
rootdn ${ROOT.dn}
rootpw "${ROOT.password}"
directory ${folder}/data
maxsize 67108864
dbnosync
index objectClass,uid,cn,mail,member,uniqueMember,memberUid eq
access to attrs=userPassword,sambaNTPassword,sambaLMPassword,unicodePwd by self write by anonymous auth by * none
access to * by self write by dn.children="ou=services,dc=acme,dc=com" read by users read by * none
${more}
`;

/** A throwaway slapd from a temporary folder on free ports. */
export const startSlapd = async (options: Options): Promise<TestSlapd> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-slapd-'));
  await mkdir(join(folder, 'data'));
  await makeCertificates(folder);
  await writeFile(join(folder, 'our.schema'), schema);
  await writeFile(join(folder, 'slapd.conf'), configuration(folder, options));
  await writeFile(join(folder, 'people.ldif'), options.ldif);
  await writeFile(
    join(folder, 'root.ldif'),
    'dn:\nsupportedCapabilities: 1.2.840.113556.1.4.800\n',
  );
  const config = ['-f', join(folder, 'slapd.conf')];
  await run(SLAPD, ['-Tadd', ...config, '-q', '-l', join(folder, 'people.ldif')]);
  const [port, securePort] = [await freePort(), await freePort()];
  let child: ChildProcess | undefined;
  let said = '';

  const listens = (at: number): Promise<boolean> =>
    new Promise((resolve) => {
      const probe = connect(at, '127.0.0.1', () => {
        probe.destroy();
        resolve(true);
      }).on('error', () => resolve(false));
    });
  const start = async (): Promise<void> => {
    const urls = `ldap://127.0.0.1:${port}/ ldaps://127.0.0.1:${securePort}/`;
    const made = spawn(SLAPD, [...config, '-h', urls, '-d', '0'], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    made.stderr
      .setEncoding('utf8')
      .on('data', (chunk: string) => (said = (said + chunk).slice(-4000)));
    child = made;
    const until = Date.now() + 30_000;
    while (!(await listens(port))) {
      if (made.exitCode !== null || Date.now() > until) throw new Error(`slapd: ${said}`);
      await sleep(10);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = new Promise((resolve) => ending.once('exit', resolve));
    ending.kill(signal);
    await ended;
  };
  await start();
  return {
    url: `ldap://127.0.0.1:${port}`,
    port,
    secureUrl: `ldaps://localhost:${securePort}`,
    upgradeUrl: `ldap://localhost:${port}`,
    authority: join(folder, 'ca.pem'),
    root: ROOT,
    async add(ldif) {
      const file = join(folder, 'more.ldif');
      await writeFile(file, ldif);
      const as = ['-x', '-H', `ldap://127.0.0.1:${port}`, '-D', ROOT.dn, '-w', ROOT.password];
      await run('ldapadd', [...as, '-f', file]);
    },
    async count(kind) {
      const { stdout } = await run('ldapsearch', [
        ...['-x', '-LLL', '-H', `ldap://127.0.0.1:${port}`, '-D', ROOT.dn, '-w', ROOT.password],
        ...['-b', `cn=${kind},cn=Operations,cn=Monitor`, '-s', 'base', 'monitorOpInitiated'],
      ]);
      return Number(/monitorOpInitiated: (\d+)/.exec(stdout)?.[1]);
    },
    kill: () => end('SIGKILL'),
    restart: async () => {
      await end('SIGKILL');
      await start();
    },
    stop: async () => {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
};
