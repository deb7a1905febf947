import { unescapeText } from '../../icalendar/content-lines.ts';
import { escapeText } from '../../icalendar/writing.ts';
import { type CardLine, firstOf, isGiven, lineOf, typesOf, without } from './line.ts';

/** TYPE values of addresses that RFC 6350 appendix A.2 took away. */
export const addressTypes: ReadonlySet<string> = new Set(['dom', 'intl', 'postal', 'parcel']);

const placesOf = ({ parameters }: CardLine): string =>
  typesOf(parameters)
    .filter((type) => !addressTypes.has(type) && type !== 'pref')
    .toSorted()
    .join();

/**
 * RFC 2426 §3.2.2's LABEL properties as parameters of the addresses they belong to (RFC 6350 §6.3.1): that
 * of their group, else the first of their types. A label without address gets an empty one.
 */
export const labelsInFour = (lines: readonly CardLine[]): readonly CardLine[] => {
  const labels = lines.filter(({ name }) => name === 'LABEL');
  if (labels.length === 0) return lines;
  const free = lines.filter(
    ({ name, parameters }) => name === 'ADR' && !isGiven(parameters, 'LABEL'),
  );
  const labelOf = new Map<CardLine, CardLine>();
  const grouped = handingOut(free, ({ group }) => group, labelOf);
  const placed = handingOut(free, placesOf, labelOf);
  const homeless: CardLine[] = [];
  for (const label of labels) {
    let address = label.group === '' ? undefined : grouped(label);
    address ??= placed(label);
    if (address === undefined) {
      address = { ...label, name: 'ADR', value: ';;;;;;' };
      homeless.push(address);
    }
    labelOf.set(address, label);
  }
  return [...lines.filter(({ name }) => name !== 'LABEL'), ...homeless].map((line) => {
    const label = labelOf.get(line);
    if (label === undefined) return line;
    const parameter = { name: 'LABEL', values: [unescapeText(label.value)] };
    return { ...line, parameters: [...line.parameters, parameter] };
  });
};

/** Answers for a line the first of `lines` with the same key that is not taken yet. */
const handingOut = (
  lines: readonly CardLine[],
  keyOf: (line: CardLine) => string,
  taken: ReadonlyMap<CardLine, unknown>,
): ((line: CardLine) => CardLine | undefined) => {
  const queues = new Map<string, { readonly lines: CardLine[]; next: number }>();
  for (const line of lines) {
    const queue = queues.get(keyOf(line)) ?? { lines: [], next: 0 };
    queue.lines.push(line);
    queues.set(keyOf(line), queue);
  }
  return (wanted) => {
    const queue = queues.get(keyOf(wanted));
    // Whoever was passed over once is taken for ever: no line is looked at twice.
    for (; queue !== undefined && queue.next < queue.lines.length; queue.next += 1) {
      const line = queue.lines[queue.next];
      if (line !== undefined && !taken.has(line)) return line;
    }
    return undefined;
  };
};

/** The other way: a LABEL property of the address's types behind it. */
export const labelsInThree = (lines: readonly CardLine[]): readonly CardLine[] =>
  lines.flatMap((line) => {
    const label = line.name === 'ADR' ? firstOf(line.parameters, 'LABEL') : undefined;
    if (label === undefined) return [line];
    const parameters = without(line.parameters, 'LABEL');
    const types = parameters.filter(({ name }) => name === 'TYPE');
    const property = { ...lineOf('LABEL', escapeText(label), types), group: line.group };
    const empty = /^[;\s]*$/.test(line.value);
    return empty ? [property] : [{ ...line, parameters }, property];
  });
