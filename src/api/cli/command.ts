import { parseArgs } from 'node:util';

/** One option of a command; `value` names what it takes, absent for a switch. */
export interface Option {
  readonly name: string;
  readonly short?: string;
  readonly value?: string;
  readonly summary: string;
}

/** What the command line gave: options by name, then the operands in order. */
export interface Given {
  readonly options: Readonly<Record<string, string | true | undefined>>;
  readonly operands: readonly string[];
}

/** One thing `daybook` can do. Rows of `commands.ts`; `--help` is printed from them. */
export interface Command<Surroundings> {
  /** As typed: `user add`. */
  readonly name: string;
  readonly summary: string;
  /** Operands as shown in the usage line: `NAME`, `[FILE]`; a bracketed one may be left out. */
  readonly operands: readonly string[];
  readonly options: readonly Option[];
  /** More about it, for its own `--help`. */
  readonly details?: string;
  /** Answers the exit status: 0 done, 1 refused or failed. */
  run(given: Given, surroundings: Surroundings): Promise<number>;
}

/** The command line can't be understood; the message says why. Exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads a command's own arguments. @throws UsageError */
export const readArguments = <Surroundings>(
  command: Command<Surroundings>,
  args: readonly string[],
): Given => {
  const options = Object.fromEntries(
    command.options.map(({ name, short, value }) => [
      name,
      {
        type: value === undefined ? ('boolean' as const) : ('string' as const),
        ...(short === undefined ? {} : { short }),
      },
    ]),
  );
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. To specify')[0]);
  }
  const given = {
    options: parsed.values as Given['options'],
    operands: parsed.positionals,
  };
  if (given.options['help'] === true) return given;
  const required = command.operands.filter((operand) => !operand.startsWith('[')).length;
  if (given.operands.length < required)
    throw new UsageError(`${command.operands[given.operands.length] ?? ''} is missing`);
  const extra = given.operands[command.operands.length];
  if (extra !== undefined) throw new UsageError(`'${extra}' is one argument too many`);
  return given;
};

/** What every command takes besides its own options. */
export const commonOptions: readonly Option[] = [
  { name: 'config', value: 'FILE', summary: 'read settings from this sogo.conf' },
  { name: 'data', value: 'DIR', summary: 'the data directory of the embedded store (./data)' },
  { name: 'help', short: 'h', summary: 'print this and do nothing' },
];

/** A string option, `undefined` when absent. */
export const text = (given: Given, name: string): string | undefined => {
  const value = given.options[name];
  return typeof value === 'string' ? value : undefined;
};

export const flag = (given: Given, name: string): boolean => given.options[name] === true;
