import type { DirectoryEntry } from '../../domain/account/directory.ts';
import { type EntryCondition, every, some } from '../../domain/account/entry-condition.ts';
import type { Element } from '../../domain/activesync/data.ts';
import type { PrincipalSource } from '../built-in-directory.ts';
import type { EasRequest } from './table.ts';
import { fields, integer, optional, type Reader } from './wbxml/read.ts';

/** Bounds on a search: words that count, and people that are found. */
const BOUNDS = { words: 8, found: 1000 } as const;
/** Most people in one answer (MS-ASCMD 2.2.3.143). */
const SHOWN = 100;

const searched = ['cn', 'displayname', 'givenname', 'sn', 'mail', 'login', 'o', 'ou'];

/** Every word stands in some field. */
const conditionFor = (text: string): EntryCondition =>
  every(
    text
      .split(/\s+/)
      .filter((word) => word !== '')
      .slice(0, BOUNDS.words)
      .map((word) => some(searched.map((field) => ({ field, match: 'contains', text: word })))),
  );

interface Place {
  readonly directory: PrincipalSource;
  readonly id: string;
}

/** Who was found in the global address list: how many, and those from one place to another. */
export interface FoundPeople {
  readonly total: number;
  readonly from: number;
  readonly entries: readonly DirectoryEntry[];
}

/**
 * Whom the directories and the built-in table know by a text, as whoever asks may know of them.
 * @throws UserSourceUnavailable
 */
export const peopleFor = async (
  { services, principal }: Pick<EasRequest, 'services' | 'principal'>,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<FoundPeople> => {
  const asking = { asker: principal.login };
  const condition = conditionFor(text);
  const places: Place[] = [];
  for (const { directory } of await services.directories.sources(principal)) {
    const left = BOUNDS.found - places.length;
    if (left < 1) break;
    const { ids } = await directory.book.ids(condition, { ...asking, limit: left });
    places.push(...ids.slice(0, left).map((id) => ({ directory, id })));
  }
  const wanted = places.slice(from, Math.min(to + 1, from + SHOWN));
  const entries: DirectoryEntry[] = [];
  for (const directory of new Set(wanted.map((place) => place.directory))) {
    const ids = wanted.filter((place) => place.directory === directory).map(({ id }) => id);
    const byId = new Map(
      (await directory.book.entries(ids, asking)).map((entry) => [entry.id, entry]),
    );
    entries.push(...ids.flatMap((id) => byId.get(id) ?? []));
  }
  return { total: places.length, from, entries };
};

/** `0-99` as places in a list (MS-ASCMD 2.2.3.143); absent or nonsense: as many as are shown. */
export const rangeFrom = (
  text: string | undefined,
): { readonly from: number; readonly to: number } => {
  const [, from = '0', to = String(SHOWN - 1)] = /^(\d{1,6})-(\d{1,6})$/.exec(text ?? '') ?? [];
  return { from: Number(from), to: Math.max(Number(from), Number(to)) };
};

/** What is asked of pictures (MS-ASCMD 2.2.3.130). */
export interface PicturesAsked {
  readonly maxSize?: number | undefined;
  readonly maxPictures?: number | undefined;
}

export const picturesIn = (namespace: string): Reader<PicturesAsked> =>
  fields({
    maxSize: optional(`${namespace}:MaxSize`, integer),
    maxPictures: optional(`${namespace}:MaxPictures`, integer),
  });

/** MS-ASCMD 2.2.3.177.13 */
const pictureStatuses = { sent: '1', none: '173', tooLarge: '174', limitReached: '175' };

/**
 * Hands out people's pictures, as large and as many as were asked for, and none larger than the configuration
 * allows; `undefined` where none were asked for.
 */
export const pictures = (
  asked: PicturesAsked | undefined,
  most: number,
):
  | ((photo: Uint8Array | undefined) => { readonly status: string; readonly data?: Uint8Array })
  | undefined => {
  if (asked === undefined) return undefined;
  const size = Math.min(asked.maxSize ?? most, most);
  let left = asked.maxPictures ?? SHOWN;
  return (photo) => {
    if (photo === undefined) return { status: pictureStatuses.none };
    if (photo.length > size) return { status: pictureStatuses.tooLarge };
    if (left < 1) return { status: pictureStatuses.limitReached };
    left -= 1;
    return { status: pictureStatuses.sent, data: photo };
  };
};

/** Where each field of the guide stands in the address list (MS-ASCMD 2.2.3.132.2). */
const shown: readonly (readonly [tag: string, field: string])[] = [
  ['gal:Phone', 'telephonenumber'],
  ['gal:Office', 'l'],
  ['gal:Title', 'title'],
  ['gal:Company', 'o'],
];
const alsoShown: readonly (readonly [tag: string, field: string])[] = [
  ['gal:HomePhone', 'homephone'],
  ['gal:MobilePhone', 'mobile'],
];

/** Somebody in the words of the address list. First and last names are there always: Nokia’s devices need them. */
export const properties = ({
  contact,
  displayName,
  id,
  login,
  mails,
}: DirectoryEntry): readonly Element[] => {
  const some = (rows: typeof shown): readonly Element[] =>
    rows.flatMap(([tag, field]) => {
      const value = contact.get(field) ?? '';
      return value === '' ? [] : [{ tag, value }];
    });
  const [mail = ''] = mails;
  return [
    { tag: 'gal:DisplayName', value: displayName === '' ? (login ?? id) : displayName },
    ...some(shown),
    { tag: 'gal:Alias', value: login ?? id },
    { tag: 'gal:FirstName', value: contact.get('givenname') ?? '' },
    { tag: 'gal:LastName', value: contact.get('sn') ?? '' },
    ...some(alsoShown),
    ...(mail === '' ? [] : [{ tag: 'gal:EmailAddress', value: mail }]),
  ];
};
