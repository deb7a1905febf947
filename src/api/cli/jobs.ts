import { type JobState, jobStates } from '../../domain/kernel/jobs.ts';
import { type Command, type Given, text, UsageError } from './command.ts';
import type { Surroundings } from './surroundings.ts';

const stateOf = (given: Given): JobState => {
  const wanted = text(given, 'state') ?? 'waiting';
  const state = jobStates.find((one) => one === wanted);
  if (state === undefined) throw new UsageError(`'${wanted}' is none of ${jobStates.join(', ')}`);
  return state;
};

/** `daybook jobs …`: what the server is to do at a time. */
export const jobCommands: readonly Command<Surroundings>[] = [
  {
    name: 'jobs list',
    summary: 'print what the server is to do later, or could not do, as JSON lines',
    operands: [],
    options: [{ name: 'state', value: 'STATE', summary: `${jobStates.join(', ')} (waiting)` }],
    details: 'A thousand at most, those first that are due first.',
    async run(given, { open, print }) {
      const daybook = await open(given);
      try {
        for (const standing of await daybook.jobs.list(stateOf(given)))
          print(JSON.stringify(standing));
        return 0;
      } finally {
        await daybook.close();
      }
    },
  },
  {
    name: 'jobs retry',
    summary: 'do now what failed, or waits for another try',
    operands: [],
    options: [],
    async run(given, { open, print }) {
      const daybook = await open(given);
      try {
        print(`${await daybook.jobs.retry()} to be tried now`);
        return 0;
      } finally {
        await daybook.close();
      }
    },
  },
];
