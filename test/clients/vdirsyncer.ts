import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Program } from '../support/program.ts';
import { run } from './run.ts';

/** One person's computer: vdirsyncer keeping folders, khal working in the calendar's. */
export interface Computer {
  readonly calendar: string;
  readonly contacts: string;
  /** One `vdirsyncer sync`; what it printed. @throws when it fails. */
  sync(): Promise<string>;
  /** Runs khal on the calendar's folder; what it printed. */
  khal(...args: readonly string[]): Promise<string>;
  /** Contents of a folder by UID, whatever the files are called. */
  contents(folder: string): Promise<Map<string, string>>;
  discard(): Promise<void>;
}

/** Whose computer it is, and which of the calendars in his home it keeps; `ada` with her own when absent. */
export interface Person {
  readonly login: string;
  readonly password: string;
  readonly calendar: string;
}

const storage = (name: string, type: string, server: Program, person: Person): string =>
  `[storage ${name}]
type = "${type}"
url = "${server.origin}/"
username = "${person.login}"
password = "${person.password}"
`;

const configuration = (folder: string, server: Program, winner: string, person: Person): string =>
  `[general]
status_path = "${folder}/status/"

[pair calendars]
a = "calendars_here"
b = "calendars_there"
collections = ["${person.calendar}"]
conflict_resolution = "${winner} wins"
metadata = ["color", "displayname"]

[storage calendars_here]
type = "filesystem"
path = "${folder}/calendars/"
fileext = ".ics"

${storage('calendars_there', 'caldav', server, person)}
[pair contacts]
a = "contacts_here"
b = "contacts_there"
collections = ["personal"]
conflict_resolution = "${winner} wins"

[storage contacts_here]
type = "filesystem"
path = "${folder}/contacts/"
fileext = ".vcf"

${storage('contacts_there', 'carddav', server, person)}`;

const khalConfiguration = (folder: string, calendar: string): string => `[calendars]
[[${calendar}]]
path = ${folder}/calendars/${calendar}
type = calendar

[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Berlin
default_timezone = Europe/Berlin

[sqlite]
path = ${folder}/khal.db
`;

/**
 * `winner`: which side a conflict is decided for, `a` (this computer) or `b` (the server). No command may take
 * longer than `limitMs`.
 */
export const computer = async (
  server: Program,
  winner: 'a' | 'b',
  limitMs = 60_000,
  person: Person = { login: 'ada', password: server.password, calendar: 'personal' },
): Promise<Computer> => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-client-'));
  const config = join(folder, 'vdirsyncer.conf');
  const khalConfig = join(folder, 'khal.conf');
  await Promise.all([
    mkdir(join(folder, 'calendars', person.calendar), { recursive: true }),
    mkdir(join(folder, 'contacts', 'personal'), { recursive: true }),
    writeFile(config, configuration(folder, server, winner, person)),
    writeFile(khalConfig, khalConfiguration(folder, person.calendar)),
  ]);
  const env = {
    HOME: folder,
    LC_ALL: 'C.UTF-8',
    LANG: 'C.UTF-8',
    TZ: 'Europe/Berlin',
  };
  const vdirsyncer = (...args: readonly string[]): Promise<string> =>
    run('/usr/bin/vdirsyncer', ['-c', config, ...args], {
      env,
      input: 'y\n'.repeat(20),
      limitMs,
    });
  await vdirsyncer('discover');
  return {
    calendar: join(folder, 'calendars', person.calendar),
    contacts: join(folder, 'contacts', 'personal'),
    sync: async () => {
      const printed = await vdirsyncer('sync');
      await vdirsyncer('metasync');
      return printed;
    },
    khal: (...args) => run('/usr/bin/khal', ['-c', khalConfig, ...args], { env, limitMs }),
    contents: async (path) => {
      const files = (await readdir(path)).filter((name) => /\.(ics|vcf)$/.test(name));
      const texts = await Promise.all(files.map((name) => readFile(join(path, name), 'utf8')));
      return new Map(
        texts
          .map((text) => [/^UID:(.*?)\r?$/m.exec(text)?.[1] ?? '', text] as const)
          .sort(([one], [other]) => (one < other ? -1 : 1)),
      );
    },
    discard: () => rm(folder, { recursive: true, force: true }),
  };
};
