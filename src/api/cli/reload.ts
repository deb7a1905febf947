import { readReloaded, RELOAD } from '../reloading.ts';
import type { Command } from './command.ts';
import type { Surroundings } from './surroundings.ts';

/** How long servers may take, in ms. */
const PATIENCE = 30_000;

const verdict = (text: string | undefined): { readonly line: string; readonly took: boolean } => {
  if (text === undefined) return { line: 'no answer', took: false };
  const reloaded = readReloaded(text);
  switch (reloaded?.outcome) {
    case undefined:
      return { line: 'answered something else', took: false };
    case 'refused':
      return { line: `refused, nothing changed: ${reloaded.reason}`, took: false };
    case 'reloaded': {
      const { atStart } = reloaded;
      const rest = atStart.length === 0 ? '' : `; needs a restart for ${atStart.join(', ')}`;
      return { line: `reloaded${rest}`, took: true };
    }
  }
};

/** `daybook reload`. */
export const reloadCommand: Command<Surroundings> = {
  name: 'reload',
  summary: 'have the running servers read their configuration again',
  operands: [],
  options: [],
  details:
    'Every server on the same database reads the file that it was started with, and says what came of it, a\nline each. One that cannot be used changes nothing. No connection is dropped. SIGHUP does the same for\none server. Exit status 0: all took it; 1: one did not, or none runs.',
  async run(given, surroundings) {
    const daybook = await surroundings.open(given);
    try {
      const answers = await daybook.nodes.ask(RELOAD, PATIENCE);
      const verdicts = answers.map(({ node, text }) => ({ node, ...verdict(text) }));
      for (const { node, line, took } of verdicts)
        if (took) surroundings.print(`${node}: ${line}`);
        else surroundings.complain(`${node}: ${line}`);
      if (verdicts.length === 0) surroundings.complain('no server runs on this database');
      return verdicts.length > 0 && verdicts.every(({ took }) => took) ? 0 : 1;
    } finally {
      await daybook.close();
    }
  },
};
