import { type ComponentNode, componentTree, isTimed, writeComponent } from './component-tree.ts';
import { type ContentLine, parametersOf } from './content-lines.ts';
import { writeParameters } from './writing.ts';

/**
 * A stored calendar object with somebody's answers (PARTSTAT, RFC 5545 §3.2.12) as another version of it
 * has them, and nothing else of that version. The stored text itself where they do not differ.
 *
 * @param addresses of the one who answers, in small letters: `mailto:a@example.org`
 */
export const responded = (stored: string, sent: string, addresses: ReadonlySet<string>): string => {
  const [before, after] = [componentTree(stored), componentTree(sent)];
  if (before === undefined || after === undefined) return stored;
  const answers = new Map(
    after.components.filter(isTimed).map((one) => [instanceOf(one), answerIn(one, addresses)]),
  );
  let changed = false;
  const components = before.components.map((component) => {
    const answer = isTimed(component) ? answers.get(instanceOf(component)) : undefined;
    if (answer === undefined) return component;
    const properties = component.properties.map((line) => {
      if (!isOf(line, addresses) || partstatOf(line) === answer) return line;
      changed = true;
      return { ...line, parameters: withPartstat(line, answer) };
    });
    return { ...component, properties };
  });
  return changed ? writeComponent({ ...before, components }) : stored;
};

/** Which instance a component is of; '' for that of the series. */
const instanceOf = ({ properties }: ComponentNode): string =>
  properties.find(({ name }) => name === 'RECURRENCE-ID')?.value.trim() ?? '';

const isOf = ({ name, value }: ContentLine, addresses: ReadonlySet<string>): boolean =>
  name === 'ATTENDEE' && addresses.has(value.trim().toLowerCase());

const answerIn = (
  { properties }: ComponentNode,
  addresses: ReadonlySet<string>,
): string | undefined => {
  const line = properties.find((one) => isOf(one, addresses));
  return line && partstatOf(line);
};

const partstatOf = ({ parameters }: ContentLine): string | undefined =>
  parametersOf(parameters)
    .find(({ name }) => name === 'PARTSTAT')
    ?.values[0]?.toUpperCase();

const withPartstat = ({ parameters }: ContentLine, partstat: string): string => {
  const others = parametersOf(parameters).filter(({ name }) => name !== 'PARTSTAT');
  return writeParameters([{ name: 'PARTSTAT', values: [partstat] }, ...others]);
};
