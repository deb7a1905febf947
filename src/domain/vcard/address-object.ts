import type { MemberFacts } from '../collection/members.ts';
import { type ContentLine, scanContentLines, unescapeText } from '../icalendar/content-lines.ts';
import type { Uid } from '../kernel/ids.ts';
import { VCARD_DIALECT } from './card.ts';

/** What the decisions about an address object stand on; its entity tag is the octets' business. */
export type AddressObjectFacts = Pick<MemberFacts, 'uid'>;

/** Precondition of RFC 6352 §6.3.2.1 that a text fails. */
export type AddressCondition = 'valid-address-data' | 'supported-address-data';

export type AddressReading =
  | { readonly facts: AddressObjectFacts }
  /** `invalid` says for people what is wrong. */
  | { readonly invalid: string; readonly condition: AddressCondition };

/** The vCard versions an address book holds: RFC 2426 and RFC 6350. */
export const vcardVersions = ['3.0', '4.0'] as const;
export type VcardVersion = (typeof vcardVersions)[number];

/** Bounds on one address object beside its size. */
export const ADDRESS_LIMITS = { lines: VCARD_DIALECT.lines, uid: 1_024 } as const;

/**
 * Reads one address object resource (RFC 6352 §5.1): a single VCARD of version 3.0 or 4.0 with FN and
 * UID. A card without UID is refused and not given one: what is served must be what was stored.
 *
 * Line syntax and these properties are checked and nothing is built. Lenient where clients are known
 * to be and no meaning is lost: LF line ends, bare parameters (`TEL;HOME:`), VERSION in any place.
 */
export const readAddressObject = (text: string): AddressReading => {
  const card: Card = { status: 'before', seen: new Map() };
  const wrong = scanContentLines(text, VCARD_DIALECT, (line) => visit(line, card));
  // vCard 2.1 may fail at its own line syntax; the version is then the better answer.
  if (!hasKnownVersion(card.seen)) return unknownVersion;
  if (wrong !== undefined) return refused(wrong);
  if (card.status !== 'after')
    return refused(`VCARD is not ${card.status === 'in' ? 'ended' : 'there'}`);
  return judge(card.seen);
};

interface Card {
  status: 'before' | 'in' | 'after';
  /** First values of the properties of note, as written. */
  readonly seen: Map<string, string>;
}

const visit = ({ name, value }: ContentLine, card: Card): string | undefined => {
  if (card.status === 'after') return 'something after the only VCARD';
  const edge = name === 'BEGIN' || name === 'END';
  if (edge && value.trimEnd().toUpperCase() !== 'VCARD') return 'a component that is no VCARD';
  if (card.status === 'before') {
    if (name !== 'BEGIN') return 'BEGIN:VCARD must come first';
    card.status = 'in';
  } else if (name === 'BEGIN') return 'a VCARD within a VCARD';
  else if (name === 'END') card.status = 'after';
  else if (name === 'VERSION' || name === 'UID') {
    if (card.seen.has(name)) return `${name} occurs twice`;
    card.seen.set(name, value);
  } else if (name === 'FN') card.seen.set(name, value);
  return undefined;
};

const judge = (seen: ReadonlyMap<string, string>): AddressReading => {
  const uid = seen.get('UID');
  if (!seen.has('VERSION')) return refused('no VERSION');
  if (!seen.has('FN')) return refused('no FN');
  if (uid === undefined || uid.trim() === '') return refused('no UID');
  if (uid.length > ADDRESS_LIMITS.uid)
    return refused(`UID longer than ${ADDRESS_LIMITS.uid} characters`);
  return { facts: { uid: unescapeText(uid) as Uid } };
};

/** Also true while no version was seen. */
const hasKnownVersion = (seen: ReadonlyMap<string, string>): boolean => {
  const version = seen.get('VERSION')?.trim();
  return version === undefined || vcardVersions.some((known) => known === version);
};

const refused = (
  invalid: string,
  condition: AddressCondition = 'valid-address-data',
): AddressReading => ({ invalid, condition });

const unknownVersion = refused(
  `VERSION must be ${vcardVersions.join(' or ')}`,
  'supported-address-data',
);
