import { collations } from '../../../domain/collection/collation.ts';
import { formAttributes, formRefusal, objectForms } from '../forms/object-forms.ts';
import { addressData, excerptRefusal } from '../objects/address-data.ts';
import { type Property, property } from '../tables.ts';
import { carddav, dav } from '../xml/names.ts';
import { elementWith, join, text, textElement } from '../xml/write.ts';

/**
 * What directories and their cards have of the properties of address books. None that tells of changes:
 * a directory does not say when it changed, so there is no sync token and no getctag.
 */
export const directoryProperties: readonly Property[] = [
  property({
    name: dav('displayname'),
    source: 'RFC 4918 §15.2',
    on: ['directory'],
    allprop: true,
    read: ({ book }) => text(book.displayName),
  }),
  property({
    name: carddav('supported-address-data'),
    source: 'RFC 6352 §6.2.2',
    on: ['directory'],
    allprop: false,
    read: () =>
      join(
        objectForms.addressbook.map(({ type, version }) =>
          elementWith(carddav('address-data-type'), { 'content-type': type, version }),
        ),
      ),
  }),
  property({
    name: carddav('supported-collation-set'),
    source: 'RFC 6352 §8.3.1',
    on: ['directory'],
    allprop: false,
    read: () => join(collations.map((each) => textElement(carddav('supported-collation'), each))),
  }),
  property({
    name: carddav('max-resource-size'),
    source: 'RFC 6352 §6.2.3',
    on: ['directory'],
    allprop: false,
    read: ({ view }) => text(String(view.limits.resource)),
  }),
  property({
    name: dav('getetag'),
    source: 'RFC 4918 §15.6',
    on: ['directory-card'],
    allprop: true,
    read: ({ card }) => text(`"${card.etag}"`),
  }),
  property({
    name: dav('getcontenttype'),
    source: 'RFC 4918 §15.5',
    on: ['directory-card'],
    allprop: true,
    read: () => text('text/vcard; charset=utf-8'),
  }),
  property({
    name: dav('getcontentlength'),
    source: 'RFC 4918 §15.4',
    on: ['directory-card'],
    allprop: true,
    read: ({ card }) => text(String(card.octets.length)),
  }),
  property({
    name: carddav('address-data'),
    source: 'RFC 6352 §10.4',
    on: ['directory-card'],
    allprop: false,
    check: (asked) => formRefusal('addressbook')(asked) ?? excerptRefusal(asked),
    attributes: formAttributes('addressbook'),
    read: ({ card, isReported }, asked) =>
      isReported ? text(addressData(card.text, asked)) : undefined,
  }),
];
