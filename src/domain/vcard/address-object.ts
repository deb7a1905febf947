import type { AddressFacts } from '../addressbook/addressbook.ts';
import { type ContentLine, scanContentLines, unescapeText } from '../icalendar/content-lines.ts';
import type { Uid } from '../kernel/ids.ts';
import { VCARD_DIALECT } from './card.ts';
import { vcardVersions, VLIST_VERSION } from './versions.ts';

/** What the decisions about an address object stand on; its entity tag is the octets' business. */
export type AddressObjectFacts = Pick<AddressFacts, 'uid' | 'component'>;

/** Precondition of RFC 6352 §6.3.2.1 that a text fails. */
export type AddressCondition = 'valid-address-data' | 'supported-address-data';

export type AddressReading =
  | { readonly facts: AddressObjectFacts }
  /** `invalid` says for people what is wrong. */
  | { readonly invalid: string; readonly condition: AddressCondition };

/** Bounds on one address object beside its size. */
export const ADDRESS_LIMITS = { lines: VCARD_DIALECT.lines, uid: 1_024, cards: 5_000 } as const;

/**
 * Reads one address object resource (RFC 6352 §5.1): a single VCARD of version 3.0 or 4.0 with FN and
 * UID, or one of SOGo's lists, a VLIST of version 1.0. A card without UID is refused and not given one:
 * what is served must be what was stored.
 *
 * Line syntax and these properties are checked and nothing is built. Lenient where clients are known
 * to be and no meaning is lost: LF line ends, bare parameters (`TEL;HOME:`), VERSION in any place.
 */
export const readAddressObject = (text: string): AddressReading => {
  const card: Card = { status: 'before', kind: 'VCARD', cards: 0, seen: new Map() };
  const wrong = scanContentLines(text, VCARD_DIALECT, (line) => visit(line, card));
  // vCard 2.1 may fail at its own line syntax; the version is then the better answer.
  if (!hasKnownVersion(card)) return unknownVersion;
  if (wrong !== undefined) return refused(wrong);
  if (card.status !== 'after')
    return refused(`${card.kind} is not ${card.status === 'in' ? 'ended' : 'there'}`);
  return judge(card);
};

interface Card {
  status: 'before' | 'in' | 'after';
  kind: 'VCARD' | 'VLIST';
  /** Members of a list. */
  cards: number;
  /** First values of the properties of note, as written. */
  readonly seen: Map<string, string>;
}

const visit = ({ name, value }: ContentLine, card: Card): string | undefined => {
  if (card.status === 'after') return 'something after the only VCARD';
  const edge = name === 'BEGIN' || name === 'END';
  const component = edge ? value.trimEnd().toUpperCase() : undefined;
  if (card.status === 'before') {
    if (edge && component !== 'VCARD' && component !== 'VLIST')
      return 'a component that is neither VCARD nor VLIST';
    if (name !== 'BEGIN') return 'BEGIN:VCARD must come first';
    card.status = 'in';
    card.kind = component === 'VLIST' ? 'VLIST' : 'VCARD';
  } else if (edge && component !== card.kind) {
    return `a component that is no ${card.kind}`;
  } else if (name === 'BEGIN') return `a ${card.kind} within a ${card.kind}`;
  else if (name === 'END') card.status = 'after';
  else if (name === 'VERSION' || name === 'UID') {
    if (card.seen.has(name)) return `${name} occurs twice`;
    card.seen.set(name, value);
  } else if (name === 'FN') card.seen.set(name, value);
  else if (name === 'CARD' && card.kind === 'VLIST') {
    card.cards += 1;
    if (card.cards > ADDRESS_LIMITS.cards) return `more than ${ADDRESS_LIMITS.cards} members`;
  }
  return undefined;
};

const judge = ({ kind, seen }: Card): AddressReading => {
  const uid = seen.get('UID');
  if (!seen.has('VERSION')) return refused('no VERSION');
  if (!seen.has('FN')) return refused('no FN');
  if (uid === undefined || uid.trim() === '') return refused('no UID');
  if (uid.length > ADDRESS_LIMITS.uid)
    return refused(`UID longer than ${ADDRESS_LIMITS.uid} characters`);
  return {
    facts: { uid: unescapeText(uid) as Uid, ...(kind === 'VLIST' && { component: kind }) },
  };
};

/** Also true while no version was seen. */
const hasKnownVersion = ({ kind, seen }: Card): boolean => {
  const version = seen.get('VERSION')?.trim();
  const all: readonly string[] = kind === 'VLIST' ? [VLIST_VERSION] : vcardVersions;
  return version === undefined || all.includes(version);
};

const refused = (
  invalid: string,
  condition: AddressCondition = 'valid-address-data',
): AddressReading => ({ invalid, condition });

const unknownVersion = refused(
  `VERSION must be ${vcardVersions.join(' or ')}, that of a list ${VLIST_VERSION}`,
  'supported-address-data',
);
