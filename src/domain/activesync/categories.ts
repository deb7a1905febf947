import type { Data } from './data.ts';
import { cleanLine, inside, textOf } from './elements.ts';
import type { Lines } from './properties.ts';
import { line, withLine } from './properties.ts';
import { escapeText } from '../icalendar/writing.ts';
import { partsOf } from '../vcard/card.ts';

/** How many categories an item has on the wire, and of how many characters each (MS-ASCAL 2.2.2.11). */
const LIMITS = { count: 300, length: 255 } as const;

/** The categories that are told of: those that fit. */
const shownIn = (lines: Lines): readonly string[] => {
  const all = lines
    .filter(({ name }) => name === 'CATEGORIES')
    .flatMap(({ value }) => partsOf(value, /,/))
    .map((one) => one.trim());
  return [...new Set(all)].filter(isShown).slice(0, LIMITS.count);
};

const isShown = (category: string): boolean =>
  category !== '' && category.length <= LIMITS.length && !/[\r\n]/.test(category);

export const readCategories = (lines: Lines, page: string): Data => {
  const shown = shownIn(lines);
  if (shown.length === 0) return [];
  return [
    {
      tag: `${page}:Categories`,
      value: shown.map((value) => ({ tag: `${page}:Category`, value })),
    },
  ];
};

/** CATEGORIES as a client has them; those that it was not told of stay. */
export const writeCategories = (lines: Lines, data: Data, page: string): Lines => {
  const said = inside(data, `${page}:Categories`)
    .filter(({ tag }) => tag === `${page}:Category`)
    .map((one) => cleanLine(textOf(one)).trim().slice(0, LIMITS.length))
    .filter((one) => one !== '')
    .slice(0, LIMITS.count);
  const told = new Set(shownIn(lines));
  const hidden = lines
    .filter(({ name }) => name === 'CATEGORIES')
    .flatMap(({ value }) => partsOf(value, /,/))
    .filter((one) => one.trim() !== '' && !told.has(one.trim()));
  const all = [...new Set([...said, ...hidden])];
  return withLine(
    lines,
    'CATEGORIES',
    all.length === 0 ? undefined : line('CATEGORIES', all.map(escapeText).join(',')),
  );
};
