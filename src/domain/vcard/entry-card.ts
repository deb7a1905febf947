import type { DirectoryEntry } from '../account/directory.ts';
import { escapeText, foldLine } from '../icalendar/writing.ts';

/** A photo of more octets is left out: every listing has to read it. */
const PHOTO_LIMIT = 1024 * 1024;

/** How photos begin, and their TYPE (RFC 2426 §3.1.4). */
const photoTypes: readonly (readonly [first: readonly number[], type: string])[] = [
  [[0xff, 0xd8, 0xff], 'JPEG'],
  [[0x89, 0x50, 0x4e, 0x47], 'PNG'],
  [[0x47, 0x49, 0x46, 0x38], 'GIF'],
];

const base64 = (octets: Uint8Array): string => {
  let binary = '';
  for (let at = 0; at < octets.length; at += 0x8000)
    binary += String.fromCharCode(...octets.subarray(at, at + 0x8000));
  return btoa(binary);
};

/** Control characters have no place in a vCard (RFC 6350 §3.4); line ends are escaped. */
// oxlint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\r(?!\n)/g;

const escaped = (value: string): string => escapeText(value.replaceAll(unprintable, ' '));

const photoLine = (photo: Uint8Array | undefined): readonly string[] => {
  if (photo === undefined || photo.length > PHOTO_LIMIT) return [];
  const type = photoTypes.find(([first]) => first.every((octet, at) => photo[at] === octet))?.[1];
  return type === undefined ? [] : [`PHOTO;ENCODING=b;TYPE=${type}:${base64(photo)}`];
};

const birthday = (contact: DirectoryEntry['contact']): readonly string[] => {
  const [year = '', month = '', day = ''] = ['birthyear', 'birthmonth', 'birthday'].map((field) =>
    contact.get(field),
  );
  const isDate = /^\d{4}$/.test(year) && /^\d{1,2}$/.test(month) && /^\d{1,2}$/.test(day);
  if (!isDate) return [];
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  // A day that no calendar has is none.
  const time = Date.parse(`${date}T00:00:00Z`);
  return Number.isNaN(time) || !new Date(time).toISOString().startsWith(date)
    ? []
    : [`BDAY;VALUE=date:${date}`];
};

/**
 * An entry as a vCard 3.0 (RFC 2426): always the same octets for the same entry. What the fields of the
 * guide's table have no place for is not in it. Its UID is the entry's id.
 */
export const entryCard = (entry: DirectoryEntry): string => {
  const { contact, mails, id, displayName, photo } = entry;
  const field = (name: string): string | undefined => {
    const value = contact.get(name);
    return value === undefined ? undefined : escaped(value);
  };
  const structured = (...names: readonly string[]): string =>
    names.map((name) => (name === '' ? '' : (field(name) ?? ''))).join(';');
  const single = (property: string, name: string): readonly string[] => {
    const value = field(name);
    return value === undefined ? [] : [`${property}:${value}`];
  };
  const compound = (property: string, value: string): readonly string[] =>
    /[^;]/.test(value) ? [`${property}:${value.replace(/;+$/, '')}`] : [];
  const address = (property: string, value: string): readonly string[] =>
    /[^;]/.test(value) ? [`${property}:${value}`] : [];
  const shown = contact.get('displayname') ?? displayName;
  const [first, ...others] = mails.length > 0 ? mails : [contact.get('mail')];
  const name = structured('sn', 'givenname');
  const lines = [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'PRODID:-//Daybook//Directory//EN',
    `UID:${escaped(id)}`,
    `FN:${escaped(shown === '' ? id : shown)}`,
    `N:${name};;;`,
    ...single('NICKNAME', 'mozillanickname'),
    ...(first === undefined ? [] : [`EMAIL;TYPE=INTERNET,WORK,PREF:${escaped(first)}`]),
    ...others.map((mail) => `EMAIL;TYPE=INTERNET,WORK:${escaped(mail ?? '')}`),
    ...single('EMAIL;TYPE=INTERNET,HOME', 'mozillasecondemail'),
    ...single('X-AIM', 'nsaimid'),
    ...single('TEL;TYPE=WORK,VOICE', 'telephonenumber'),
    ...single('TEL;TYPE=HOME,VOICE', 'homephone'),
    ...single('TEL;TYPE=CELL', 'mobile'),
    ...single('TEL;TYPE=WORK,FAX', 'facsimiletelephonenumber'),
    ...single('TEL;TYPE=PAGER', 'pager'),
    ...address('ADR;TYPE=HOME', `;${structured(...HOME_ADDRESS)}`),
    ...address('ADR;TYPE=WORK', `;${structured(...WORK_ADDRESS)}`),
    ...single('URL;TYPE=HOME', 'mozillahomeurl'),
    ...single('URL;TYPE=WORK', 'mozillaworkurl'),
    ...single('TITLE', 'title'),
    ...compound('ORG', structured('o', 'ou')),
    ...birthday(contact),
    ...single('NOTE', 'description'),
    ...photoLine(photo),
    'END:VCARD',
  ];
  return lines.map(foldLine).join('');
};

/** The parts of ADR after the post office box (RFC 2426 §3.2.1): second line, street, city, state, code, country. */
export const HOME_ADDRESS = [
  'mozillahomestreet2',
  'mozillahomestreet',
  'mozillahomelocalityname',
  'mozillahomestate',
  'mozillahomepostalcode',
  'mozillahomecountryname',
] as const;
export const WORK_ADDRESS = ['mozillaworkstreet2', 'street', 'l', 'st', 'postalcode', 'c'] as const;
