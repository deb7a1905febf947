import { parseArgs } from 'node:util';
import { rivals } from './parts/comparison.mjs';

/** What can be measured, in this order. */
const parts = {
  compare: 'the ways of clients, beside SOGo and Radicale, with 1,000 and 5,000 events',
  flat: 'PUT and synchronizing in a small and in a large collection, in turns',
  listing: 'a listing of 50,000 objects: first octet, whole, memory',
  sharing: 'the home of somebody who is subscribed to 200 calendars of 1,000 events',
  rebuild: 'making the projections of 100,000 events anew',
  scheduling: 'storing an event to which 20 people here are invited, and 500',
  activesync: 'devices that synchronize 1,000, 5,000 and 50,000 events, and 10,000 that wait',
  busy: 'when 200 people with 2,000 events each are busy, and finding due reminders among 100,000',
};

const help = `Usage: npm run bench -- [OPTIONS]

Measures Daybook over HTTP, beside other servers that it starts itself, and prints tables.

  --only PART,…      ${Object.keys(parts).join(', ')}; all of them without it
  --against NAME,…   ${rivals.join(', ')}, or none; those that are installed without it
  --sizes N,…        events in the compared calendars; 1000,5000 without it
  --quick            small sizes and short times: whether it works, not how quick it is
  --write FILE       puts the tables into a Markdown file, between its marks
  --help             this

${Object.entries(parts)
  .map(([name, what]) => `  ${name.padEnd(10)} ${what}`)
  .join('\n')}

For SOGo and Radicale: apt-get install sogo memcached postgresql radicale
`;

class Unusable extends Error {}

const chosenFrom = (/** @type {string} */ text, /** @type {readonly string[]} */ known, option) =>
  text.split(',').map((name) => {
    if (!known.includes(name))
      throw new Unusable(`--${option} knows ${known.join(', ')}; not '${name}'`);
    return name;
  });

/** What was asked for; prints help or what is wrong, and ends, where there is nothing to measure. */
export const options = (/** @type {readonly string[]} */ args) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: 'string' },
        against: { type: 'string' },
        sizes: { type: 'string' },
        quick: { type: 'boolean', default: false },
        write: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    const { quick } = values;
    const sizes = (values.sizes ?? (quick ? '200,400' : '1000,5000')).split(',').map(Number);
    if (sizes.some((size) => !Number.isInteger(size) || size < 100))
      throw new Unusable('--sizes takes whole numbers from 100 on');
    return {
      chosen: new Set(
        chosenFrom(values.only ?? Object.keys(parts).join(','), Object.keys(parts), 'only'),
      ),
      against:
        values.against === 'none'
          ? []
          : chosenFrom(values.against ?? rivals.join(','), rivals, 'against'),
      sizes: sizes.toSorted((a, b) => a - b),
      seconds: quick ? 0.5 : 4,
      growth: quick
        ? { small: 200, large: 2000, events: 4000, rounds: 40 }
        : { small: 1000, large: 50_000, events: 100_000, rounds: 300 },
      scheduling: quick ? { few: 5, many: 40 } : { few: 20, many: 500 },
      activesync: quick
        ? { small: 100, events: 200, large: 1000, pings: 100 }
        : { small: 1000, events: 5000, large: 50_000, pings: 10_000 },
      busy: quick
        ? { people: 20, events: 200, alarms: 2000 }
        : { people: 200, events: 2000, alarms: 100_000 },
      sharing: quick ? { collections: 20, objects: 20 } : { collections: 200, objects: 1000 },
      write: values.write,
      quick,
    };
  } catch (error) {
    if (!(error instanceof Unusable) && error?.code?.startsWith('ERR_PARSE_ARGS') !== true)
      throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(2);
  }
};
