import { contactFields, withShownName } from '../../domain/account/contact-fields.ts';
import type { Attributes } from './attributes.ts';

/** `mapping`: field in small letters to the attributes to try for it, in order. */
export type Mapping = ReadonlyMap<string, readonly string[]>;

/** The attributes to try for a field: the mapping's, then its own. */
export const attributesFor = (field: string, mapping: Mapping): readonly string[] => [
  ...(mapping.get(field) ?? []),
  field,
];

/** The fields that have a value; a mapping may also name fields beyond the guide's table. */
export const contactOf = (
  attributes: Attributes,
  mapping: Mapping,
): ReadonlyMap<string, string> => {
  const contact = new Map<string, string>();
  for (const field of new Set([...contactFields, ...mapping.keys()])) {
    if (field === 'photo') continue;
    const value = attributesFor(field, mapping)
      .map((name) => attributes.first(name))
      .find((found) => found !== undefined);
    if (value !== undefined) contact.set(field, value);
  }
  return withShownName(contact);
};

/** The attributes that may hold a photo. */
export const photoAttributes = (mapping: Mapping): readonly string[] => [
  ...attributesFor('photo', mapping),
  ...attributesFor('jpegphoto', mapping),
];

/** Every attribute that a contact is made of. */
export const contactAttributes = (mapping: Mapping): readonly string[] => [
  ...new Set(
    [...contactFields, ...mapping.keys()].flatMap((field) => attributesFor(field, mapping)),
  ),
];
