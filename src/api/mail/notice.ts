import { html } from '../http/page/html.ts';
import type { CollectionKind } from '../../domain/kernel/streams.ts';
import { folderTexts, type NoticeText } from './folder-texts.ts';
import type { MailLanguage } from './languages.ts';
import { type RightsChange, rightsTexts } from './rights-texts.ts';

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

/** Where a collection is found. */
export interface Addresses {
  /** Of a page on which one subscribes. */
  readonly subscribe: string;
  /** For programs. */
  readonly dav: string;
}

/** What somebody is told of his rights. */
interface RightsNotice {
  readonly kind: CollectionKind;
  readonly change: RightsChange;
  readonly collection: string;
  readonly owner: string;
  /** Absent where they lead nowhere, or nobody said where people know this server. */
  readonly addresses: Addresses | undefined;
}

/** A message about rights, as text and as HTML. */
export const writeRightsNotice = (
  language: MailLanguage,
  { kind, change, collection, owner, addresses }: RightsNotice,
): { readonly subject: string; readonly text: string; readonly html: string } => {
  const { [kind]: texts, subscribe, address } = rightsTexts[language];
  const { closing } = folderTexts[language];
  const names: Readonly<Record<string, string>> = { '%s': named(collection), '%o': named(owner) };
  const pieces = (text: string): readonly string[] => text.split(/(%[so])/);
  const put = (text: string): string =>
    pieces(text)
      .map((piece) => names[piece] ?? piece)
      .join('');
  const { subject, sentence } = texts[change];
  const links =
    addresses === undefined
      ? []
      : ([
          [subscribe, addresses.subscribe],
          [address, addresses.dav],
        ] as const);
  const page = html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><title>${put(subject)}</title></head>
<body><p>${pieces(sentence).map((piece) => html`${names[piece] ?? piece}`)}</p>${links.map(
    ([label, url]) => html`<p>${label}: <a href="${url}">${url}</a></p>`,
  )}<p><small>${closing}</small></p></body></html>
`;
  const below = links.map(([label, url]) => `${label}:\n${url}\n\n`).join('');
  return {
    subject: put(subject),
    text: `${put(sentence)}\n\n${below}-- \n${closing}\n`,
    html: page.markup,
  };
};
