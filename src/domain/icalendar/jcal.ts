import type { ComponentNode } from './component-tree.ts';
import type { Parameter } from './content-lines.ts';
import { calendarVocabulary, type TypedProperty, typedProperty } from './typed-properties.ts';
import type { TypedValue } from './typed-values.ts';

/** RFC 7265 §3.4: name, parameters, type, values. */
export type JsonProperty = readonly [
  name: string,
  parameters: Readonly<Record<string, string | readonly string[]>>,
  type: string,
  ...values: readonly TypedValue[],
];

/** RFC 7265 §3.3: name, properties, components; ready for `JSON.stringify`. */
export type JsonComponent = readonly [
  name: string,
  properties: readonly JsonProperty[],
  components: readonly JsonComponent[],
];

/** A component as jCal (RFC 7265), all that is in it included. Total, as the typing of values is. */
export const jcalOf = ({ name, properties, components }: ComponentNode): JsonComponent => [
  name.toLowerCase(),
  properties.map((line) => jsonProperty(typedProperty(line, calendarVocabulary))),
  components.map(jcalOf),
];

/** A group stands among the parameters (RFC 7095 §3.3.1.2). */
export const jsonProperty = ({
  name,
  group,
  parameters,
  type,
  values,
}: TypedProperty): JsonProperty => {
  const all = group === '' ? parameters : [...parameters, { name: 'group', values: [group] }];
  return [name, Object.fromEntries(all.map(jsonParameter)), type, ...values];
};

const jsonParameter = ({ name, values }: Parameter): [string, string | readonly string[]] => {
  const [first = ''] = values;
  return [name, values.length === 1 ? first : values];
};
