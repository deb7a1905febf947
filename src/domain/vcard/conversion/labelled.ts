import { unescapeText } from '../../icalendar/content-lines.ts';
import { escapeText } from '../../icalendar/writing.ts';
import { dateInFour, dateInThree } from './dates.ts';
import { type CardLine, isUri, lineOf, typesOf, valueType, withoutTypes } from './line.ts';

/**
 * Apple's pairs: `item1.X-ABDATE` with `item1.X-ABLabel:_$!<Anniversary>!$_` beside it. vCard 4.0 has
 * properties of their own for some of them.
 */
const LABEL = 'X-ABLABEL';
const ANNIVERSARY = 'anniversary';
const DATE = 'X-ABDATE';
const NAMES = 'X-ABRELATEDNAMES';

/** Apple's words for relations, and RFC 6350 §6.6.6's, which have to mean the very same. */
const relations: ReadonlySet<string> = new Set(['spouse', 'child', 'parent', 'friend']);

const appleLabel = (word: string): string =>
  `_$!<${word.charAt(0).toUpperCase()}${word.slice(1)}>!$_`;

/** The word in Apple's own label; `undefined` for labels of people. */
const wordOf = (label: CardLine | undefined): string | undefined =>
  /^_\$!<(\w+)>!\$_$/.exec(unescapeText(label?.value ?? ''))?.[1]?.toLowerCase();

/** Pairs that mean what vCard 4.0 has a property for become that; all others stay as they are. */
export const labelledInFour = (lines: readonly CardLine[]): readonly CardLine[] => {
  const labels = new Map<string, CardLine>();
  for (const line of lines)
    if (line.name === LABEL && line.group !== '') labels.set(line.group.toLowerCase(), line);
  const used = new Set<CardLine>();
  const converted = lines.map((line): CardLine => {
    if (line.name !== DATE && line.name !== NAMES) return line;
    const label = labels.get(line.group.toLowerCase());
    const word = wordOf(label);
    const known =
      line.name === DATE ? word === ANNIVERSARY : word !== undefined && relations.has(word);
    if (label === undefined || word === undefined || !known) return line;
    used.add(label);
    if (line.name === DATE) return dateInFour({ ...line, group: '', name: 'ANNIVERSARY' });
    const parameters = [
      ...withoutTypes(line.parameters, new Set(typesOf(line.parameters))),
      { name: 'VALUE', values: ['text'] },
      { name: 'TYPE', values: [word] },
    ];
    return { ...line, group: '', name: 'RELATED', parameters };
  });
  return converted.filter((line) => !used.has(line));
};

/** Gives anniversaries and relations that have no other notation in vCard 3.0 as Apple's pairs, too. */
export const labelledInThree = (lines: readonly CardLine[]): readonly CardLine[] => {
  let items = lines.reduce(
    (most, { group }) => Math.max(most, Number(/^item(\d{1,9})$/i.exec(group)?.[1] ?? 0)),
    0,
  );
  const pair = (line: CardLine, word: string): readonly CardLine[] => {
    items += 1;
    const group = `item${items}`;
    return [
      { ...line, group },
      { ...lineOf('X-ABLabel', escapeText(appleLabel(word))), group },
    ];
  };
  return lines.flatMap((line): readonly CardLine[] => {
    if (line.name === 'ANNIVERSARY' && valueType(line) !== 'text') {
      const date = dateInThree(line);
      return [{ ...date, name: 'X-ANNIVERSARY' }, ...pair({ ...date, name: DATE }, ANNIVERSARY)];
    }
    const relation = typesOf(line.parameters).find((type) => relations.has(type));
    if (line.name === 'RELATED' && relation !== undefined && isName(line))
      return pair(lineOf(NAMES, line.value), relation);
    return [line];
  });
};

const isName = (line: CardLine): boolean => valueType(line) === 'text' && !isUri(line.value);
