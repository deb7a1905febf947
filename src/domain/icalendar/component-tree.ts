import { calendarComponents } from '../calendar/calendar.ts';
import { CALENDAR_LIMITS } from './calendar-limits.ts';
import { type ContentLine, scanContentLines } from './content-lines.ts';
import { writeLine } from './writing.ts';

/** A component with its properties and what is in it, in the order of the text. */
export interface ComponentNode {
  /** Upper case. */
  readonly name: string;
  readonly properties: readonly ContentLine[];
  readonly components: readonly ComponentNode[];
}

/** The VCALENDAR of a stored object; `undefined` for a text that is none. */
export const componentTree = (text: string): ComponentNode | undefined => {
  const open: Growing[] = [];
  let root: ComponentNode | undefined;
  const dialect = { groups: false, bareParameters: false, lines: CALENDAR_LIMITS.lines };
  const wrong = scanContentLines(text, dialect, (line) => {
    if (line.name === 'BEGIN') {
      const node: Growing = {
        name: line.value.trimEnd().toUpperCase(),
        properties: [],
        components: [],
      };
      open.at(-1)?.components.push(node);
      root ??= node;
      open.push(node);
    } else if (line.name === 'END') open.pop();
    else open.at(-1)?.properties.push(line);
    return undefined;
  });
  return wrong === undefined ? root : undefined;
};

interface Growing extends ComponentNode {
  readonly properties: ContentLine[];
  readonly components: Growing[];
}

/** A component as text, its lines folded anew. What is in it several times over is written once. */
export const writeComponent = (root: ComponentNode): string => {
  const written = new Map<ComponentNode, string>();
  const whole = (node: ComponentNode): string => {
    const known = written.get(node);
    if (known !== undefined) return known;
    const { name, properties, components } = node;
    const lines = properties.map(writtenLine).join('');
    const text = `BEGIN:${name}\r\n${lines}${components.map(whole).join('')}END:${name}\r\n`;
    written.set(node, text);
    return text;
  };
  return whole(root);
};

const writtenLine = (line: ContentLine): string => {
  const known = lines.get(line);
  if (known !== undefined) return known;
  const text = writeLine(line);
  lines.set(line, text);
  return text;
};

/** Copies of an object that thousands have differ in a line or two. */
const lines = new WeakMap<ContentLine, string>();

/** Whether a component is one that may take place: those in an object are what `Times.components` tells of. */
export const isTimed = ({ name }: ComponentNode): boolean =>
  calendarComponents.some((one) => one === name);
