import type { PasswordRule } from '../../domain/account/password-rules.ts';
import { anyDictionary, list } from './compound-types.ts';
import { dictionariesOf, text } from './read-values.ts';
import type { Dictionary, Value, ValueType } from './value-type.ts';

/** SOGo's labels of rules that count characters. */
const counting = new Map([
  ['POLICY_MIN_LENGTH', 'any'],
  ['POLICY_MIN_LOWERCASE_LETTER', 'lower'],
  ['POLICY_MIN_UPPERCASE_LETTER', 'upper'],
  ['POLICY_MIN_DIGIT', 'digit'],
  ['POLICY_MIN_SPECIAL_SYMBOLS', 'symbol'],
] as const);

const labels: ReadonlyMap<string, 'any' | 'lower' | 'upper' | 'digit' | 'symbol'> = counting;

const patternOf = (expression: string): RegExp | undefined => {
  try {
    return new RegExp(expression, 'u');
  } catch {
    return undefined;
  }
};

/** One rule: `{ label = POLICY_MIN_…; value = 2; }` or `{ label = …; regex = "…"; }`. */
const ruleOf = (rule: Dictionary): PasswordRule | undefined => {
  const expression = text(rule.get('regex'));
  if (expression !== undefined) {
    const pattern = patternOf(expression);
    return pattern && { pattern };
  }
  const of = labels.get(text(rule.get('label')) ?? '');
  const value = text(rule.get('value')) ?? '';
  return of === undefined || !/^\d{1,3}$/.test(value) ? undefined : { of, least: Number(value) };
};

const expected = `{ label = ${[...labels.keys()].join(' or ')}; value = 2; } or { label = "what it asks for"; regex = "…"; }`;

/** userPasswordPolicy of an SQL source; `passwordRulesOf` tells what it says. */
export const passwordRules: ValueType<readonly Dictionary[]> = list({
  name: 'password rule',
  expected,
  secret: false,
  read(node, reading) {
    const rule = anyDictionary.read(node, reading);
    return rule === undefined || ruleOf(rule) !== undefined ? rule : reading.wrong(node, expected);
  },
});

export const passwordRulesOf = (value: Value | undefined): readonly PasswordRule[] =>
  dictionariesOf(value)
    .map(ruleOf)
    .filter((rule) => rule !== undefined);
