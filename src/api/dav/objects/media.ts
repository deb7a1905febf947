import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import type { MemberRow } from '../../../projections/collection/rows.ts';
import { caldav, carddav, type Name } from '../xml/names.ts';

/** What a collection of a kind takes from PUT, and how it refuses. */
export interface Media {
  /** Media types of what is stored, lower case. */
  readonly texts: ReadonlySet<string>;
  /** Media type of the same in JSON, which is stored as text. */
  readonly json: string;
  /** Precondition for another media type or charset. */
  readonly supported: Name;
  /** Precondition for octets that are no UTF-8 and for texts that are not what their type says. */
  readonly valid: Name;
  /** Precondition for objects that are longer than is taken. */
  readonly tooLarge: Name;
}

/** Media type of SOGo's contact lists. */
export const VLIST = 'text/x-vlist';

/** RFC 4791 §5.3.2.1, RFC 6352 §6.3.2.1; vCard's older names are those of RFC 2425 and of habit. */
export const mediaOf: Readonly<Record<CollectionKind, Media>> = {
  calendar: {
    texts: new Set(['text/calendar']),
    json: 'application/calendar+json',
    supported: caldav('supported-calendar-data'),
    valid: caldav('valid-calendar-data'),
    tooLarge: caldav('max-resource-size'),
  },
  addressbook: {
    texts: new Set(['text/vcard', 'text/x-vcard', 'text/directory', VLIST]),
    json: 'application/vcard+json',
    supported: carddav('supported-address-data'),
    valid: carddav('valid-address-data'),
    tooLarge: carddav('max-resource-size'),
  },
};

/**
 * What a Content-Type header says that a body of this kind is: a text, JSON, or (`undefined`) nothing
 * that could be stored. No header at all says a text; so do text types in UTF-8, of which US-ASCII is part.
 */
export const bodyForm = (
  { texts, json }: Media,
  contentType: string | undefined,
): 'text' | 'json' | undefined => {
  if (contentType === undefined) return 'text';
  const [named = '', ...parameters] = contentType.toLowerCase().split(';');
  const type = named.trim();
  const inUtf8 = parameters.every((parameter) => {
    const [, charset] = /^\s*charset\s*=\s*"?([^"]*?)"?\s*$/.exec(parameter) ?? [];
    return charset === undefined || charsets.has(charset);
  });
  if (!inUtf8) return undefined;
  return texts.has(type) ? 'text' : type === json ? 'json' : undefined;
};

const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii']);

/** Content-Type of a stored object (RFC 5545 §8.1, RFC 6350 §10.1). */
export const contentTypeOf = ({ component }: Pick<MemberRow, 'component'>): string => {
  if (component === 'VLIST') return `${VLIST}; charset=utf-8`;
  return component === 'VCARD'
    ? 'text/vcard; charset=utf-8'
    : `text/calendar; charset=utf-8; component=${component}`;
};
