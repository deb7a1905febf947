import { html } from '../http/page/html.ts';
import type { NoticeText } from './folder-texts.ts';
import type { MailLanguage } from './languages.ts';

/** What people wrote stays one line, and no longer than a subject should be. */
const named = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 200);

/** A message's words, with a name put in where `%s` stands. */
export const writeNotice = (
  language: MailLanguage,
  { subject, sentence }: NoticeText,
  closing: string,
  name: string,
): { readonly subject: string; readonly text: string; readonly html: string } => {
  const said = named(name);
  const put = (text: string): string => text.split('%s').join(said);
  const [before = '', after = ''] = sentence.split('%s');
  const page = html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><title>${put(subject)}</title></head>
<body><p>${before}<strong>${said}</strong>${after}</p><p><small>${closing}</small></p></body></html>
`;
  return {
    subject: put(subject),
    text: `${put(sentence)}\n\n-- \n${closing}\n`,
    html: page.markup,
  };
};
