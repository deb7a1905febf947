import type { PasswordRefusal } from './directory.ts';

/** What a new password has to have. */
export type PasswordRule =
  | { readonly of: keyof typeof kinds; readonly least: number }
  | { readonly pattern: RegExp };

/** Characters that are counted, by kind. */
const kinds = {
  any: /./gsu,
  lower: /\p{Ll}/gu,
  upper: /\p{Lu}/gu,
  digit: /\p{Nd}/gu,
  symbol: /[^\p{L}\p{N}\s]/gu,
} as const;

/** Why the rules don't let somebody have this password; `undefined` when they do. */
export const refusedBy = (
  rules: readonly PasswordRule[],
  password: string,
): Extract<PasswordRefusal, 'too-short' | 'too-weak'> | undefined => {
  const broken = rules.filter((rule) =>
    'pattern' in rule
      ? !rule.pattern.test(password)
      : (password.match(kinds[rule.of]) ?? []).length < rule.least,
  );
  if (broken.length === 0) return undefined;
  return broken.some((rule) => 'of' in rule && rule.of === 'any') ? 'too-short' : 'too-weak';
};
