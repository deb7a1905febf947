import { canonicalLogin } from '../../domain/account/login.ts';
import {
  CATEGORY_LIMITS,
  type Preferences,
  type PreferencesChange,
  type PreferencesRejection,
} from '../../domain/preferences/preferences.ts';
import { type Command, UsageError } from './command.ts';
import { nearest } from '../../domain/nearest.ts';
import type { Surroundings } from './surroundings.ts';

const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** How each preference is read from the command line. */
const readers: {
  readonly [Key in keyof Required<PreferencesChange>]: (typed: string) => Preferences[Key];
} = {
  timeZone: (typed) => typed,
  language: (typed) => typed,
  weekStart: (typed) => {
    const day = days.indexOf(typed.toLowerCase());
    if (day < 0) throw new UsageError(`weekStart takes a day: ${days.join(', ')}`);
    return day as Preferences['weekStart'];
  },
  contactsCategories: (typed) =>
    typed
      .split(',')
      .map((category) => category.trim())
      .filter((category) => category !== ''),
};

const known = Object.keys(readers) as (keyof PreferencesChange)[];

const change = (assignments: readonly string[]): PreferencesChange =>
  Object.fromEntries(
    assignments.map((assignment) => {
      const equals = assignment.indexOf('=');
      const name = known.find((candidate) => candidate === assignment.slice(0, equals));
      if (equals < 0 || name === undefined) {
        const typed = equals < 0 ? assignment : assignment.slice(0, equals);
        const meant = nearest(typed, known);
        throw new UsageError(
          `expected KEY=VALUE with a KEY of ${known.join(', ')}, found '${assignment}'${meant === undefined ? '' : `; did you mean ${meant}?`}`,
        );
      }
      return [name, readers[name](assignment.slice(equals + 1))];
    }),
  );

const refusal = (rejected: PreferencesRejection): string => {
  switch (rejected.kind) {
    case 'UnknownTimeZone':
      return `'${rejected.timeZone}' is no time zone of the IANA database`;
    case 'UnknownLanguage':
      return `'${rejected.language}' is no language tag (BCP 47)`;
    case 'SettingsTooLarge':
      return 'that is more than is kept for one person';
    case 'CategoriesTooLarge':
      return `at most ${CATEGORY_LIMITS.categories} categories of ${CATEGORY_LIMITS.characters} characters are kept`;
  }
};

export const preferencesCommand: Command<Surroundings> = {
  name: 'preferences',
  summary: "print or change a user's preferences",
  operands: ['NAME', '[KEY=VALUE]', '[KEY=VALUE]', '[KEY=VALUE]', '[KEY=VALUE]'],
  options: [],
  details:
    "Keys: timeZone (IANA name), language (BCP 47 tag), weekStart (a day's name),\ncontactsCategories (A,B).",
  async run(given, surroundings) {
    const [login = '', ...assignments] = given.operands;
    const wanted = change(assignments);
    const daybook = await surroundings.open(given);
    try {
      const row = await daybook.accountRows.byLogin(canonicalLogin(login));
      if (row === undefined) throw new UsageError(`there is no account '${login}'`);
      const outcome =
        assignments.length === 0 ? undefined : await daybook.changePreferences(row.account, wanted);
      if (outcome !== undefined && 'rejected' in outcome) {
        surroundings.complain(refusal(outcome.rejected));
        return 1;
      }
      const { timeZone, language, weekStart, contactsCategories } =
        await daybook.preferencesOf(row);
      surroundings.print(
        `timeZone=${timeZone}\nlanguage=${language}\nweekStart=${days[weekStart]}\ncontactsCategories=${contactsCategories.join(',')}`,
      );
      return 0;
    } finally {
      await daybook.close();
    }
  },
};
