import type { HomeEntry } from '../../domain/home/home.ts';
import type { Preferences, PreferencesChange } from '../../domain/preferences/preferences.ts';
import type { Settings, SettingsChange } from '../../domain/preferences/settings.ts';
import { RECOVERY_ANSWER } from '../sign-in/recovery.ts';
import { Problem } from './problem.ts';
import { languageName, languageTag, localeNames, secondsFromUtc } from './languages.ts';

/** SOGo's two documents for a person: what the preference pages edit, and what its windows remember. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
type Document = Readonly<Record<string, Json>>;

/** In `defaults`, but nobody's to change: worked out at each question. */
const workedOut: ReadonlySet<string> = new Set([
  'LocaleCode',
  'locale',
  'UserTimeZoneSecondsFromGMT',
  'SOGoAppointmentSendEMailNotifications',
  'SOGoLDAPGroupExpansionEnabled',
]);

/** In `settings/Calendar`: what the calendars' own properties say. */
const ofCalendars: ReadonlySet<string> = new Set([
  'FolderColors',
  'FolderDisplayNames',
  'FreeBusyExclusions',
  'WebCalendars',
]);

/** Names that are modules of `settings`: their keys are settings each, and all else is one by itself. */
const modules: ReadonlySet<string> = new Set([
  'Calendar',
  'Contact',
  'Contacts',
  'Mail',
  'General',
]);

/** What can be part of a path: no key of a prototype, nothing that would end it. */
const isKey = (key: string): boolean => /^[A-Za-z0-9_-]{1,80}$/.test(key) && key !== '__proto__';

const parsed = (json: string): Json => JSON.parse(json) as Json;

interface Person {
  readonly login: string;
  readonly preferences: Preferences;
  /** What `sogo.conf` says for people who have not chosen, by SOGo's names. */
  readonly configured: Document;
}

/** `jsonDefaults`: what is configured, what the person chose, and what follows from both. */
export const defaultsOf = ({ preferences, configured }: Person, now: Date): Document => {
  const { timeZone, weekStart, language, contactsCategories, settings } = preferences;
  const chosen = [...settings].flatMap(([path, value]): [string, Json][] =>
    path.startsWith('defaults/') && path !== RECOVERY_ANSWER
      ? [[path.slice('defaults/'.length), parsed(value)]]
      : [],
  );
  return {
    ...configured,
    ...Object.fromEntries(chosen),
    SOGoTimeZone: timeZone,
    SOGoFirstDayOfWeek: weekStart,
    SOGoLanguage: languageName(language),
    SOGoContactsCategories: contactsCategories,
    LocaleCode: language,
    locale: { ...localeNames(language) },
    UserTimeZoneSecondsFromGMT: secondsFromUtc(timeZone, now),
  };
};

/** `jsonSettings`. `Calendar` and `Contact` are always there: SOGo's programs look for them unasked. */
export const settingsOf = (
  { login, preferences }: Person,
  entries: readonly HomeEntry[],
): Document => {
  const document: Record<string, Json> = { Calendar: {}, Contact: {} };
  for (const [path, value] of preferences.settings) {
    const [root, first = '', second] = path.split('/');
    if (root !== 'settings') continue;
    if (second === undefined) document[first] = parsed(value);
    else document[first] = { ...(document[first] as object), [second]: parsed(value) };
  }
  const calendars = entries.filter(({ kind }) => kind === 'calendar');
  const each = (value: (entry: HomeEntry) => Json | undefined): Document =>
    Object.fromEntries(
      calendars.flatMap((entry) => {
        const found = value(entry);
        return found === undefined ? [] : [[`${login}:Calendar/${entry.segment}`, found]];
      }),
    );
  document['Calendar'] = {
    ...(document['Calendar'] as object),
    FolderColors: each(({ properties }) => properties.color?.slice(0, 7)),
    FolderDisplayNames: each(({ properties }) => properties.displayName),
    FreeBusyExclusions: each(({ properties }) =>
      properties.transparency === 'transparent' ? 1 : undefined,
    ),
    WebCalendars: each(({ properties }) => properties.source),
  };
  return document;
};

/** Without what is configured and was not chosen before: pages post all that they show. */
export const chosenSettings = (
  change: SettingsChange,
  held: Settings,
  configured: Document,
): SettingsChange =>
  new Map(
    [...change].filter(([path, value]) => {
      const usual = path.startsWith('defaults/')
        ? configured[path.slice('defaults/'.length)]
        : undefined;
      return held.has(path) || usual === undefined || value !== JSON.stringify(usual);
    }),
  );

/** What a posted pair of documents asks to be changed. Keys that are not there stay as they are. */
export interface PostedChange {
  readonly preferences: PreferencesChange;
  readonly settings: SettingsChange;
}

const objectAt = (body: Readonly<Record<string, unknown>>, key: string): Document => {
  const value = body[key];
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new Problem(400, 'unreadable', `${key} has to be a JSON object.`);
  const bad = Object.keys(value).find((name) => !isKey(name));
  if (bad !== undefined)
    throw new Problem(400, 'unreadable', `${key} has a key that is none of a setting.`);
  return value as Document;
};

/** @throws Problem 400 for what is no such document, or a choice that is none */
export const postedChange = (body: Readonly<Record<string, unknown>>): PostedChange => {
  const { SOGoTimeZone, SOGoLanguage, SOGoFirstDayOfWeek, SOGoContactsCategories, ...others } =
    objectAt(body, 'defaults');
  const settings = new Map<string, string | null>();
  for (const [key, value] of Object.entries(others))
    if (!workedOut.has(key)) settings.set(`defaults/${key}`, JSON.stringify(value));
  const posted = objectAt(body, 'settings');
  for (const [name, value] of Object.entries(posted)) {
    const isModule = modules.has(name) && typeof value === 'object' && !Array.isArray(value);
    if (!isModule) {
      settings.set(`settings/${name}`, JSON.stringify(value));
      continue;
    }
    for (const [key, inner] of Object.entries(objectAt(posted, name)))
      if (name !== 'Calendar' || !ofCalendars.has(key))
        settings.set(`settings/${name}/${key}`, JSON.stringify(inner));
  }
  return {
    settings,
    preferences: {
      ...(SOGoTimeZone !== undefined && { timeZone: textOf('SOGoTimeZone', SOGoTimeZone) }),
      ...(SOGoLanguage !== undefined && { language: tagOf(SOGoLanguage) }),
      ...(SOGoFirstDayOfWeek !== undefined && { weekStart: dayOf(SOGoFirstDayOfWeek) }),
      ...(SOGoContactsCategories !== undefined && {
        contactsCategories: categoriesOf(SOGoContactsCategories),
      }),
    },
  };
};

const wrong = (name: string): Problem =>
  new Problem(400, 'unreadable', `${name} has a value that is none.`);

const textOf = (name: string, value: Json): string => {
  if (typeof value !== 'string') throw wrong(name);
  return value;
};

const tagOf = (value: Json): string => {
  const tag = languageTag(textOf('SOGoLanguage', value));
  if (tag === undefined) throw wrong('SOGoLanguage');
  return tag;
};

const weekdays = [0, 1, 2, 3, 4, 5, 6] as const;

const dayOf = (value: Json): Preferences['weekStart'] => {
  const day = weekdays.find((each) => each === value);
  if (day === undefined) throw wrong('SOGoFirstDayOfWeek');
  return day;
};

const categoriesOf = (value: Json): readonly string[] => {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw wrong('SOGoContactsCategories');
  return value;
};
