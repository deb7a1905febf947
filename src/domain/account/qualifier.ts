/** A condition in the language of SOGo's `filter` (EOQualifier). */
export type Qualifier =
  | { readonly all: readonly Qualifier[] }
  | { readonly any: readonly Qualifier[] }
  | { readonly not: Qualifier }
  /** The value's parts between its `*`; a single part is the whole value. */
  | { readonly attribute: string; readonly parts: readonly string[] };

/** Bounds on what somebody may write. */
const LONGEST = 16_384;
const DEEPEST = 50;

const TOKEN =
  /\s*(?:(?<bracket>[()])|(?<operator><>|!=|==|=)|"(?<double>(?:[^"\\]|\\.)*)"|'(?<single>(?:[^'\\]|\\.)*)'|(?<word>[^\s()=<>!'"]+))/suy;
const ATTRIBUTE = /^[A-Za-z][A-Za-z0-9.;_-]{0,127}$/;

type Token =
  | { readonly kind: 'bracket' | 'operator' | 'word'; readonly text: string }
  | { readonly kind: 'quoted'; readonly text: string };

const tokensOf = (text: string): readonly Token[] | undefined => {
  const tokens: Token[] = [];
  const reading = new RegExp(TOKEN);
  const end = text.trimEnd().length;
  while (reading.lastIndex < end) {
    const found = reading.exec(text)?.groups;
    if (found === undefined) return undefined;
    const { bracket, operator, word, single, double } = found;
    const quoted = single ?? double;
    if (quoted !== undefined)
      tokens.push({ kind: 'quoted', text: quoted.replaceAll(/\\(['"\\])/g, '$1') });
    else if (bracket !== undefined) tokens.push({ kind: 'bracket', text: bracket });
    else if (operator !== undefined) tokens.push({ kind: 'operator', text: operator });
    else tokens.push({ kind: 'word', text: word ?? '' });
  }
  return tokens;
};

/**
 * Reads `attribute = 'value' AND (attribute <> 'val*' OR NOT …)`. AND binds tighter than OR; quotes may be
 * left out. `undefined` for what is no such condition.
 */
export const parseQualifier = (text: string): Qualifier | undefined => {
  const tokens = text.length > LONGEST ? undefined : tokensOf(text);
  if (tokens === undefined) return undefined;
  let next = 0;

  const takes = (kind: Token['kind'], wanted: string): boolean => {
    const token = tokens[next];
    const taken = token?.kind === kind && token.text.toUpperCase() === wanted;
    if (taken) next += 1;
    return taken;
  };

  const chain = (
    joint: 'AND' | 'OR',
    part: () => Qualifier | undefined,
  ): readonly Qualifier[] | undefined => {
    const parts: Qualifier[] = [];
    do {
      const read = part();
      if (read === undefined) return undefined;
      parts.push(read);
    } while (takes('word', joint));
    return parts;
  };

  const comparison = (): Qualifier | undefined => {
    const [attribute, operator, value] = tokens.slice(next, next + 3);
    if (attribute?.kind !== 'word' || !ATTRIBUTE.test(attribute.text)) return undefined;
    if (operator?.kind !== 'operator') return undefined;
    if (value?.kind !== 'word' && value?.kind !== 'quoted') return undefined;
    next += 3;
    const equal = { attribute: attribute.text, parts: value.text.split(/\*+/) };
    return operator.text === '=' || operator.text === '==' ? equal : { not: equal };
  };

  const term = (depth: number): Qualifier | undefined => {
    if (depth > DEEPEST) return undefined;
    if (takes('word', 'NOT')) {
      const read = term(depth + 1);
      return read && { not: read };
    }
    if (!takes('bracket', '(')) return comparison();
    const read = either(depth + 1);
    return takes('bracket', ')') ? read : undefined;
  };
  const both = (depth: number): Qualifier | undefined => {
    const all = chain('AND', () => term(depth));
    return all?.length === 1 ? all[0] : all && { all };
  };
  const either = (depth: number): Qualifier | undefined => {
    const any = chain('OR', () => both(depth));
    return any?.length === 1 ? any[0] : any && { any };
  };

  const read = either(0);
  return next === tokens.length ? read : undefined;
};
