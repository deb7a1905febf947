import { comparisonsOf } from '../../projections/verify/comparisons.ts';
import type { Finding } from '../../projections/verify/finding.ts';
import { verify } from '../../projections/verify/verify.ts';
import { type Command, flag } from './command.ts';
import type { Surroundings } from './surroundings.ts';

const EVERY = 1000;

const sentence = ({ projection, stream, problem, of, name, columns, applied }: Finding): string =>
  [
    `${projection} ${stream}: ${of}`,
    name,
    problem,
    columns === undefined ? undefined : `in ${columns.join(', ')}`,
    applied === undefined ? undefined : `at revision ${String(applied)}`,
  ]
    .filter((part) => part !== undefined)
    .join(' ');

/** `daybook verify`. */
export const verifyCommand: Command<Surroundings> = {
  name: 'verify',
  summary: 'fold the log and compare it with what is served',
  operands: [],
  options: [{ name: 'json', summary: 'a JSON object for each difference' }],
  details: `Prints each difference, never contents, and exits with 1; or says that there is no difference and
exits with 0. \`daybook rebuild\` mends differences: the log is right. Works while the server runs.
Large bodies that no event refers to, left of requests that met a fault a day ago or more, are counted: no difference.`,
  async run(given, surroundings) {
    const { print } = surroundings;
    const daybook = await surroundings.open(given);
    const json = flag(given, 'json');
    try {
      const { store, codec, audits } = daybook;
      let told = performance.now();
      let looked = 0;
      const onProgress = (done: number, total: number): void => {
        looked = done;
        if (json || performance.now() - told < EVERY) return;
        told = performance.now();
        print(`${done} of ${total} streams so far`);
      };
      let found = 0;
      const compared = comparisonsOf(audits);
      for await (const finding of verify({ store, codec, comparisons: compared, onProgress })) {
        found += 1;
        print(
          json
            ? JSON.stringify(finding, (_key, value: unknown) =>
                typeof value === 'bigint' ? Number(value) : value,
              )
            : sentence(finding),
        );
      }
      const strays = await daybook.strayBlobs(surroundings.signal);
      if (json && strays > 0) print(JSON.stringify({ strayBlobs: strays }));
      if (!json && strays > 0)
        print(`${strays} large bodies that no event refers to; a running server removes them`);
      if (!json)
        print(
          `${looked} streams: ${found === 0 ? 'no difference' : `${found} difference${found === 1 ? '' : 's'}`}`,
        );
      return found === 0 ? 0 : 1;
    } finally {
      await daybook.close();
    }
  },
};
