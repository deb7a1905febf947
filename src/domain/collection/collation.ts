/** How texts are compared in a filter (RFC 4790; RFC 4791 §7.5, RFC 6352 §8.3). */
export const collations = ['i;ascii-casemap', 'i;unicode-casemap', 'i;octet'] as const;
export type Collation = (typeof collations)[number];

/** RFC 6352 §10.5.4; RFC 4791 knows `contains` only. */
export const matchTypes = ['equals', 'contains', 'starts-with', 'ends-with'] as const;
export type MatchType = (typeof matchTypes)[number];

export interface TextMatch {
  readonly text: string;
  readonly collation: Collation;
  readonly type: MatchType;
  /** Whether a value has to fail the comparison. */
  readonly negate: boolean;
}

/** Whether a value is what is looked for, as often as asked: the text is prepared once. */
export type Matcher = (value: string) => boolean;

export const matcherOf = ({ text, collation, type, negate }: TextMatch): Matcher => {
  const mapped = maps[collation];
  const wanted = mapped(text);
  const compare = comparisons[type];
  return (value) => compare(mapped(value), wanted) !== negate;
};

const comparisons: Readonly<Record<MatchType, (value: string, wanted: string) => boolean>> = {
  equals: (value, wanted) => value === wanted,
  contains: (value, wanted) => value.includes(wanted),
  'starts-with': (value, wanted) => value.startsWith(wanted),
  'ends-with': (value, wanted) => value.endsWith(wanted),
};

const asciiCase = (value: string): string =>
  value.replaceAll(/[a-z]+/g, (letters) => letters.toUpperCase());

const isAscii = (value: string): boolean => {
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) > 0x7f) return false;
  return true;
};

/**
 * RFC 5051 §2: title case, then compatibility decomposition. Upper case stands for title case, which
 * tells no two texts apart that title case does not but the digraphs U+01C4 to U+01CC; decomposing
 * first as well makes ligatures equal to their letters.
 */
const unicodeCase = (value: string): string =>
  isAscii(value) ? value.toUpperCase() : value.normalize('NFKD').toUpperCase().normalize('NFKD');

const maps: Readonly<Record<Collation, (value: string) => string>> = {
  'i;octet': (value) => value,
  'i;ascii-casemap': asciiCase,
  'i;unicode-casemap': unicodeCase,
};
