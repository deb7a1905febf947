import type { PreferencesChange } from '../../../domain/preferences/preferences.ts';
import type { Refusal } from '../errors.ts';
import { type Property, property } from '../tables.ts';
import { childrenOf, elementsOf, textOf, type XmlElement } from '../xml/element.ts';
import { inverse } from '../xml/names.ts';
import { join, text, textElement } from '../xml/write.ts';

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

const CLASSIFICATIONS = ['PUBLIC', 'CONFIDENTIAL', 'PRIVATE'] as const;

/** What clients give new events or tasks that say nothing of who may see them (RFC 5545 §3.8.1.3). */
const classification = (name: string, setting: string): Property => {
  const usual = CLASSIFICATIONS[0];
  return property({
    name: inverse(name),
    source: 'SOGo',
    on: ['calendar-home'],
    allprop: false,
    needsPreferences: true,
    read: ({ view: { preferences } }) => {
      const kept = preferences?.settings.get(setting);
      return text(CLASSIFICATIONS.find((one) => JSON.stringify(one) === kept) ?? usual);
    },
    settle: (value) => {
      if (value === undefined) return { settings: new Map([[setting, null]]) };
      const wanted = CLASSIFICATIONS.find((one) => one === textOf(value).trim());
      return wanted === undefined
        ? { status: 403 }
        : { settings: new Map([[setting, JSON.stringify(wanted)]]) };
    },
  });
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
  classification(
    'events-default-classification',
    'defaults/SOGoCalendarEventsDefaultClassification',
  ),
  classification('tasks-default-classification', 'defaults/SOGoCalendarTasksDefaultClassification'),
];
