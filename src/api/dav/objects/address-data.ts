import { vcardVersions } from '../../../domain/vcard/versions.ts';
import { excerptOf, listOf, type WantedProperty } from '../../../domain/vcard/excerpt.ts';
import type { Book } from '../../../domain/vcard/lists/book.ts';
import { askedForm, jcard } from '../forms/object-forms.ts';
import type { Refusal } from '../errors.ts';
import { attributeOf, childOf, childrenOf, type XmlElement } from '../xml/element.ts';
import { carddav } from '../xml/names.ts';
import { VLIST } from './media.ts';

/** A card as a `CARDDAV:address-data` element asks for it: some properties only, in another form. */
export const addressData = (card: string, asked: XmlElement | undefined, book?: Book): string => {
  if (asked === undefined) return card;
  const write = writers.get(asked) ?? writerOf(asked);
  writers.set(asked, write);
  return write(card, book);
};

/** Properties that one element may name: each is looked for in every card. */
const NAMED = 200;

/** Why an element that asks for some properties is none (RFC 6352 §10.4.2). */
export const excerptRefusal = (asked: XmlElement): Refusal | undefined => {
  const named = childrenOf(asked, carddav('prop'));
  if (named.length > NAMED)
    return { status: 400, reason: `address-data names more than ${NAMED} properties.` };
  const isProper = named.every((prop) => {
    const { name } = propertyName(attributeOf(prop, 'name') ?? '');
    const noValue = attributeOf(prop, 'novalue') ?? 'no';
    return name !== '' && (noValue === 'yes' || noValue === 'no');
  });
  return isProper
    ? undefined
    : { status: 400, reason: 'A prop of address-data has a name, and novalue is yes or no.' };
};

type Writer = (card: string, book: Book | undefined) => string;

/** One element asks for many cards. */
const writers = new WeakMap<XmlElement, Writer>();

/** RFC 6352 §10.4: `CARDDAV:allprop`, or some `CARDDAV:prop`; neither asks for everything too. */
const writerOf = (asked: XmlElement): Writer => {
  const named = childrenOf(asked, carddav('prop'));
  const all = named.length === 0 || childOf(asked, carddav('allprop')) !== undefined;
  const properties = all ? undefined : named.map(wantedProperty);
  const form = askedForm('addressbook', asked);
  const stored: Writer = (card) => excerptOf(card, { properties, version: undefined });
  if (form === undefined || form === 'stored') return stored;
  if (form.type === VLIST)
    return (card, book) => listOf(card, { properties, book }) ?? stored(card, book);
  if (form.type !== 'text/vcard') return (card, book) => jcard(card, { properties, book });
  const version = vcardVersions.find((each) => each === form.version);
  return (card, book) => excerptOf(card, { properties, version, book });
};

const wantedProperty = (prop: XmlElement): WantedProperty => ({
  ...propertyName(attributeOf(prop, 'name') ?? ''),
  noValue: attributeOf(prop, 'novalue') === 'yes',
});

/** `item1.TEL` is one of a group, `TEL` of any or none (RFC 6352 §10.4.2, §10.5.1). */
export const propertyName = (
  written: string,
): { readonly name: string; readonly group: string | undefined } => {
  const dot = written.indexOf('.');
  return {
    name: written.slice(dot + 1).toUpperCase(),
    group: dot === -1 ? undefined : written.slice(0, dot).toLowerCase(),
  };
};
