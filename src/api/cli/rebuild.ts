import { rebuild } from '../../projections/runtime/rebuild.ts';
import { type Command, UsageError } from './command.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Surroundings } from './surroundings.ts';

const EVERY = 500;

/** `daybook rebuild`. */
export const rebuildCommand: Command<Surroundings> = {
  name: 'rebuild',
  summary: 'make the projections anew from the log',
  operands: ['[PROJECTION]'],
  options: [],
  details: `PROJECTION is collection, home or account; all of them when absent. New tables are filled beside
the old ones, which are served meanwhile, and take their place when they have caught up. Works while
the server runs; interrupted, it has changed nothing and can be run again.`,
  async run(given, surroundings) {
    const { print, signal } = surroundings;
    const daybook = await surroundings.open(given);
    try {
      const [wanted] = given.operands;
      const { store, codec, projections, report } = daybook;
      const chosen = projections.filter(({ name }) => wanted === undefined || name === wanted);
      if (wanted !== undefined && chosen.length === 0) {
        const names = projections.map(({ name }) => name);
        const meant = nearest(wanted, names);
        throw new UsageError(
          `there is no projection '${wanted}'; ${meant === undefined ? `there are ${names.join(', ')}` : `did you mean ${meant}?`}`,
        );
      }
      for (const projection of chosen) {
        let told = performance.now();
        const started = told;
        const onProgress = (done: number): void => {
          if (performance.now() - told < EVERY) return;
          told = performance.now();
          print(`${projection.name}: ${done} events so far`);
        };
        const { events } = await rebuild({ projection, store, codec, report, signal, onProgress });
        const seconds = ((performance.now() - started) / 1000).toFixed(1);
        print(`${projection.name}: rebuilt from ${events} events in ${seconds} s`);
      }
      return 0;
    } finally {
      await daybook.close();
    }
  },
};
