import { describe, test } from 'vitest';
import {
  CATEGORY_LIMITS,
  type PreferencesChange,
  preferences,
} from '../../src/domain/preferences/preferences.ts';
import { given } from '../support/given.ts';

const decider = preferences({
  knowsZone: (tzid) => tzid.startsWith('Europe/'),
  knowsLanguage: (tag) => tag === 'de',
});
const changed = (change: PreferencesChange) => ({ type: 'PreferencesChanged', change }) as const;
const change = (what: PreferencesChange) => ({ type: 'ChangePreferences', change: what }) as const;

describe('preferences', () => {
  test('record what changed, not the form that was posted', () => {
    given(decider)
      .when(change({ timeZone: 'Europe/Berlin', weekStart: 1, language: 'en' }))
      .refuses({ kind: 'UnknownLanguage', language: 'en' });
    given(decider)
      .when(change({ timeZone: 'Europe/Berlin', weekStart: 1 }))
      .records(changed({ timeZone: 'Europe/Berlin' }));
  });

  test('said twice are recorded once', () => {
    given(decider, changed({ language: 'de', weekStart: 0 }))
      .when(change({ language: 'de', weekStart: 0 }))
      .records();
  });

  test('start from defaults, and go back to them as a change', () => {
    given(decider)
      .when(change({ weekStart: 1 }))
      .records();
    given(decider, changed({ weekStart: 0 }))
      .when(change({ weekStart: 1 }))
      .records(changed({ weekStart: 1 }));
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
