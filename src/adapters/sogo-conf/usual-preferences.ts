import type { Lookup } from './hierarchy.ts';

/** What people of a domain have who have not chosen; the language by SOGo's name. */
interface UsualPreferences {
  readonly timeZone: string;
  readonly language: string;
  /** 0 is Sunday. */
  readonly weekStart: number;
  readonly contactsCategories: readonly string[];
}

/** `SOGoTimeZone`, `SOGoLanguage`, `SOGoFirstDayOfWeek` and `SOGoContactsCategories`, as they are now. */
export const usualPreferences = (
  setting: Lookup,
  domain: string | undefined,
): UsualPreferences => ({
  timeZone: setting('SOGoTimeZone', domain),
  language: setting('SOGoLanguage', domain),
  weekStart: setting('SOGoFirstDayOfWeek', domain),
  contactsCategories: setting('SOGoContactsCategories', domain) ?? [],
});
