import { rows } from './parts/comparison.mjs';
import {
  BESIDE_PINGS_MS,
  EMPTY_SYNC_MS,
  FIRST_SYNC_MIB,
  FIRST_SYNC_MS,
  PING_KIB,
  SYNC_FLAT,
} from './parts/activesync.mjs';
import { BUSY_MS, DUE_MS } from './parts/busy.mjs';
import { FEW_MS, MANY_MS } from './parts/scheduling.mjs';
import { FIRST_BYTE_MS, FLAT, REBUILD_SECONDS, STREAMED_MIB } from './parts/growth.mjs';
import { HOME_MS, NOTHING_NEW_MS } from './parts/sharing.mjs';

const shown = (/** @type {number} */ value, unit = ' ms') => {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${unit}`;
};

const times = (/** @type {number} */ factor) =>
  `× ${factor >= 10 ? factor.toFixed(0) : factor.toFixed(1)}`;

/** How many times better than the other; more per second is better, more ms is worse. */
const advantage = ({ unit }, ours, theirs) => (unit === '/s' ? ours / theirs : theirs / ours);

const verdict = (/** @type {boolean} */ reached) => (reached ? 'reached' : '**missed**');

/** The size that targets are about: 5,000, or the largest there is. */
const judgedOf = (/** @type {readonly number[]} */ sizes) =>
  sizes.includes(5000) ? 5000 : Math.max(...sizes);

/** One table for each size. */
const compared = (results) => {
  const sizes = [...results[0].sizes.keys()];
  const others = results.slice(1);
  return sizes.map((size) => {
    const own = results[0].sizes.get(size);
    const judged = size === judgedOf(sizes);
    const head = [
      '',
      ...results.map(({ name }) => name),
      ...others.map(({ name }) => `beside ${name}`),
    ];
    if (judged) head.push('target', '');
    const lines = Object.entries(rows).map(([key, row]) => {
      const mine = own[key];
      const cells = [row.title];
      for (const { sizes: figures } of results) {
        const value = figures.get(size)[key];
        cells.push(value === undefined ? 'not served yet' : shown(value, row.unit));
      }
      for (const { sizes: figures } of others) {
        const theirs = figures.get(size)[key];
        cells.push(
          mine === undefined || theirs === undefined || key === 'memory'
            ? ''
            : times(advantage(row, mine, theirs)),
        );
      }
      if (judged) {
        const sogo = others.find(({ name }) => name === 'SOGo')?.sizes.get(size)[key];
        if (row.limit !== undefined)
          cells.push(`below ${row.limit} MiB`, verdict(mine < row.limit));
        else if (mine === undefined || sogo === undefined) cells.push(`× ${row.target}`, '');
        else cells.push(`× ${row.target}`, verdict(advantage(row, mine, sogo) >= row.target));
      }
      return cells;
    });
    return { title: `${size.toLocaleString('en')} events`, head, lines };
  });
};

const grown = ({ small, large, rate, flat, listing, rebuild, memory }) => {
  const lines = [
    [`storing ${large.toLocaleString('en')} objects, eight clients`, shown(rate, '/s'), '', ''],
  ];
  if (flat !== undefined) {
    const [few, many] = flat;
    for (const [key, title] of [
      ['put', 'PUT'],
      ['nothingNew', 'sync-collection, nothing new'],
      ['oneChange', 'sync-collection, one change'],
    ]) {
      const ratio = many[key] / few[key];
      lines.push([
        `${title}: ${small.toLocaleString('en')} and ${large.toLocaleString('en')} objects`,
        `${shown(few[key])}, ${shown(many[key])}: × ${ratio.toFixed(2)}`,
        `× ${FLAT}`,
        verdict(ratio <= FLAT),
      ]);
    }
  }
  if (listing !== undefined)
    lines.push(
      [
        `PROPFIND of ${large.toLocaleString('en')}: first octet`,
        shown(listing.firstByte),
        `${FIRST_BYTE_MS} ms`,
        verdict(listing.firstByte < FIRST_BYTE_MS),
      ],
      [`PROPFIND of ${large.toLocaleString('en')}: whole`, shown(listing.total), '', ''],
      [
        'growth of the server’s memory meanwhile',
        shown(listing.grown, ' MiB'),
        `${STREAMED_MIB} MiB`,
        verdict(listing.grown < STREAMED_MIB),
      ],
    );
  if (rebuild !== undefined)
    lines.push(
      [
        `rebuild of ${rebuild.events.toLocaleString('en')} events beside the server`,
        shown(rebuild.seconds, ' s'),
        `${REBUILD_SECONDS} s`,
        verdict(rebuild.seconds < REBUILD_SECONDS),
      ],
      ['memory of all processes after it', shown(memory, ' MiB'), '', ''],
    );
  return { title: 'Growth', head: ['', 'measured', 'at most', ''], lines };
};

const shared = ({ collections, objects, home, nothingNew }) => ({
  title: `Subscribed to ${collections} calendars of ${objects.toLocaleString('en')} events`,
  head: ['', 'measured', 'at most', ''],
  lines: [
    ['PROPFIND, Depth: 1 of the home', shown(home), `${HOME_MS} ms`, verdict(home < HOME_MS)],
    [
      'the same, getctag and sync-token: nothing new in any',
      shown(nothingNew),
      `${NOTHING_NEW_MS} ms`,
      verdict(nothingNew < NOTHING_NEW_MS),
    ],
  ],
});

const told = ({ people, events, alarms, first, p50, due }) => ({
  title: 'Free and busy times, reminders',
  head: ['', 'measured', 'at most', ''],
  lines: [
    [
      `when ${people} people with ${events.toLocaleString('en')} events each are busy in two weeks`,
      shown(p50),
      `${BUSY_MS} ms`,
      verdict(p50 < BUSY_MS),
    ],
    ['the same, asked for the first time', shown(first), '', ''],
    [
      `finding and settling what is due of ${alarms.toLocaleString('en')} alarms`,
      shown(due),
      `${DUE_MS} ms`,
      verdict(due < DUE_MS),
    ],
  ],
});

const invited = ({ few, many, first, put, change, large }) => ({
  title: 'Scheduling',
  head: ['', 'measured', 'at most', ''],
  lines: [
    [
      `PUT of a new event with ${few} people here, all served`,
      shown(put),
      `${FEW_MS} ms`,
      verdict(put < FEW_MS),
    ],
    [`PUT of a change of it`, shown(change), `${FEW_MS} ms`, verdict(change < FEW_MS)],
    [
      `PUT of a new event with ${many} people here, all served`,
      shown(large),
      `${MANY_MS} ms`,
      verdict(large < MANY_MS),
    ],
    ['the same, for the first time', shown(first), '', ''],
  ],
});

const devices = ({ sizes, waiting }) => {
  const [small, usual, large] = sizes;
  const { pings, each, beside, wake } = waiting;
  const ratio = large.change / small.change;
  const count = (/** @type {number} */ number) => number.toLocaleString('en');
  return {
    title: 'ActiveSync',
    head: ['', 'measured', 'at most', ''],
    lines: [
      [
        `first synchronization of ${count(usual.events)} events, 512 at a time`,
        shown(usual.first),
        `${FIRST_SYNC_MS} ms`,
        verdict(usual.first < FIRST_SYNC_MS),
      ],
      [
        'memory more after it',
        shown(usual.grown, ' MiB'),
        `${FIRST_SYNC_MIB} MiB`,
        verdict(usual.grown < FIRST_SYNC_MIB),
      ],
      [
        `Sync, nothing new in ${count(usual.events)} events`,
        shown(usual.empty),
        `${EMPTY_SYNC_MS} ms`,
        verdict(usual.empty < EMPTY_SYNC_MS),
      ],
      [
        `Sync, one change in ${count(small.events)} and in ${count(large.events)} events`,
        `${shown(small.change)}, ${shown(large.change)}: × ${ratio.toFixed(2)}`,
        `× ${SYNC_FLAT}`,
        verdict(ratio < SYNC_FLAT),
      ],
      [
        `${count(pings)} devices that wait, each`,
        shown(each, ' KiB'),
        `${PING_KIB} KiB`,
        verdict(each < PING_KIB),
      ],
      [
        'PUT beside them, 99 of 100',
        shown(beside),
        `${BESIDE_PINGS_MS} ms`,
        verdict(beside < BESIDE_PINGS_MS),
      ],
      ['from a PUT to the answer of 100 devices of one person, 99 of 100', shown(wake.p99), '', ''],
    ],
  };
};

/** Everything that was measured, as tables of words. */
export const tablesOf = ({
  comparison,
  growth,
  shared: ofShared,
  scheduling,
  busy,
  activesync,
}) => [
  ...(comparison === undefined || comparison.length === 0 ? [] : compared(comparison)),
  ...(growth === undefined ? [] : [grown(growth)]),
  ...(ofShared === undefined ? [] : [shared(ofShared)]),
  ...(activesync === undefined ? [] : [devices(activesync)]),
  ...(scheduling === undefined ? [] : [invited(scheduling)]),
  ...(busy === undefined ? [] : [told(busy)]),
];

/** For a terminal: columns side by side. */
export const asText = ({ title, head, lines }) => {
  const all = [head, ...lines];
  const widths = head.map((_, column) =>
    Math.max(...all.map((cells) => (cells[column] ?? '').length)),
  );
  const row = (cells) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]),
      )
      .join('  ');
  return [title, ...all.map(row)].join('\n').replaceAll('**', '');
};

export const asMarkdown = ({ title, head, lines }) =>
  [
    `### ${title}\n`,
    `| ${head.join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |'),
    `|${head.map((_, column) => (column === 0 ? '---' : '---:')).join('|')}|`,
    ...lines.map((cells) =>
      `| ${cells.join(' | ')} |`.replaceAll('|  |', '| |').replaceAll('|  |', '| |'),
    ),
    '',
  ].join('\n');
