import type { Parameter } from '../../../domain/icalendar/content-lines.ts';
import type { TypedProperty } from '../../../domain/icalendar/typed-properties.ts';
import type { TypedValue } from '../../../domain/icalendar/typed-values.ts';
import { element, join, type Markup, nothing, text, textElement } from '../xml/write.ts';

/** An element in the document's own namespace. `local` must be an XML name. */
export const plain = (local: string, ...content: readonly Markup[]): Markup =>
  element(`{}${local}`, ...content);

export const plainText = (local: string, value: string): Markup => textElement(`{}${local}`, value);

/** Whether a name that clients chose can be an element's: digits and hyphens cannot begin one. */
const isName = (name: string): boolean => /^[a-z_][\w-]*$/.test(name);

/** What xCal and xCard have in common, and where they differ. */
export interface XmlVocabulary {
  /** Types of parameters' values, by name in lower case; `unknown` for all others. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Names of structured properties' components, by property. */
  readonly components: ReadonlyMap<string, readonly string[]>;
  /** A value that is not written as its text in an element of its type. */
  special?(type: string, value: TypedValue): Markup | undefined;
}

/**
 * A property as an element (RFC 6321 §3.4, RFC 6351 §5): parameters, then each value in an element of its
 * type. One whose name is no XML name has no place in XML and is left out.
 */
export const xmlProperty = (property: TypedProperty, vocabulary: XmlVocabulary): Markup => {
  const { name, parameters, type, values } = property;
  if (!isName(name)) return nothing;
  const given = parameters.filter((parameter) => isName(parameter.name));
  const components = vocabulary.components.get(name);
  const written =
    components === undefined || type === 'unknown'
      ? values.map((value) => xmlValue(type, value, vocabulary))
      : componentElements(components, values);
  return plain(
    name,
    ...(given.length === 0
      ? []
      : [plain('parameters', ...given.map((each) => xmlParameter(each, vocabulary)))]),
    ...written,
  );
};

const xmlParameter = ({ name, values }: Parameter, { parameters }: XmlVocabulary): Markup => {
  const type = parameters.get(name) ?? 'unknown';
  return plain(
    name,
    ...values.map((value) => plainText(type, type === 'boolean' ? value.toLowerCase() : value)),
  );
};

const xmlValue = (type: string, value: TypedValue, vocabulary: XmlVocabulary): Markup => {
  const special = vocabulary.special?.(type, value);
  if (special !== undefined) return special;
  const parts = typeof value === 'object' ? Object.values(value).flat() : [value];
  return join(parts.map((part) => plainText(elementOf(type), String(part))));
};

const elementOf = (type: string): string => (isName(type) ? type : 'unknown');

/** Each component in an element of its name, more than once where it has several texts. */
const componentElements = (
  names: readonly string[],
  values: readonly TypedValue[],
): readonly Markup[] => {
  const [value] = values;
  const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
  const [first = ''] = names.slice(-1);
  return parts.flatMap((part, index) => {
    const texts: readonly unknown[] = Array.isArray(part) ? part : [part];
    return texts.map((each) => plain(names[index] ?? first, text(String(each))));
  });
};
