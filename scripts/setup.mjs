// What npm start, npm test and bin/daybook.mjs need done before they can begin, on a machine that
// has Node and npm and nothing else. Plain JavaScript without dependencies: it runs before npm ci.
// All progress goes to stderr, so that `daybook log > file` holds nothing but the log.

import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const program = join(root, 'dist', 'api', 'main.js');

/** The lowest Node that package.json's `engines` accepts. */
const LOWEST_NODE = [20, 17];

/** Debian packages that tests need and the program does not: the only list of them. */
const debianPackages = [
  { name: 'postgresql', present: () => hasPostgres(), for: 'tests against Debian’s PostgreSQL' },
  { name: 'vdirsyncer', present: () => isCommand('vdirsyncer'), for: 'tests with a real client' },
  { name: 'litmus', present: () => isCommand('litmus'), for: 'tests of WebDAV' },
  { name: 'chromium', present: () => isCommand('chromium'), for: 'tests with a browser' },
  { name: 'khal', present: () => isCommand('khal'), for: 'tests with a real client' },
  { name: 'cadaver', present: () => isCommand('cadaver'), for: 'tests with a real client' },
  {
    name: 'python3-caldav',
    present: () => existsSync('/usr/lib/python3/dist-packages/caldav'),
    for: 'tests with a real client',
  },
  { name: 'thunderbird', present: () => isCommand('thunderbird'), for: 'tests with a real client' },
  {
    name: 'dovecot-imapd',
    present: () => existsSync('/usr/sbin/dovecot'),
    for: 'tests of mail that comes in',
  },
  {
    name: 'postfix',
    present: () => existsSync('/usr/sbin/postfix'),
    for: 'tests of mail between servers',
  },
  { name: 'slapd', present: () => existsSync('/usr/sbin/slapd'), for: 'tests of LDAP directories' },
  { name: 'ldap-utils', present: () => isCommand('ldapsearch'), for: 'tests of LDAP directories' },
  {
    name: 'mariadb-server-core',
    present: () => existsSync('/usr/sbin/mariadbd'),
    for: 'tests of SQL sources in MariaDB',
  },
  {
    // Its my_print_defaults is what mariadb-install-db begins with.
    name: 'mariadb-client-core',
    present: () => isCommand('my_print_defaults'),
    for: 'tests of SQL sources in MariaDB',
  },
  {
    name: 'libwbxml2-utils',
    present: () => isCommand('wbxml2xml'),
    for: 'tests of ActiveSync with another decoder',
  },
  { name: 'openssl', present: () => isCommand('openssl'), for: 'tests of TLS' },
  { name: 'starman', present: () => isCommand('starman'), for: 'tests of single sign-on' },
  ...[
    'lemonldap-ng',
    'liblasso-perl',
    'libio-string-perl',
    'libstring-random-perl',
    'libxml-libxml-perl',
    'libxml-simple-perl',
  ].map((name) => ({
    name,
    present: () => isInstalled(name),
    for: 'tests of single sign-on',
  })),
];

/** A step of the set-up failed; what it printed has said why. */
export class SetupFailed extends Error {
  name = 'SetupFailed';
}

/** @param {string} line */
export const say = (line) => process.stderr.write(`${line}\n`);

/** Refuses a Node that is too old, before anything fails in a way that does not say so. */
export const requireNode = () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [lowestMajor, lowestMinor] = LOWEST_NODE;
  if (major > lowestMajor || (major === lowestMajor && minor >= lowestMinor)) return;
  throw new SetupFailed(
    `Daybook needs Node ${LOWEST_NODE.join('.')} or newer; this is ${process.version}.`,
  );
};

/** Installs what package-lock.json names, when node_modules is missing, unfinished or different. */
export const ensureDependencies = () => {
  if (dependenciesAgree()) return;
  say('Installing dependencies (npm ci) …');
  const flags = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env['npm_execpath'] ?? '';
  // npm's own script where npm started us, so that no shell is needed on any system.
  const [command, first] = npm.endsWith('npm-cli.js') ? [process.execPath, [npm]] : ['npm', []];
  run(command, [...first, ...flags], { minutes: 15 });
};

/**
 * Whether each locked package is installed in its locked version. npm writes its own account of
 * node_modules last of all; what is optional may be missing from it.
 */
const dependenciesAgree = () => {
  const account = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(account)) return false;
  const installed = JSON.parse(readFileSync(account, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([folder, { version, optional }]) =>
      folder === '' || (installed[folder]?.version ?? (optional ? version : '')) === version,
  );
};

