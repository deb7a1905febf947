import type { EntryContents } from '../account/entry-writing.ts';
import { type ContentLine, parametersOf, unescapeText } from '../icalendar/content-lines.ts';
import { cardLines, partsOf } from './card.ts';
import { HOME_ADDRESS, WORK_ADDRESS } from './entry-card.ts';
import { excerptOf } from './excerpt.ts';

/** Types of a line, in capital letters: TYPE=home,cell and TYPE=HOME;TYPE=CELL alike. */
const typesOf = ({ parameters }: ContentLine): ReadonlySet<string> =>
  new Set(
    parametersOf(parameters)
      .filter(({ name }) => name === 'TYPE')
      .flatMap(({ values }) => values.flatMap((value) => value.toUpperCase().split(','))),
  );

const phoneField = (types: ReadonlySet<string>): string => {
  if (types.has('FAX')) return 'facsimiletelephonenumber';
  if (types.has('PAGER')) return 'pager';
  if (types.has('CELL')) return 'mobile';
  return types.has('HOME') ? 'homephone' : 'telephonenumber';
};

const octetsOf = ({ value, parameters }: ContentLine): Uint8Array | undefined => {
  const encoded = parametersOf(parameters).some(
    ({ name, values }) => name === 'ENCODING' && /^(?:b|base64)$/i.test(values[0] ?? ''),
  );
  if (!encoded || !/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 === 1) return undefined;
  return Uint8Array.from(atob(value.replace(/=+$/, '')), (letter) => letter.charCodeAt(0));
};

/** What a property says of the contact's fields. */
const fieldsOf = (line: ContentLine): readonly (readonly [field: string, value: string])[] => {
  const { name, value } = line;
  const whole = unescapeText(value).trim();
  const types = typesOf(line);
  const parts = (): readonly string[] => partsOf(value, /;/).map((part) => part.trim());
  const named = (fields: readonly string[], from: number) =>
    fields.map((field, at) => [field, parts()[from + at] ?? ''] as const);
  switch (name) {
    case 'FN':
      return [
        ['displayname', whole],
        ['cn', whole],
      ];
    case 'N':
      return named(['sn', 'givenname'], 0);
    case 'NICKNAME':
      return [['mozillanickname', whole]];
    case 'X-AIM':
      return [['nsaimid', whole]];
    case 'TEL':
      return [[phoneField(types), whole.replace(/^tel:/i, '')]];
    case 'ADR':
      return named(types.has('HOME') ? HOME_ADDRESS : WORK_ADDRESS, 1);
    case 'URL':
      return [[types.has('HOME') ? 'mozillahomeurl' : 'mozillaworkurl', whole]];
    case 'TITLE':
      return [['title', whole]];
    case 'ORG':
      return named(['o', 'ou'], 0);
    case 'NOTE':
      return [['description', whole]];
    case 'BDAY': {
      const [, year = '', month = '', day = ''] = /^(\d{4})-?(\d\d)-?(\d\d)/.exec(whole) ?? [];
      return [
        ['birthyear', year],
        ['birthmonth', month],
        ['birthday', day],
      ];
    }
    default:
      return [];
  }
};

/**
 * What a vCard, 3.0 or 4.0, has for the fields of an entry: `entryCard` the other way round. Of several
 * values for one field the first counts; properties that no field stands for are left away.
 */
export const cardContents = (card: string): EntryContents => {
  const contact = new Map<string, string>();
  const mails: string[] = [];
  let photo: Uint8Array | undefined;
  for (const line of cardLines(excerptOf(card, { properties: undefined, version: '3.0' }))) {
    if (line.name === 'PHOTO') photo ??= octetsOf(line);
    else if (line.name === 'EMAIL') {
      const mail = unescapeText(line.value).trim();
      const types = typesOf(line);
      const isSecond = types.has('HOME') && !types.has('PREF') && mails.length > 0;
      if (mail === '') continue;
      if (isSecond && !contact.has('mozillasecondemail')) contact.set('mozillasecondemail', mail);
      else if (types.has('PREF')) mails.unshift(mail);
      else mails.push(mail);
    } else
      for (const [field, value] of fieldsOf(line))
        if (value !== '' && !contact.has(field)) contact.set(field, value);
  }
  return { contact, mails: [...new Set(mails)], photo };
};
