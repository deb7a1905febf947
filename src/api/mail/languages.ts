/** Languages that the server writes mail in (BCP 47). */
export const mailLanguages = ['en', 'de', 'fr', 'es', 'it', 'nl', 'pt'] as const;
export type MailLanguage = (typeof mailLanguages)[number];

/** The language of a person's that mail is written in: `pt-BR` has that of `pt`; English where none fits. */
export const mailLanguageOf = (tag: string): MailLanguage => {
  const primary = tag.split('-')[0]?.toLowerCase();
  return mailLanguages.find((language) => language === primary) ?? 'en';
};