/** Compiles src into dist, when a source is newer than the last build. */
export const ensureBuild = () => {
  const built = join(root, 'dist', '.built');
  const sources = [join(root, 'src'), join(root, 'package-lock.json')];
  const settings = ['tsconfig.json', 'tsconfig.build.json'].map((name) => join(root, name));
  const newest = Math.max(...[...sources, ...settings].map(newestIn));
  if (existsSync(built) && modified(built) >= newest && existsSync(program)) return;
  say('Building (tsc) …');
  const started = new Date();
  // Beside dist and then renamed: whoever starts meanwhile finds a whole build, old or new.
  const target = join(root, `.dist-${process.pid}`);
  try {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', target], {
      minutes: 5,
    });
    writeFileSync(join(target, '.built'), '');
    utimesSync(join(target, '.built'), started, started);
    replaceFolder(target, join(root, 'dist'));
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
};

/**
 * Installs missing Debian packages where that is possible (root, apt-get), and otherwise says how.
 * @returns {readonly string[]} the packages that are still missing
 */
export const ensureDebianPackages = () => {
  const missing = debianPackages.filter(({ present }) => !present());
  if (missing.length === 0) return [];
  const names = missing.map(({ name }) => name);
  if (process.getuid?.() === 0 && isCommand('apt-get')) {
    say(`Installing Debian packages for the tests: ${names.join(', ')} …`);
    try {
      installDebianPackages(names);
    } catch (error) {
      if (!(error instanceof SetupFailed)) throw error;
      say(error.message);
    }
  }
  const still = debianPackages.filter(({ present }) => !present()).map(({ name }) => name);
  if (still.length > 0)
    say(`Some tests will be skipped. To run them: sudo apt-get install ${still.join(' ')}`);
  return still;
};

/** @param {readonly string[]} names */
const installDebianPackages = (names) => {
  keepClusterFromBeingMade();
  keepDirectoryFromBeingMade();
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patient = ['-q', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3'];
  run('apt-get', [...patient, 'update'], { minutes: 5, env });
  const quiet = ['-y', '--no-install-recommends', '-o', 'Dpkg::Use-Pty=0'];
  const keep = ['-o', 'Dpkg::Options::=--force-confold'];
  run('apt-get', [...patient, ...quiet, ...keep, 'install', ...names], { minutes: 10, env });
};

/**
 * Debian's postgresql package makes and starts a database server of its own. The tests start theirs
 * from temporary folders and need only the binaries. A setting that is already there is left alone.
 */
const keepClusterFromBeingMade = () => {
  const folder = '/etc/postgresql-common';
  const file = join(folder, 'createcluster.conf');
  if (existsSync(file)) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    file,
    '# Written by the set-up of Daybook’s tests, which need no server here.\n' +
      'create_main_cluster = false\n',
  );
};

/** Debian's slapd package makes a directory of its own, and serves it, unless it was told not to. */
const keepDirectoryFromBeingMade = () => {
  if (existsSync('/etc/ldap/slapd.d') || !isCommand('debconf-set-selections')) return;
  const input = 'slapd slapd/no_configuration boolean true\n';
  spawnSync('debconf-set-selections', { input, stdio: ['pipe', 2, 2], timeout: 60_000 });
};

/**
 * Runs a program to its end with our own output as its output. No shell.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ minutes: number, env?: NodeJS.ProcessEnv }} bounds
 */
const run = (command, args, { minutes, env = process.env }) => {
  const { status, signal, error } = spawnSync(command, args, {
    cwd: root,
    env,
    stdio: ['ignore', 2, 2],
    timeout: minutes * 60_000,
  });
  if (status === 0) return;
  const why = error?.message ?? (signal ? `ended by ${signal}` : `exit code ${status}`);
  throw new SetupFailed(`${command} ${args.join(' ')}: ${why}`);
};

/** @param {string} path */
const modified = (path) => statSync(path).mtimeMs;

/**
 * The newest time in a tree; a folder's own time tells of files that are gone.
 * @param {string} path
 * @returns {number}
 */
const newestIn = (path) => {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))));
};

/**
 * @param {string} from
 * @param {string} to
 */
const replaceFolder = (from, to) => {
  const old = `${from}-old`;
  try {
    if (existsSync(to)) renameSync(to, old);
    renameSync(from, to);
  } catch (error) {
    // Another process, building the same sources at the same time, was quicker: its build is as good.
    if (!existsSync(program)) throw error;
  } finally {
    rmSync(old, { recursive: true, force: true });
  }
};

/** @param {string} name */
const isCommand = (name) =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && isExecutable(join(folder, name)));

/** Whether dpkg knows the files of a package, of which none is a command.
 * @param {string} name */
const isInstalled = (name) => {
  const known = '/var/lib/dpkg/info';
  return (
    existsSync(known) &&
    readdirSync(known).some(
      (file) => file === `${name}.list` || (file.startsWith(`${name}:`) && file.endsWith('.list')),
    )
  );
};

const hasPostgres = () => {
  const versions = '/usr/lib/postgresql';
  return (
    existsSync(versions) &&
    readdirSync(versions).some((version) =>
      isExecutable(join(versions, version, 'bin', 'postgres')),
    )
  );
};

/** @param {string} path */
const isExecutable = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
