import type { Classes } from '../rights/access.ts';
import { type Classification, classifications } from '../rights/roles.ts';
import { CALENDAR_LIMITS } from './calendar-limits.ts';
import { scanContentLines } from './content-lines.ts';

/** What a CLASS says (RFC 5545 §3.8.1.3): PRIVATE where its value is not known. */
const classificationOf = (value: string): Classification => {
  const wanted = value.trim().toUpperCase();
  return classifications.find((one) => one === wanted) ?? 'PRIVATE';
};

/** Whether a text might have a CLASS anywhere, however its lines are folded. */
const mayHaveClass = (text: string): boolean =>
  /CLASS/i.test(
    text.includes('\n ') || text.includes('\n\t') ? text.replaceAll(/\r?\n[ \t]/g, '') : text,
  );

const DIALECT = { groups: false, bareParameters: false, lines: CALENDAR_LIMITS.lines };

/**
 * The classifications of a calendar object's components: PUBLIC for one without CLASS. Empty for a text
 * that cannot be read.
 */
export const classesIn = (text: string): Classes => {
  if (!mayHaveClass(text)) return ['PUBLIC'];
  const found = new Set<Classification>();
  const open: string[] = [];
  let said = false;
  const wrong = scanContentLines(text, DIALECT, ({ name, value }) => {
    if (name === 'BEGIN') {
      open.push(value.trimEnd().toUpperCase());
      if (open.length === 2) said = false;
    } else if (name === 'END') {
      if (open.length === 2 && open[1] !== 'VTIMEZONE' && !said) found.add('PUBLIC');
      open.pop();
    } else if (name === 'CLASS' && open.length === 2 && open[1] !== 'VTIMEZONE') {
      said = true;
      found.add(classificationOf(value));
    }
    return undefined;
  });
  return wrong === undefined ? classifications.filter((one) => found.has(one)) : [];
};
