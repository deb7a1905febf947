import { nearest } from '../../domain/nearest.ts';
import { type Command, commonOptions, flag, readArguments, UsageError } from './command.ts';
import { helpOf, overview } from './help.ts';
import type { Surroundings } from './surroundings.ts';

/** Commands whose first word this is: `user add`, `user list`, … */
const familyOf = (
  commands: readonly Command<Surroundings>[],
  first: string,
): readonly Command<Surroundings>[] => commands.filter(({ name }) => name.startsWith(`${first} `));

/** The command that the first words name, and the words after it. */
const find = (
  commands: readonly Command<Surroundings>[],
  words: readonly string[],
): { command: Command<Surroundings>; rest: readonly string[] } => {
  for (const length of [3, 2, 1]) {
    const name = words.slice(0, length).join(' ');
    const command = commands.find((candidate) => candidate.name === name);
    if (command !== undefined) return { command, rest: words.slice(length) };
  }
  const [first = '', second = ''] = words;
  const family = familyOf(commands, first);
  const typed = family.length > 0 ? `${first} ${second}`.trim() : first;
  const names = commands.map(({ name }) => name);
  const meant = nearest(`${first} ${second}`, names) ?? nearest(first, names);
  const ways = family.map(({ name }) => name).join(', ');
  throw new UsageError(
    `there is no command '${typed}'${
      meant !== undefined ? `; did you mean '${meant}'?` : ways === '' ? '' : `; there are ${ways}`
    }`,
  );
};

/**
 * Runs `daybook ARGS` and answers its exit status: 0 done, 1 refused or failed, 2 not understood.
 * Errors meant for the person at the keyboard become one line; the rest is thrown.
 */
export const runCommandLine = async (
  commands: readonly Command<Surroundings>[],
  args: readonly string[],
  surroundings: Surroundings,
): Promise<number> => {
  const { print, complain, version } = surroundings;
  const [first] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    print(overview(commands, version));
    return first === undefined ? 2 : 0;
  }
  const family = familyOf(commands, first);
  if (family.length > 0 && ['--help', '-h', 'help'].includes(args[1] ?? '')) {
    print(overview(family, version));
    return 0;
  }
  if (first === '--version') {
    print(version);
    return 0;
  }
  try {
    const { command, rest } = find(commands, args);
    const full = { ...command, options: [...command.options, ...commonOptions] };
    const given = readArguments(full, rest);
    if (flag(given, 'help')) {
      print(helpOf(full));
      return 0;
    }
    return await command.run(given, surroundings);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\nTry 'daybook --help'.`);
    return 2;
  }
};
