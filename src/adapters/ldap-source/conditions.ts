import { type Filter, SubstringFilter } from 'ldapts';
import type { EntryCondition } from '../../domain/account/entry-condition.ts';
import { attributesFor } from './contact.ts';
import { withId } from './entries.ts';
import type { Fields } from './entry.ts';
import { absent, allOf, anyOf, contains, equal, present } from './filters.ts';

type Matching = Extract<EntryCondition, { readonly match: unknown }>;

/** The attributes that a contact field may come from. */
const attributesOf = (field: string, fields: Fields): readonly string[] => {
  switch (field) {
    case 'login':
      return [fields.UIDFieldName];
    case 'mail':
      return [...new Set([...fields.MailFieldNames, ...attributesFor(field, fields.mapping)])];
    case 'cn':
      return [...new Set([fields.CNFieldName, ...attributesFor(field, fields.mapping)])];
    default:
      return attributesFor(field, fields.mapping);
  }
};

const compared = (attribute: string, { match, text }: Matching): Filter => {
  // Values have a prefix there, which is not shown.
  if (attribute.toLowerCase() === 'proxyaddresses' && match !== 'ends-with')
    return match === 'equals'
      ? anyOf([equal(attribute, text), equal(attribute, `smtp:${text}`)])
      : contains(attribute, text);
  switch (match) {
    case 'equals':
      return equal(attribute, text);
    case 'contains':
      return contains(attribute, text);
    case 'starts-with':
      return new SubstringFilter({ attribute, initial: text });
    case 'ends-with':
      return new SubstringFilter({ attribute, final: text });
  }
};

const ofField = (condition: Matching, fields: Fields): Filter => {
  if (condition.field !== 'id')
    return anyOf(
      attributesOf(condition.field, fields).map((attribute) => compared(attribute, condition)),
    );
  if (condition.match === 'equals') return withId(condition.text, fields);
  return anyOf([
    compared(fields.IDFieldName, condition),
    allOf([absent(fields.IDFieldName), compared('cn', condition)]),
  ]);
};

const isGroup = ({ GroupObjectClasses, KindFieldName }: Fields): readonly Filter[] => [
  ...GroupObjectClasses.map((name) => equal('objectClass', name)),
  ...(KindFieldName === undefined ? [] : [equal(KindFieldName, 'group')]),
];

/** A condition as a filter (what every entry lacks stands for nothing): of entries that meet it, and perhaps more. `any` of nothing has none. */
export const filterFor = (condition: EntryCondition, fields: Fields): Filter => {
  if ('all' in condition)
    return condition.all.length === 0
      ? present('objectClass')
      : allOf(condition.all.map((each) => filterFor(each, fields)));
  if ('any' in condition) return anyOf(condition.any.map((each) => filterFor(each, fields)));
  if ('match' in condition) return ofField(condition, fields);
  if ('field' in condition)
    return condition.field === 'id'
      ? present('objectClass')
      : anyOf(attributesOf(condition.field, fields).map(present));
  const { KindFieldName } = fields;
  const ofKind = (word: string): readonly Filter[] =>
    KindFieldName === undefined ? [] : [equal(KindFieldName, word)];
  const resource = equal('objectClass', 'calendarresource');
  switch (condition.kind) {
    case 'group':
      return anyOf([...isGroup(fields), absent('objectClass')]);
    case 'location':
      return anyOf([...ofKind('location'), absent('objectClass')]);
    case 'thing':
      return anyOf([...ofKind('thing'), resource]);
    case 'individual':
      return present('objectClass');
  }
};
