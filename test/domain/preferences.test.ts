import { describe, expect, test } from 'vitest';
import {
  CATEGORY_LIMITS,
  choicesIn,
  type PreferencesChange,
  preferences,
  preferencesOver,
} from '../../src/domain/preferences/preferences.ts';
import { given } from '../support/given.ts';

const decider = preferences({
  knowsZone: (tzid) => tzid.startsWith('Europe/'),
  knowsLanguage: (tag) => tag === 'de',
});
const changed = (change: PreferencesChange) => ({ type: 'PreferencesChanged', change }) as const;
const change = (what: PreferencesChange) => ({ type: 'ChangePreferences', change: what }) as const;

const usual = {
  timeZone: 'Europe/Paris',
  weekStart: 0,
  language: 'de',
  contactsCategories: ['A'],
} as const;

describe('preferences', () => {
  test('record what changed, not the form that was posted', () => {
    given(decider)
      .when(change({ timeZone: 'Europe/Berlin', weekStart: 1, language: 'en' }))
      .refuses({ kind: 'UnknownLanguage', language: 'en' });
    given(decider, changed({ weekStart: 1 }))
      .when(change({ timeZone: 'Europe/Berlin', weekStart: 1 }))
      .records(changed({ timeZone: 'Europe/Berlin' }));
  });

  test('said twice are recorded once', () => {
    given(decider, changed({ language: 'de', weekStart: 0 }))
      .when(change({ language: 'de', weekStart: 0 }))
      .records();
  });

  test('that say what is usual are a choice all the same, which holds when something else becomes usual', () => {
    given(decider)
      .when(change({ weekStart: 1 }))
      .records(changed({ weekStart: 1 }));
    const own = { chosen: { weekStart: 1 }, settings: new Map() } as const;
    expect(preferencesOver(own, usual)).toMatchObject({ timeZone: 'Europe/Paris', weekStart: 1 });
    const elsewhere = { ...usual, timeZone: 'Europe/Rome', weekStart: 6 } as const;
    expect(preferencesOver(own, elsewhere)).toMatchObject({
      timeZone: 'Europe/Rome',
      weekStart: 1,
    });
  });

  test('of a page that posts all it shows are those that differ, and those that were chosen', () => {
    const held = preferencesOver({ chosen: { weekStart: 1 }, settings: new Map() }, usual);
    expect(choicesIn({ timeZone: 'Europe/Paris', contactsCategories: ['A'] }, held)).toEqual({});
    expect(choicesIn({ timeZone: 'Europe/Rome', weekStart: 1, language: 'de' }, held)).toEqual({
      timeZone: 'Europe/Rome',
      weekStart: 1,
    });
  });

  test('compare categories one by one, and take no more of them than can be kept', () => {
    const categories = changed({ contactsCategories: ['Friends', 'Work'] });
    given(decider, categories)
      .when(change({ contactsCategories: ['Friends', 'Work'] }))
      .records();
    given(decider, categories)
      .when(change({ contactsCategories: ['Work', 'Friends'] }))
      .records(changed({ contactsCategories: ['Work', 'Friends'] }));
    const many = Array.from({ length: CATEGORY_LIMITS.categories + 1 }, String);
    given(decider)
      .when(change({ contactsCategories: many }))
      .refuses({ kind: 'CategoriesTooLarge' });
  });

  test('take no time zone that nobody knows, and then nothing of that change', () => {
    given(decider)
      .when(change({ timeZone: 'Mars/Olympus', language: 'de' }))
      .refuses({ kind: 'UnknownTimeZone', timeZone: 'Mars/Olympus' });
  });
});
