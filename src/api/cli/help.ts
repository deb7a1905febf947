import type { Command, Option } from './command.ts';

const left = ({ name, short, value }: Option): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` ${value}`}`;

const columns = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`).join('\n');
};

const usage = (command: Command<never>): string =>
  ['daybook', command.name, ...command.operands, '[options]'].join(' ');

/** What `daybook --help` prints. */
export const overview = (commands: readonly Command<never>[], version: string): string =>
  `Daybook ${version}: calendars and contacts from an append-only event log

Usage: daybook COMMAND [options]

Commands:
${columns(commands.map((command) => [[command.name, ...command.operands].join(' '), command.summary]))}

Options:
${columns([
  ['-h, --help', "print this, or a command's own help after its name"],
  ['    --version', 'print the version'],
])}

Environment:
${columns([
  ['DATABASE_URL', 'PostgreSQL to use instead of the embedded store'],
  ['EVENTSTORE_URL', 'EventStoreDB to keep the log in (projections stay in PostgreSQL)'],
  ['DAYBOOK_LOG_LEVEL', 'trace, debug, info (the default), warn or error'],
])}
`;

/** What `daybook COMMAND --help` prints. */
export const helpOf = (command: Command<never>): string =>
  `${command.summary[0]?.toUpperCase() ?? ''}${command.summary.slice(1)}.

Usage: ${usage(command)}
${command.details === undefined ? '' : `\n${command.details.trim()}\n`}
Options:
${columns(command.options.map((option) => [left(option), option.summary]))}
`;
