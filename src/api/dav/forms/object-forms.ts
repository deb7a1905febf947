import type { CollectionKind } from '../../../domain/kernel/streams.ts';
import { componentTree } from '../../../domain/icalendar/component-tree.ts';
import { jcalOf } from '../../../domain/icalendar/jcal.ts';
import { type VcardVersion, VLIST_VERSION } from '../../../domain/vcard/versions.ts';
import { cardLines } from '../../../domain/vcard/card.ts';
import {
  type Excerpt,
  excerptLines,
  excerptOf,
  listOf,
  versionOf,
} from '../../../domain/vcard/excerpt.ts';
import type { Book } from '../../../domain/vcard/lists/book.ts';
import { isGroup, isList } from '../../../domain/vcard/lists/conversion.ts';
import { jcardOf } from '../../../domain/vcard/jcard.ts';
import type { Refusal } from '../errors.ts';
import { attributeOf, type XmlElement } from '../xml/element.ts';
import { mediaOf, VLIST } from '../objects/media.ts';
import { names, type Offer, preferredOffer } from './accept.ts';

/** A way to write one object down: a media type in a version (RFC 6352 §5.1.1). */
export interface ObjectForm extends Offer {
  readonly version: string;
  /** An object's text in this form. Total, and in proportion to the text's length. */
  write(text: string, book?: Book): string;
}

const jcal = (text: string): string => {
  const calendar = componentTree(text);
  return JSON.stringify(calendar === undefined ? [] : jcalOf(calendar));
};

/** All of a card, in a version. */
const whole =
  (version: VcardVersion): ObjectForm['write'] =>
  (text, book) =>
    excerptOf(text, { properties: undefined, version, book });

/** A card as jCard, which is of version 4.0; `properties` as `address-data` asks for them. */
export const jcard = (text: string, excerpt: Omit<Excerpt, 'version'>): string =>
  JSON.stringify(jcardOf(excerptLines(text, { ...excerpt, version: '4.0' })));

/** The forms of objects, those that are stored first. Each of them PUT takes as well (RFC 6352 §5.1.1). */
export const objectForms: Readonly<Record<CollectionKind, readonly ObjectForm[]>> = {
  calendar: [
    { type: 'text/calendar', version: '2.0', write: (text) => text },
    { type: 'application/calendar+json', version: '2.0', write: jcal },
  ],
  addressbook: [
    { type: 'text/vcard', version: '3.0', write: whole('3.0') },
    { type: 'text/vcard', version: '4.0', write: whole('4.0') },
    {
      type: 'application/vcard+json',
      version: '4.0',
      write: (text, book) => jcard(text, { properties: undefined, book }),
    },
    {
      type: VLIST,
      version: VLIST_VERSION,
      write: (text, book) => listOf(text, { properties: undefined, book }) ?? text,
    },
  ],
};

/** Content-Type of a form other than the stored one. */
export const contentTypeIn = ({ type, version }: ObjectForm): string =>
  type === 'text/vcard' ? `${type}; charset=utf-8; version=${version}` : `${type}; charset=utf-8`;

/** An Accept header that does not leave the form to the server, as most do. */
export const selective = (accept: string | undefined): string | undefined =>
  accept?.trim() === '*/*' ? undefined : accept;

/**
 * The form that a GET's Accept header wants an object in; `undefined`: as it was stored, which is also
 * the answer to headers that name no form of such objects (RFC 9110 §12.4.1), as browsers' do. `none`:
 * forms of a card are named, but only such as there are not.
 */
export const acceptedForm = (
  accept: string,
  kind: CollectionKind,
  text: string,
): ObjectForm | 'none' | undefined => {
  const forms = objectForms[kind].filter(({ type }) => type !== VLIST || canBeList(text));
  const stored = kind === 'calendar' ? forms[0] : forms.find(isVersion(versionOf(text)));
  const others = forms.filter((form) => form !== stored);
  const wanted = preferredOffer(accept, stored === undefined ? others : [stored, ...others]);
  if (wanted !== undefined) return wanted === stored ? undefined : wanted;
  return kind === 'addressbook' && names(accept, cardTypes) ? 'none' : undefined;
};

/** Other cards than groups are no lists in any form. */
const canBeList = (text: string): boolean => isList(text) || isGroup(cardLines(text));

const isVersion =
  (version: string | undefined) =>
  (form: ObjectForm): boolean =>
    form.version === version;

/** All names of forms of cards. */
const cardTypes: ReadonlySet<string> = new Set(objectForms.addressbook.map(({ type }) => type));

/**
 * The form that the attributes of a report's `calendar-data` or `address-data` ask for (RFC 4791 §9.6, RFC
 * 6352 §10.4); `undefined` for one that is not served.
 */
export const askedForm = (
  kind: CollectionKind,
  asked: XmlElement | undefined,
): ObjectForm | 'stored' | undefined => {
  if (asked === undefined) return 'stored';
  const type = attributeOf(asked, 'content-type')?.trim().toLowerCase();
  const version = attributeOf(asked, 'version')?.trim();
  const isPlain = type === undefined || (type !== VLIST && mediaOf[kind].texts.has(type));
  if (isPlain && version === undefined) return 'stored';
  const named = isPlain ? objectForms[kind][0]?.type : type;
  return objectForms[kind].find(
    (form) => form.type === named && (version === undefined || form.version === version),
  );
};

/** Why a data element cannot be answered: a form that is not served (RFC 4791 §7.8, RFC 6352 §8.6.1). */
export const formRefusal =
  (kind: CollectionKind) =>
  (asked: XmlElement): Refusal | undefined => {
    if (askedForm(kind, asked) !== undefined) return undefined;
    const all = objectForms[kind].map((form) => `${form.type} ${form.version}`);
    return {
      status: 403,
      element: mediaOf[kind].supported,
      reason: `There are ${all.join(', ')}.`,
    };
  };

/**
 * The attributes of a data element in an answer: those of the form that was asked for, if one was; not for lists,
 * beside which cards that are none come as they were stored.
 */
export const formAttributes =
  (kind: CollectionKind) =>
  (asked: XmlElement): Readonly<Record<string, string>> | undefined => {
    const form = asked.attributes.size === 0 ? 'stored' : askedForm(kind, asked);
    return form === undefined || form === 'stored' || form.type === VLIST
      ? undefined
      : { 'content-type': form.type, version: form.version };
  };
