import { eastern } from './texts-east.ts';
import { western } from './texts-west.ts';

/** The words of mail about invitations, in one language. */
export interface MailTexts {
  /** BCP 47. */
  readonly language: string;
  /** What it is about, before the title: `Invitation: Lunch`. */
  readonly invitation: string;
  readonly updated: string;
  readonly cancelled: string;
  readonly accepted: string;
  readonly declined: string;
  readonly tentative: string;
  readonly delegated: string;
  readonly undecided: string;
  readonly proposal: string;
  /** Before names, times and places. */
  readonly organizer: string;
  readonly attendee: string;
  readonly when: string;
  readonly where: string;
  readonly before: string;
  /** After the time of what recurs, in brackets. */
  readonly recurring: string;
  /** Sentences: how one may answer, and that one need not. */
  readonly answer: string;
  readonly information: string;
}

const all: Readonly<Record<string, string>> = { ...western, ...eastern };

/** Languages that invitations are written in: all that SOGo is translated into. */
export const invitationLanguages: readonly string[] = Object.keys(all);

/** The words for a person's language: `de-AT` has those of `de`, `sr-Cyrl` those of `sr`; English where none fit. */
export const textsOf = (tag: string): MailTexts => {
  const parts = tag.split('-');
  const tags = parts.map((_, at) =>
    parts
      .slice(0, parts.length - at)
      .join('-')
      .toLowerCase(),
  );
  const known = tags
    .map((one) => others[one] ?? invitationLanguages.find((name) => name.toLowerCase() === one))
    .find((one) => one !== undefined);
  const language = known ?? 'en';
  const words = (all[language] ?? '').split('|');
  const word = (at: number): string => words[at] ?? '';
  return {
    language,
    ...{ invitation: word(0), updated: word(1), cancelled: word(2), accepted: word(3) },
    ...{ declined: word(4), tentative: word(5), delegated: word(6), undecided: word(7) },
    ...{ proposal: word(8), organizer: word(9), attendee: word(10), when: word(11) },
    ...{ where: word(12), before: word(13), recurring: word(14), answer: word(15) },
    information: word(16),
  };
};

/** Other tags of the same. */
const others: Readonly<Record<string, string>> = {
  no: 'nb',
  zh: 'zh-CN',
  'zh-hans': 'zh-CN',
  'zh-hant': 'zh-TW',
  'zh-hk': 'zh-TW',
};
