/** One component directly in VCALENDAR, as text with its BEGIN and END. */
export interface ComponentText {
  /** Upper case. */
  readonly name: string;
  /** Of a VTIMEZONE, as written; '' for all others. */
  readonly tzid: string;
  /** Lines as they were, each ending in CRLF. */
  readonly text: string;
}

/**
 * The components of a stored calendar object, to be put together with others'. The text was found good
 * before (`readCalendarObject`); nothing is checked here but its lines.
 */
export const componentTexts = (calendar: string): readonly ComponentText[] => {
  const components: ComponentText[] = [];
  let depth = 0;
  let lines: string[] = [];
  let name = '';
  let tzid = '';
  for (const raw of calendar.split(/\r?\n(?![ \t])/)) {
    // Names may be folded too; what is longer than this is no BEGIN, END or TZID to be told apart by.
    const line = raw.length > SHORT ? '' : raw.replaceAll(/\r?\n[ \t]/g, '');
    const [, which = '', component = ''] = /^(BEGIN|END):\s*([\w-]+)\s*$/i.exec(line) ?? [];
    const begins = which.toUpperCase() === 'BEGIN';
    if (begins) {
      depth += 1;
      if (depth === 2) {
        lines = [];
        name = component.toUpperCase();
        tzid = '';
      }
    }
    if (depth >= 2) lines.push(raw.replaceAll(/\r?\n/g, '\r\n'));
    if (depth === 2 && name === 'VTIMEZONE')
      tzid ||= /^TZID(?:;[^:]*)?:(.*)$/i.exec(line)?.[1] ?? '';
    if (which === '' || begins) continue;
    if (depth === 2) components.push({ name, tzid, text: `${lines.join('\r\n')}\r\n` });
    depth -= 1;
  }
  return components;
};

/** Characters of a line, its folds included. */
const SHORT = 1_000;
