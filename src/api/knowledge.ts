import type { Knowledge } from '../domain/preferences/preferences.ts';

const accepts = (attempt: () => unknown): boolean => {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
};

/** Time zones and languages as this Node's ICU knows them. Offsets (`+02:00`) are no zones. */
export const knowledge: Knowledge = {
  knowsZone: (tzid) =>
    /^[A-Z]/i.test(tzid) && accepts(() => new Intl.DateTimeFormat('en', { timeZone: tzid })),
  knowsLanguage: (tag) => accepts(() => Intl.getCanonicalLocales(tag)),
};
