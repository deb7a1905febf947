import { type Matcher, matcherOf, type TextMatch } from '../collection/collation.ts';
import { type ContentLine, parametersOf } from '../icalendar/content-lines.ts';
import { cardLines, valuesOf } from './card.ts';

/** How several conditions are combined (RFC 6352 §10.5). */
export type Test = 'anyof' | 'allof';

/** `CARDDAV:filter` (RFC 6352 §10.5). Without conditions it lets everything through. */
export interface CardFilter {
  readonly test: Test;
  readonly properties: readonly PropertyFilter[];
}

/** `CARDDAV:prop-filter` (§10.5.1). */
export interface PropertyFilter {
  /** Upper case. */
  readonly name: string;
  /** In lower case; `undefined` fits every group (§10.4.2). */
  readonly group: string | undefined;
  /** Without conditions the property just has to be there. */
  readonly rule:
    | 'is-not-defined'
    | {
        readonly test: Test;
        readonly texts: readonly TextMatch[];
        readonly parameters: readonly ParameterFilter[];
      };
}

/** `CARDDAV:param-filter` (§10.5.2). */
export interface ParameterFilter {
  /** Upper case. */
  readonly name: string;
  readonly rule: 'is-not-defined' | 'is-defined' | TextMatch;
}

/**
 * Makes a filter ready for many cards. A property filter is met by one property that meets its
 * conditions alone; where a value has parts, a text is compared with the whole and with each of them.
 */
export const cardMatcher = ({ test, properties }: CardFilter): ((card: string) => boolean) => {
  if (properties.length === 0) return () => true;
  const wanted = properties.map(propertyMatcher);
  return (card) => {
    const lines = cardLines(card);
    return combined(test, wanted, (matches) => matches(lines));
  };
};

const combined = <Item>(
  test: Test,
  items: readonly Item[],
  holds: (item: Item) => boolean,
): boolean => (test === 'anyof' ? items.some(holds) : items.every(holds));

const propertyMatcher = ({
  name,
  group,
  rule,
}: PropertyFilter): ((lines: readonly ContentLine[]) => boolean) => {
  const isMeant = (line: ContentLine): boolean =>
    line.name === name && (group === undefined || line.group.toLowerCase() === group);
  if (rule === 'is-not-defined') return (lines) => !lines.some(isMeant);
  const conditions = [...rule.texts.map(textMatcher), ...rule.parameters.map(parameterMatcher)];
  if (conditions.length === 0) return (lines) => lines.some(isMeant);
  return (lines) =>
    lines.some(
      (line) => isMeant(line) && combined(rule.test, conditions, (matches) => matches(line)),
    );
};

type LineMatcher = (line: ContentLine) => boolean;

/** Negated, none of the texts may match. */
const anyText = (match: TextMatch): ((texts: readonly string[]) => boolean) => {
  const matches: Matcher = matcherOf({ ...match, negate: false });
  return (texts) => texts.some(matches) !== match.negate;
};

const textMatcher = (match: TextMatch): LineMatcher => {
  const matches = anyText(match);
  return (line) => matches(valuesOf(line));
};

const parameterMatcher = ({ name, rule }: ParameterFilter): LineMatcher => {
  const valuesIn = (line: ContentLine): readonly string[] | undefined => {
    const found = parametersOf(line.parameters).filter((parameter) => parameter.name === name);
    return found.length === 0 ? undefined : found.flatMap(({ values }) => values);
  };
  if (rule === 'is-not-defined') return (line) => valuesIn(line) === undefined;
  if (rule === 'is-defined') return (line) => valuesIn(line) !== undefined;
  const matches = anyText(rule);
  return (line) => {
    const values = valuesIn(line);
    return values !== undefined && matches(values);
  };
};
