import { type MatchType, matcherOf } from '../collection/collation.ts';

/**
 * Which entries of a directory are wanted. How texts compare is the directory's own affair: mostly without
 * regard to case. `all` of nothing is everything, `any` of nothing is nothing.
 */
export type EntryCondition =
  | { readonly all: readonly EntryCondition[] }
  | { readonly any: readonly EntryCondition[] }
  /** Whether the field has a value. */
  | { readonly field: EntryField }
  | { readonly field: EntryField; readonly match: MatchType; readonly text: string }
  | { readonly kind: 'individual' | 'group' | 'location' | 'thing' };

/** A contact field of the guide in small letters, or `id` or `login`, as `DirectoryEntry` has them. */
export type EntryField = string;

export const EVERYTHING: EntryCondition = { all: [] };
export const NOTHING: EntryCondition = { any: [] };

export const isEverything = (condition: EntryCondition): boolean =>
  'all' in condition && condition.all.length === 0;
export const isNothing = (condition: EntryCondition): boolean =>
  'any' in condition && condition.any.length === 0;

/** Characters that the texts of a condition may have together, each part counted as forty more. */
const LONGEST = 10_000;

/** Whether a condition is longer than anybody means it: a directory reads so much of a question and no more. */
export const isTooLong = (condition: EntryCondition): boolean => weightOf(condition) > LONGEST;

const weightOf = (condition: EntryCondition): number => {
  const parts = 'all' in condition ? condition.all : 'any' in condition ? condition.any : undefined;
  if (parts !== undefined) return parts.reduce((sum, part) => sum + weightOf(part), 0);
  return 40 + ('match' in condition ? condition.text.length : 0);
};

/** All of them; without those that say nothing. */
export const every = (conditions: readonly EntryCondition[]): EntryCondition => {
  if (conditions.some(isNothing)) return NOTHING;
  const [first, ...others] = conditions.filter((condition) => !isEverything(condition));
  if (first === undefined) return EVERYTHING;
  return others.length === 0 ? first : { all: [first, ...others] };
};

/** One of them at least. */
export const some = (conditions: readonly EntryCondition[]): EntryCondition => {
  if (conditions.some(isEverything)) return EVERYTHING;
  const [first, ...others] = conditions.filter((condition) => !isNothing(condition));
  if (first === undefined) return NOTHING;
  return others.length === 0 ? first : { any: [first, ...others] };
};

/** What an entry has of what conditions ask. */
export interface Judged {
  readonly id: string;
  readonly login: string | undefined;
  readonly displayName: string;
  readonly mails: readonly string[];
  readonly kind: string;
  readonly contact: ReadonlyMap<string, string>;
}

const valuesOf = (entry: Judged, field: EntryField): readonly string[] => {
  const own = entry.contact.get(field);
  const more = {
    id: [entry.id],
    login: entry.login === undefined ? [] : [entry.login],
    cn: [entry.displayName],
    mail: entry.mails,
  };
  const values = Object.hasOwn(more, field) ? more[field as keyof typeof more] : [];
  return [...values, ...(own === undefined ? [] : [own])].filter((value) => value !== '');
};

/** Judges an entry here, without regard to case. */
export const meets = (condition: EntryCondition, entry: Judged): boolean => {
  if ('all' in condition) return condition.all.every((each) => meets(each, entry));
  if ('any' in condition) return condition.any.some((each) => meets(each, entry));
  if ('kind' in condition) return condition.kind === entry.kind;
  const values = valuesOf(entry, condition.field);
  if (!('match' in condition)) return values.length > 0;
  const { match: type, text } = condition;
  const matches = matcherOf({ type, text, collation: 'i;unicode-casemap', negate: false });
  return values.some((value) => matches(value.trim()));
};
