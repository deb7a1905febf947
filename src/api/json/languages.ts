/** SOGo's names of languages, and the tags that others use (BCP 47). The first name for a tag is the one that is said. */
const names: readonly (readonly [name: string, tag: string])[] = [
  ['English', 'en'],
  ['Arabic', 'ar'],
  ['Basque', 'eu'],
  ['Bosnian', 'bs'],
  ['BrazilianPortuguese', 'pt-BR'],
  ['Bulgarian', 'bg'],
  ['Catalan', 'ca'],
  ['ChineseChina', 'zh-CN'],
  ['ChineseTaiwan', 'zh-TW'],
  ['Croatian', 'hr'],
  ['Czech', 'cs'],
  ['Danish', 'da'],
  ['Dutch', 'nl'],
  ['Finnish', 'fi'],
  ['French', 'fr'],
  ['Galician', 'gl'],
  ['German', 'de'],
  ['Greek', 'el'],
  ['Hebrew', 'he'],
  ['Hungarian', 'hu'],
  ['Icelandic', 'is'],
  ['Indonesian', 'id'],
  ['Italian', 'it'],
  ['Japanese', 'ja'],
  ['Kazakh', 'kk'],
  ['Korean', 'ko'],
  ['Latvian', 'lv'],
  ['Lithuanian', 'lt'],
  ['Macedonian', 'mk'],
  ['Montenegrin', 'sr-ME'],
  ['NorwegianBokmal', 'nb'],
  ['NorwegianNynorsk', 'nn'],
  ['Polish', 'pl'],
  ['Portuguese', 'pt'],
  ['Romanian', 'ro'],
  ['Russian', 'ru'],
  ['Serbian', 'sr'],
  ['SerbianLatin', 'sr-Latn'],
  ['Slovak', 'sk'],
  ['Slovenian', 'sl'],
  ['SpanishArgentina', 'es-AR'],
  ['SpanishSpain', 'es'],
  ['Swedish', 'sv'],
  ['Thai', 'th'],
  ['TurkishTurkey', 'tr'],
  ['Ukrainian', 'uk'],
  ['Vietnamese', 'vi'],
  ['Welsh', 'cy'],
];

/** `German` for `de` and `de-AT`; `English` for what SOGo has no name for. */
export const languageName = (tag: string): string => {
  const primary = tag.split('-')[0];
  const found =
    names.find(([, known]) => known === tag) ?? names.find(([, known]) => known === primary);
  return found?.[0] ?? 'English';
};

export const languageTag = (name: string): string | undefined =>
  names.find(([known]) => known === name)?.[1];

interface LocaleNames {
  readonly months: readonly string[];
  readonly shortMonths: readonly string[];
  readonly days: readonly string[];
  readonly shortDays: readonly string[];
}

/** What months and days are called (the week begins on Sunday, as in SOGo's own lists). */
export const localeNames = (tag: string): LocaleNames => {
  const months = (month: 'long' | 'short') =>
    Array.from({ length: 12 }, (_, at) =>
      new Intl.DateTimeFormat(tag, { month, timeZone: 'UTC' }).format(Date.UTC(2026, at, 15)),
    );
  // The first of February 2026 is a Sunday.
  const days = (weekday: 'long' | 'short') =>
    Array.from({ length: 7 }, (_, at) =>
      new Intl.DateTimeFormat(tag, { weekday, timeZone: 'UTC' }).format(Date.UTC(2026, 1, 1 + at)),
    );
  return {
    months: months('long'),
    shortMonths: months('short'),
    days: days('long'),
    shortDays: days('short'),
  };
};

/** Seconds that clocks in a zone are ahead of UTC at an instant. */
export const secondsFromUtc = (timeZone: string, at: Date): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const name = parts.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] =
    /([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name) ?? [];
  const total = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === '-' ? -total : total;
};
