import {
  AndFilter,
  EqualityFilter,
  type Filter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
} from 'ldapts';
import type { Qualifier } from '../../domain/account/qualifier.ts';
import type { Rdn } from './dn.ts';

// Filters are built as trees and sent in BER: a value never passes through filter syntax (RFC 4515), so
// nothing in it can end it.

export const equal = (attribute: string, value: string): Filter =>
  new EqualityFilter({ attribute, value });
export const present = (attribute: string): Filter => new PresenceFilter({ attribute });
export const absent = (attribute: string): Filter => new NotFilter({ filter: present(attribute) });
export const anyOf = (filters: readonly Filter[]): Filter =>
  filters.length === 1 && filters[0] !== undefined
    ? filters[0]
    : new OrFilter({ filters: [...filters] });
export const allOf = (filters: readonly Filter[]): Filter =>
  filters.length === 1 && filters[0] !== undefined
    ? filters[0]
    : new AndFilter({ filters: [...filters] });
export const contains = (attribute: string, part: string): Filter =>
  new SubstringFilter({ attribute, any: [part] });

/** Whether an entry bears the name, seen from its parent. */
export const named = (rdn: Rdn): Filter =>
  allOf(rdn.map(({ attribute, value }) => equal(attribute, value)));

const matching = (attribute: string, parts: readonly string[]): Filter => {
  const [initial = '', ...rest] = parts;
  if (rest.length === 0) return equal(attribute, initial);
  const final = rest.at(-1) ?? '';
  const any = rest.slice(0, -1);
  return initial === '' && final === '' && any.length === 0
    ? present(attribute)
    : new SubstringFilter({ attribute, initial, any, final });
};

/** SOGo's condition as an LDAP filter. */
export const filterOf = (qualifier: Qualifier): Filter => {
  if ('all' in qualifier) return allOf(qualifier.all.map(filterOf));
  if ('any' in qualifier) return anyOf(qualifier.any.map(filterOf));
  if ('not' in qualifier) return new NotFilter({ filter: filterOf(qualifier.not) });
  return matching(qualifier.attribute, qualifier.parts);
};
