import { contactFields } from '../account/contact-fields.ts';
import {
  type EntryCondition,
  EVERYTHING,
  every,
  NOTHING,
  some,
} from '../account/entry-condition.ts';
import type { TextMatch } from '../collection/collation.ts';
import { HOME_ADDRESS, WORK_ADDRESS } from './entry-card.ts';
import type { CardFilter, PropertyFilter, Test } from './filter.ts';

/** The fields that a property of an entry's card is made of (`entryCard`). */
const fieldsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ['FN', ['displayname', 'cn', 'id']],
  ['N', ['sn', 'givenname']],
  ['NICKNAME', ['mozillanickname']],
  ['EMAIL', ['mail', 'mozillasecondemail']],
  ['X-AIM', ['nsaimid']],
  ['TEL', contactFields.slice(8, 13)],
  ['ADR', [...HOME_ADDRESS, ...WORK_ADDRESS]],
  ['URL', ['mozillahomeurl', 'mozillaworkurl']],
  ['TITLE', ['title']],
  ['ORG', ['o', 'ou']],
  ['NOTE', ['description']],
  ['UID', ['id']],
]);

/** Properties that every card has. */
const always: ReadonlySet<string> = new Set(['VERSION', 'PRODID', 'UID', 'FN', 'N']);
/** Properties that are made of several fields or of octets: only the card itself tells. */
const composed: ReadonlySet<string> = new Set(['VERSION', 'PRODID', 'BDAY', 'PHOTO']);

/**
 * What a directory is to be asked for a filter of cards: all entries whose cards meet it, and perhaps more.
 * The cards themselves have the last word.
 */
export const entryConditionOf = ({ test, properties }: CardFilter): EntryCondition =>
  properties.length === 0 ? EVERYTHING : combined(test, properties.map(conditionOf));

const combined = (test: Test, conditions: readonly EntryCondition[]): EntryCondition =>
  test === 'anyof' ? some(conditions) : every(conditions);

const conditionOf = ({ name, group, rule }: PropertyFilter): EntryCondition => {
  if (rule === 'is-not-defined')
    return always.has(name) && group === undefined ? NOTHING : EVERYTHING;
  // Cards of entries have no groups.
  if (group !== undefined) return NOTHING;
  if (composed.has(name)) return EVERYTHING;
  const fields = fieldsOf.get(name);
  if (fields === undefined) return NOTHING;
  const isThere = always.has(name) ? EVERYTHING : some(fields.map((field) => ({ field })));
  const { texts, parameters } = rule;
  if (texts.length === 0 && parameters.length === 0) return isThere;
  return combined(rule.test, [
    ...texts.map((text) => textCondition(fields, text, isThere)),
    ...parameters.map(() => isThere),
  ]);
};

const textCondition = (
  fields: readonly string[],
  { text, type: match, negate }: TextMatch,
  isThere: EntryCondition,
): EntryCondition => {
  const wanted = text.trim();
  // Values with parts are also compared as a whole, which no field has.
  if (negate || wanted === '' || /[;,\n]/.test(wanted)) return isThere;
  return some(fields.map((field) => ({ field, match, text: wanted })));
};

/** Whether a filter looks for any text, so that it is a search and no listing. */
export const isSearch = ({ properties }: CardFilter): boolean =>
  properties.some(
    ({ rule }) => rule !== 'is-not-defined' && rule.texts.some(({ text }) => text.trim() !== ''),
  );

/** Whether a filter looks for a single dot, which stands for everybody (listRequiresDot). */
export const isDot = ({ properties }: CardFilter): boolean =>
  properties.some(
    ({ rule }) =>
      rule !== 'is-not-defined' &&
      rule.texts.some(({ text, negate }) => !negate && text.trim() === '.'),
  );
