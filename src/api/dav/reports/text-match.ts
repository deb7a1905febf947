import {
  type Collation,
  collations,
  type MatchType,
  matchTypes,
  type TextMatch,
} from '../../../domain/collection/collation.ts';
import { badRequest, refuse } from '../errors.ts';
import { collationNamed } from '../workarounds.ts';
import { attributeOf, textOf, type XmlElement } from '../xml/element.ts';
import type { Name } from '../xml/names.ts';

/** Characters of one text to look for. */
const TEXT = 1_000;

/** What `text-match` means where an attribute is absent, and the condition for a collation nobody knows. */
export interface TextMatchDefaults {
  readonly collation: Collation;
  readonly unsupported: Name;
}

/**
 * Reads `text-match` (RFC 6352 §10.5.4; RFC 4791 §9.7.5). The collation `default` is the server's choice.
 * @throws DavError 400, and 403 with the condition for an unknown collation.
 */
export const textMatchOf = (
  element: XmlElement,
  { collation: usual, unsupported }: TextMatchDefaults,
): TextMatch => {
  const named = collationNamed(attributeOf(element, 'collation') ?? 'default');
  const collation = named === 'default' ? usual : collations.find((each) => each === named);
  if (collation === undefined)
    throw refuse(403, unsupported, { reason: `Collations are ${collations.join(', ')}.` });
  const text = textOf(element);
  if (text.length > TEXT) throw badRequest(`A text-match is longer than ${TEXT} characters.`);
  return {
    text,
    collation,
    type: oneOf(element, 'match-type', matchTypes, 'contains' satisfies MatchType),
    negate: oneOf(element, 'negate-condition', ['yes', 'no'], 'no') === 'yes',
  };
};

/** An attribute with one of a few values. @throws DavError 400 for another. */
export const oneOf = <const Value extends string>(
  element: XmlElement,
  attribute: string,
  values: readonly Value[],
  absent: NoInfer<Value>,
): Value => {
  const given = attributeOf(element, attribute);
  if (given === undefined) return absent;
  const value = values.find((each) => each === given);
  if (value === undefined) throw badRequest(`${attribute} must be ${values.join(' or ')}.`);
  return value;
};
