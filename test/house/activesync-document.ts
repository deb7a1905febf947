import { commandNames } from '../../src/api/eas/command-names.ts';
import { commonStatuses, type CommonStatus } from '../../src/api/eas/errors.ts';
import { toldTo } from '../../src/api/eas/status.ts';
import type { Command } from '../../src/api/eas/table.ts';
import { versions } from '../../src/domain/activesync/version.ts';
import { commandNotes } from './activesync-notes.ts';

const HEAD = `# ActiveSync: what is served

Made from the tables that the server runs on (\`src/api/eas/commands.ts\`, \`src/api/eas/status.ts\`) and from
\`test/house/activesync-notes.ts\`; \`npx vitest run test/house -u\` makes it anew. What is not listed is not there. How
devices are let in, wiped and given policies: [administration/devices.md](../administration/devices.md).

**Where.** \`/Microsoft-Server-ActiveSync\` and SOGo's \`/SOGo/Microsoft-Server-ActiveSync\`, in letters large or small. OPTIONS
needs credentials like everything else: a probe without any is answered 401, which devices understand. Queries are
read in the plain and in the coded form (MS-ASHTTP 2.2.1.1.1). Answers of more than 1 KiB are compressed where that is asked for.

**Versions.** VERSIONS. The version is each request's own. Earlier ones are refused with the list of these (400; 505 for 1.0).

**Who.** Basic credentials in UTF-8, or in Latin-1 as Outlook sends them; \`DOMAIN\\\\user\` counts as \`user\`. An account with a
second factor needs an [app password](../administration/app-passwords.md) for \`eas\`. Too many wrong passwords are answered
456, more requests than are allowed 503, both with \`Retry-After\`; somebody ActiveSync is not for 403; somebody whose
devices are served elsewhere 451 with \`X-MS-Location\`.

**WBXML.** Bodies are bounded in octets, nested 32 deep at most, and of 200,000 elements at most. Attributes, string tables, entities
and other charsets than UTF-8 are refused (102), as is what ends too early; what is well-formed and not what the
schema has, 103. Elements that nobody knows are passed over with what they hold; their order does not matter. A body that
is too large is answered 413.

**Folders.** A calendar is a folder of appointments, and one of tasks where it takes tasks; a calendar that takes notes
(VJOURNAL) and no appointments is a folder of notes, from version 14.0 on. Each address book is a folder of contacts. There are no folders of
mail. The personal ones are of the default types 8, 7 and 9; the list of notes, of type 10, is a calendar of its own
that is made when a device first asks, and not again when its owner deletes it. All folders hang at the root.
Shown are the personal collections, the others of one's own unless their property \`synchronize\` says no, and
subscriptions, web calendars and birthdays where it says yes: it is set as \`INVERSE:synchronize\` with PROPPATCH
on the collection in one's own home (\`0\` or \`1\`, as SOGo's page has it). A ServerId is the collection's own: it stays the same on all
devices, whatever the folder is called, and whenever a device begins anew.

**State.** A SyncKey of the list of folders stands for a row in the database (docs/adr/0028): the last two of a device are good,
so that an answer that was lost can be asked for again, and key 0 may be asked at any time without losing anything.
Others get status 9. The same holds for each folder's contents (docs/adr/0029; status 3). Losing the rows costs a new list, a new
first synchronization and a new Provision, and never data.
`;

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${heads.join(' | ')} |`,
    `|${heads.map(() => '---').join('|')}|`,
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');

const spoken = ({ since, until }: Command): string =>
  until === versions.at(-1) ? `from ${since}` : `${since} to ${until}`;

const commandTable = (commands: readonly Command[]): string =>
  table(
    ['command', 'versions', 'source', 'policy', 'body', 'what there is to know'],
    commands.map((command) => [
      `\`${command.name}\``,
      spoken(command),
      command.source,
      command.needsPolicy ? 'needed' : 'not needed',
      `${Math.ceil(command.limit / 1024)} KiB${command.mayBeEmpty ? ', or none' : ''}`,
      commandNotes[command.name] ?? '',
    ]),
  );

const statusTable = (): string =>
  table(
    ['status', 'name', 'before version 14.0'],
    (Object.keys(commonStatuses) as CommonStatus[]).map((name) => {
      const told = toldTo('12.1', name);
      return [String(commonStatuses[name]), name, 'http' in told ? `HTTP ${told.http}` : ''];
    }),
  );

/** Commands without a word on them, and words on commands that are not there. */
export const unexplained = (commands: readonly Command[]): readonly string[] => {
  const names = new Set<string>(commands.map(({ name }) => name));
  return [
    ...[...names].filter((name) => (commandNotes[name] ?? '') === ''),
    ...Object.keys(commandNotes).filter((name) => !names.has(name)),
  ];
};

export const activeSyncDocument = (commands: readonly Command[]): string => {
  const missing = commandNames.filter((name) => commands.every((one) => one.name !== name));
  return [
    HEAD.replace('VERSIONS', versions.join(', ')),
    '## Commands',
    commandTable(commands),
    `Answered 501: ${missing.map((name) => `\`${name}\``).join(', ')}.`,
    '## Common statuses',
    'In the command’s own root element from version 14.0 on (MS-ASCMD 2.2.2), and as a status of HTTP before.',
    `${statusTable()}\n`,
  ]
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n');
};
