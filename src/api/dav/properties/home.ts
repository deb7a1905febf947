import type { PreferencesChange } from '../../../domain/preferences/preferences.ts';
import type { Refusal } from '../errors.ts';
import { type Property, property } from '../tables.ts';
import { childrenOf, elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { inverse } from '../xml/names.ts';
import { join, textElement } from '../xml/write.ts';

const CATEGORY = inverse('category');

/**
 * One category for each `category`, none twice. SOGo's clients repeat the property for each category
 * too; whoever plans the change puts them together.
 */
const categoriesOf = (value: XmlElement | undefined): PreferencesChange | Refusal => {
  if (value === undefined) return { contactsCategories: [] };
  const children = childrenOf(value, CATEGORY);
  if (children.length !== elementsOf(value).length) return { status: 400 };
  const names = children.map((child) => textOf(child).trim());
  return names.includes('') ? { status: 400 } : { contactsCategories: [...new Set(names)] };
};

/** What somebody prefers, as properties of a home. */
export const homeProperties: readonly Property[] = [
  property({
    name: inverse('contacts-categories'),
    source: 'SOGo',
    on: ['addressbook-home'],
    allprop: false,
    needsPreferences: true,
    read: ({ view: { preferences } }) =>
      preferences &&
      join(preferences.contactsCategories.map((name) => textElement(CATEGORY, name))),
    prefer: categoriesOf,
  }),
];
