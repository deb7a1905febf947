import { accept, type Decider, reject } from '../kernel/decision.ts';
import {
  appliedSettings,
  areWithinLimits,
  effectiveSettings,
  type Settings,
  type SettingsChange,
} from './settings.ts';

/** What a person can be told apart from settings. */
export interface Choices {
  /** IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  /** First day of the week; 0 is Sunday. */
  readonly weekStart: 0 | 1 | 2 | 3 | 4 | 5 | 6;
  /** BCP 47 tag: `en`, `pt-BR`. */
  readonly language: string;
  /** What contacts can be filed under, as clients offer it, in their order (`SOGoContactsCategories`). */
  readonly contactsCategories: readonly string[];
}

/** What a person chose by himself; what he never chose is absent. */
export interface ChosenPreferences {
  readonly chosen: PreferencesChange;
  /** What web interfaces keep for people and the server only hands back; see `settings.ts`. */
  readonly settings: Settings;
}

/** What a person prefers everywhere, whatever the client (SOGo guide, user defaults). */
export interface Preferences extends Choices, ChosenPreferences {}

/** What holds for somebody, who has what is usual where he lives until he chooses. */
export const preferencesOver = (own: ChosenPreferences, usual: Choices): Preferences => ({
  ...usual,
  ...own.chosen,
  ...own,
});

/** What a page that posts all it shows changes: what holds anyway, without having been chosen, is no choice. */
export const choicesIn = (change: PreferencesChange, held: Preferences): PreferencesChange =>
  Object.fromEntries(
    Object.entries(change).filter(
      ([key, value]) =>
        held.chosen[key as keyof Choices] !== undefined ||
        !isSame(held[key as keyof Choices], value),
    ),
  );

/** How many categories somebody may have, and characters of one. */
export const CATEGORY_LIMITS = { categories: 200, characters: 200 } as const;

export type PreferencesCommand =
  | { readonly type: 'ChangePreferences'; readonly change: PreferencesChange }
  | { readonly type: 'ChangeSettings'; readonly change: SettingsChange };
export type PreferencesEvent =
  | { readonly type: 'PreferencesChanged'; readonly change: PreferencesChange }
  /** Each setting by itself, not the document it was posted in. */
  | { readonly type: 'SettingsChanged'; readonly change: SettingsChange };

/** Absent keys stay as they are. */
export type PreferencesChange = Partial<Choices>;
export type PreferencesRejection =
  | { readonly kind: 'UnknownTimeZone'; readonly timeZone: string }
  | { readonly kind: 'UnknownLanguage'; readonly language: string }
  | { readonly kind: 'CategoriesTooLarge' }
  | { readonly kind: 'SettingsTooLarge' };

/** What only the surroundings know. */
export interface Knowledge {
  knowsZone(tzid: string): boolean;
  knowsLanguage(tag: string): boolean;
}

export const preferences = (
  knows: Knowledge,
): Decider<PreferencesCommand, ChosenPreferences, PreferencesEvent, PreferencesRejection> => ({
  initial: () => ({ chosen: {}, settings: new Map() }),
  decide(command, state) {
    if (command.type === 'ChangeSettings') {
      const change = effectiveSettings(state.settings, command.change);
      if (change.size === 0) return accept();
      return areWithinLimits(appliedSettings(state.settings, change))
        ? accept({ type: 'SettingsChanged', change })
        : reject({ kind: 'SettingsTooLarge' });
    }
    const { change } = command;
    if (change.timeZone !== undefined && !knows.knowsZone(change.timeZone))
      return reject({ kind: 'UnknownTimeZone', timeZone: change.timeZone });
    if (change.language !== undefined && !knows.knowsLanguage(change.language))
      return reject({ kind: 'UnknownLanguage', language: change.language });
    if (!areBounded(change.contactsCategories ?? [])) return reject({ kind: 'CategoriesTooLarge' });
    const changed = Object.fromEntries(
      Object.entries(change).filter(
        ([key, value]) => !isSame(state.chosen[key as keyof Choices], value),
      ),
    ) as PreferencesChange;
    return Object.keys(changed).length === 0
      ? accept()
      : accept({ type: 'PreferencesChanged', change: changed });
  },
  evolve: (state, event) =>
    event.type === 'SettingsChanged'
      ? { ...state, settings: appliedSettings(state.settings, event.change) }
      : { ...state, chosen: { ...state.chosen, ...event.change } },
});

const weekdays = [0, 1, 2, 3, 4, 5, 6] as const;

/** Sunday for what is no day. */
export const weekStartOf = (day: number): Choices['weekStart'] =>
  weekdays.find((each) => each === day) ?? 0;

type Preference = Choices[keyof Choices];

const isSame = (one: Preference | undefined, other: Preference): boolean =>
  typeof one === 'object' && typeof other === 'object'
    ? one.length === other.length && one.every((each, index) => each === other[index])
    : one === other;

const areBounded = (categories: readonly string[]): boolean =>
  categories.length <= CATEGORY_LIMITS.categories &&
  categories.every(({ length }) => length <= CATEGORY_LIMITS.characters);
