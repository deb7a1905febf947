import type { PreferencesEvent } from '../../domain/preferences/preferences.ts';
import { oneOf, present, uint32 } from './fields.ts';
import { messages } from './generated/messages.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';

const weekdays = [0, 1, 2, 3, 4, 5, 6] as const;

export const preferencesSchemas: Schemas<PreferencesEvent> = {
  SettingsChanged: schema({
    message: messages.preferences.SettingsChanged,
    write: ({ change }) => ({ settings: [...change].map(([path, value]) => ({ path, value })) }),
    read: ({ settings = [] }) => ({
      type: 'SettingsChanged',
      change: new Map(settings.map(({ path, value }) => [present('path', path), value ?? null])),
    }),
  }),
  PreferencesChanged: schema({
    message: messages.preferences.PreferencesChanged,
    write: ({ change: { timeZone, weekStart, language, contactsCategories } }) => ({
      timeZone,
      weekStart: weekStart === undefined ? undefined : uint32('weekStart', weekStart),
      language,
      contactsCategories: contactsCategories && { names: [...contactsCategories] },
    }),
    read: ({ timeZone, weekStart, language, contactsCategories }) => ({
      type: 'PreferencesChanged',
      change: {
        ...(typeof timeZone === 'string' && { timeZone }),
        ...(typeof weekStart === 'number' && {
          weekStart: oneOf('weekStart', weekdays, weekStart),
        }),
        ...(typeof language === 'string' && { language }),
        ...(contactsCategories && { contactsCategories: contactsCategories.names ?? [] }),
      },
    }),
  }),
};
