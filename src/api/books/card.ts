import { createHash } from 'node:crypto';
import type { DirectoryEntry } from '../../domain/account/directory.ts';
import type { ETag } from '../../domain/kernel/ids.ts';
import { entryCard } from '../../domain/vcard/entry-card.ts';

/** An entry of a directory as a resource. */
export interface Card {
  /** Path segment. */
  readonly name: string;
  readonly octets: Uint8Array;
  readonly text: string;
  /** Of exactly these octets. */
  readonly etag: ETag;
}

/** Octets of a path segment. */
const SEGMENT_LIMIT = 255;
const ENDING = '.vcf';
/** Before ids that can be no segment as they are. */
const ENCODED = '~';

/** The resource of an id; `undefined` for one that is too long for any. */
const cardName = (id: string): string | undefined => {
  const isPlain = !/^~|^\.|[\p{Cc}/]/u.test(id) && id !== '';
  const name = isPlain
    ? `${id}${ENDING}`
    : `${ENCODED}${Buffer.from(id).toString('base64url')}${ENDING}`;
  return Buffer.byteLength(name) > SEGMENT_LIMIT ? undefined : name;
};

/** The id that a resource's name stands for; `undefined` for a name that no entry can have. */
export const cardId = (name: string): string | undefined => {
  if (!name.endsWith(ENDING)) return undefined;
  const stem = name.slice(0, -ENDING.length);
  const id = stem.startsWith(ENCODED)
    ? Buffer.from(stem.slice(ENCODED.length), 'base64url').toString()
    : stem;
  return cardName(id) === name ? id : undefined;
};

/** `undefined` for an entry whose id can be no name. */
export const cardOf = (entry: DirectoryEntry): Card | undefined => {
  const name = cardName(entry.id);
  if (name === undefined) return undefined;
  const text = entryCard(entry);
  const octets = Buffer.from(text);
  const digest = createHash('sha256').update(octets).digest('base64url');
  return { name, octets, text, etag: digest.slice(0, 22) as ETag };
};
