import { existsSync } from 'node:fs';
import { type Command, flag, text } from './command.ts';
import type { ConfigurationReport, Remark, Shown } from './configuration-report.ts';
import type { Surroundings } from './surroundings.ts';

/** Where SOGo has it. */
const USUAL_FILE = '/etc/sogo/sogo.conf';

const remark = (file: string, { severity, line, column, message }: Remark): string =>
  [file, line, column].filter((part) => part !== undefined).join(':') + `: ${severity}: ${message}`;

const assignment = ({ path, value }: Shown): string => `  ${path} = ${value};`;

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : ['', title, ...lines];

const described = (file: string | undefined, report: ConfigurationReport): readonly string[] => {
  const { problems, settings, defaults } = report;
  const lines = (inEffect: boolean): readonly string[] =>
    settings
      .filter((each) => each.inEffect === inEffect && each.needless === undefined)
      .map(assignment);
  const needless = settings.flatMap((each) =>
    each.needless === undefined ? [] : [`${assignment(each)}  /* ${each.needless} */`],
  );
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  return [
    ...problems.map((each) => remark(file ?? '', each)),
    ...section('In effect:', lines(true)),
    ...section('Not in effect in this version:', lines(false)),
    ...section('Not needed by Daybook:', needless),
    ...section('In effect by default:', defaults.map(assignment)),
    '',
    file === undefined
      ? `There is no ${USUAL_FILE}, and no other file was named: these are the defaults.`
      : errors === 0
        ? `${file} can be used.`
        : `${file} cannot be used: ${errors === 1 ? 'an error' : `${errors} errors`}.`,
  ];
};

/** `daybook config check`. */
export const configCheckCommand: Command<Surroundings> = {
  name: 'config check',
  summary: 'check a sogo.conf and print the settings in effect',
  operands: ['[FILE]'],
  options: [{ name: 'json', summary: 'one JSON object: problems, settings, defaults' }],
  details: `FILE is what --config names, else ${USUAL_FILE}. Passwords and other secrets are not printed.
Exit status 0: the server would start with it; 1: there are errors, each with line and column.`,
  async run(given, { inspect, print }) {
    const usual = existsSync(USUAL_FILE) ? USUAL_FILE : undefined;
    const file = given.operands[0] ?? text(given, 'config') ?? usual;
    const report = await inspect(file);
    if (flag(given, 'json')) print(JSON.stringify({ file, ...report }, undefined, 2));
    else for (const line of described(file, report)) print(line);
    return report.problems.some(({ severity }) => severity === 'error') ? 1 : 0;
  },
};
