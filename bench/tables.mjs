import { rows } from './parts/comparison.mjs';
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

/** Everything that was measured, as tables of words. */
export const tablesOf = ({ comparison, growth, shared: ofShared }) => [
  ...(comparison === undefined || comparison.length === 0 ? [] : compared(comparison)),
  ...(growth === undefined ? [] : [grown(growth)]),
  ...(ofShared === undefined ? [] : [shared(ofShared)]),
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
