import { componentTree, writeComponent } from './component-tree.ts';
import { type ContentLine, parameter, parametersOf } from './content-lines.ts';
import { writeParameters } from './writing.ts';

/**
 * A calendar object whose organizers all have a name (CN, RFC 5545 §3.2.2), as SOGo stores it: the address,
 * where there was none. The text itself where nothing is missing.
 */
export const withOrganizerNames = (text: string): string => {
  if (!/^ORGANIZER/im.test(text)) return text;
  const root = componentTree(text);
  if (root === undefined) return text;
  let changed = false;
  const named = (line: ContentLine): ContentLine => {
    const address = /^mailto:(.+)$/i.exec(line.value.trim())?.[1];
    const isNamed = parameter(line.parameters, 'CN') !== undefined;
    if (line.name !== 'ORGANIZER' || isNamed || address === undefined) return line;
    changed = true;
    const given = [{ name: 'CN', values: [address] }, ...parametersOf(line.parameters)];
    return { ...line, parameters: writeParameters(given) };
  };
  const components = root.components.map((one) => ({
    ...one,
    properties: one.properties.map(named),
  }));
  return changed ? writeComponent({ ...root, components }) : text;
};
