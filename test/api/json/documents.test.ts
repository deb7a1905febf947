import { describe, expect, it } from 'vitest';
import { defaultsOf, postedChange, settingsOf } from '../../../src/api/json/documents.ts';
import { languageName, languageTag, secondsFromUtc } from '../../../src/api/json/languages.ts';
import { knowledge } from '../../../src/api/knowledge.ts';
import { unfolded } from '../../../src/domain/kernel/fold.ts';
import { preferences, preferencesOver } from '../../../src/domain/preferences/preferences.ts';
import { usualPreferences } from '../../support/dav.ts';

const initial = preferencesOver(unfolded(preferences(knowledge)).state, usualPreferences);
const person = { login: 'ada', preferences: initial, configured: { SOGoTimeFormat: '%H:%M' } };

describe("SOGo's documents of preferences", () => {
  it('say what is configured, what was chosen, and what follows', () => {
    const settings = new Map([['defaults/SOGoTimeFormat', '"%I:%M"']]);
    const chosen = { ...initial, settings, language: 'de-AT', timeZone: 'Europe/Berlin' };
    const document = defaultsOf(
      { ...person, preferences: chosen },
      new Date('2026-07-01T00:00:00Z'),
    );
    expect(document).toMatchObject({
      SOGoTimeFormat: '%I:%M',
      SOGoLanguage: 'German',
      SOGoTimeZone: 'Europe/Berlin',
      SOGoFirstDayOfWeek: 1,
      UserTimeZoneSecondsFromGMT: 7200,
      locale: {
        months: expect.arrayContaining(['Jänner']) as string[],
        days: expect.arrayContaining(['Sonntag']) as string[],
      },
    });
  });

  it('always have Calendar among the settings', () => {
    expect(settingsOf(person, [])).toMatchObject({ Calendar: { FolderColors: {} }, Contact: {} });
  });

  it('come back as they were posted, each setting by itself', () => {
    const posted = {
      defaults: {
        SOGoTimeZone: 'Europe/Rome',
        Vacation: { autoReplyText: `weird data \\ ' " ; ^ é` },
      },
      settings: {
        Calendar: { PreventInvitations: 1, View: 'weekview' },
        Mail: [1],
        Other: { a: [null] },
      },
    };
    const { preferences: chosen, settings } = postedChange(posted);
    expect(chosen).toEqual({ timeZone: 'Europe/Rome' });
    expect([...settings.keys()]).toEqual([
      'defaults/Vacation',
      'settings/Calendar/PreventInvitations',
      'settings/Calendar/View',
      'settings/Mail',
      'settings/Other',
    ]);
    const kept = new Map([...settings].map(([path, value]) => [path, value ?? '']));
    const read = { ...person, preferences: { ...initial, settings: kept } };
    expect(defaultsOf(read, new Date())).toMatchObject({ Vacation: posted.defaults.Vacation });
    expect(settingsOf(read, [])).toMatchObject(posted.settings);
  });

  it('do not take what is worked out, though it is posted back with all the rest', () => {
    const { settings } = postedChange({
      defaults: { ...defaultsOf(person, new Date()) },
      settings: { ...settingsOf(person, []) },
    });
    expect([...settings.keys()]).toEqual(['defaults/SOGoTimeFormat']);
  });

  it.each([
    [{ defaults: [] }],
    [{ settings: 'x' }],
    [{ defaults: { 'a/b': 1 } }],
    [{ defaults: JSON.parse('{"__proto__":{"x":1}}') as object }],
    [{ settings: { Calendar: { 'a b': 1 } } }],
    [{ defaults: { SOGoLanguage: 'Klingon' } }],
    [{ defaults: { SOGoFirstDayOfWeek: 7 } }],
    [{ defaults: { SOGoTimeZone: 3 } }],
    [{ defaults: { SOGoContactsCategories: [1] } }],
  ])('are refused when they are none: %j', (posted) => {
    expect(() => postedChange(posted)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('name languages as SOGo does', () => {
    expect(['en', 'pt-BR', 'pt-PT', 'zh-TW', 'xx'].map(languageName)).toEqual([
      ...['English', 'BrazilianPortuguese', 'Portuguese', 'ChineseTaiwan', 'English'],
    ]);
    expect(languageTag('SpanishSpain')).toBe('es');
    expect(languageTag('Klingon')).toBeUndefined();
  });

  it('know how far a zone is from UTC', () => {
    const winter = new Date('2026-01-01T00:00:00Z');
    expect(
      ['UTC', 'Asia/Kathmandu', 'America/St_Johns'].map((zone) => secondsFromUtc(zone, winter)),
    ).toEqual([0, 20_700, -12_600]);
  });
});
