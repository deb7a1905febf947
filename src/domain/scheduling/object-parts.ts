import { type ComponentNode, componentTree, writeComponent } from '../icalendar/component-tree.ts';
import { type ContentLine, unescapeText } from '../icalendar/content-lines.ts';
import type { Uid } from '../kernel/ids.ts';
import { type InstanceClock, instanceClock, recurrenceIdOf } from './instance-keys.ts';
import { type InstanceKey, type Scheduled, SERIES } from './instance.ts';

/** An object by the instances that its components stand for. */
export interface ObjectParts {
  /** VCALENDAR. */
  readonly calendar: ComponentNode;
  readonly uid: Uid;
  readonly component: Scheduled;
  /** In the order of the text. */
  readonly parts: ReadonlyMap<InstanceKey, ComponentNode>;
  readonly clock: InstanceClock;
}

/**
 * Reads an object; `undefined` for one that nobody can be invited to.
 *
 * @param beside whose DTSTART says how dates and floating times of an object without a series are meant.
 */
export const objectParts = (
  source: string | ComponentNode,
  beside?: ComponentNode,
): ObjectParts | undefined => {
  const calendar = typeof source === 'string' ? componentTree(source) : source;
  const component = calendar?.components.find(isScheduled)?.name as Scheduled | undefined;
  if (calendar === undefined || component === undefined) return undefined;
  const nodes = calendar.components.filter(({ name }) => name === component);
  const clock = instanceClock(calendar, nodes.find(isSeries) ?? beside);
  const parts = new Map<InstanceKey, ComponentNode>();
  for (const node of nodes) {
    const line = recurrenceIdOf(node);
    const key = line === undefined ? SERIES : clock.keyOf(line);
    if (key !== undefined) parts.set(key, node);
  }
  const uid = nodes.map(uidOf).find((one) => one !== '') ?? '';
  return { calendar, uid: uid as Uid, component, parts, clock };
};

/** The same object with other parts; those that are new come last. The text of it, and `text` itself if all are as they were. */
export const writeParts = (
  object: ObjectParts,
  parts: ReadonlyMap<InstanceKey, ComponentNode>,
  text: string,
): string =>
  parts.size === object.parts.size &&
  [...parts].every(([key, node]) => object.parts.get(key) === node)
    ? text
    : writeComponent(calendarWith(object, parts));

/** As a tree. */
export const calendarWith = (
  { calendar, component, parts: before }: ObjectParts,
  parts: ReadonlyMap<InstanceKey, ComponentNode>,
): ComponentNode => {
  const keys = new Map([...before].map(([key, node]) => [node, key]));
  const kept = calendar.components.flatMap((node) => {
    if (node.name !== component) return [node];
    const key = keys.get(node);
    const now = key === undefined ? undefined : parts.get(key);
    return now === undefined ? [] : [now];
  });
  const added = [...parts].filter(([key]) => !before.has(key)).map(([, node]) => node);
  return { ...calendar, components: [...kept, ...added] };
};

const isSeries = (node: ComponentNode): boolean => recurrenceIdOf(node) === undefined;

const isScheduled = ({ name }: ComponentNode): boolean => name === 'VEVENT' || name === 'VTODO';

const uidOf = (node: ComponentNode): string => unescapeText(valueOf(node, 'UID') ?? '').trim();

/** The first property of a name. */
export const lineOf = ({ properties }: ComponentNode, wanted: string): ContentLine | undefined =>
  properties.find(({ name }) => name === wanted);

export const valueOf = (node: ComponentNode, wanted: string): string | undefined =>
  lineOf(node, wanted)?.value;

/** SEQUENCE; 0 when it says none, or nonsense. */
export const sequenceOf = (node: ComponentNode): number => {
  const text = valueOf(node, 'SEQUENCE')?.trim() ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : 0;
};

/** A component with a property set in place of the first of its name, or added; itself when it says so already. */
export const withLine = (node: ComponentNode, line: ContentLine): ComponentNode => {
  const at = node.properties.findIndex(({ name }) => name === line.name);
  const old = node.properties[at];
  if (old?.value === line.value && old.parameters === line.parameters) return node;
  return {
    ...node,
    properties: at === -1 ? [...node.properties, line] : node.properties.with(at, line),
  };
};

export const withSequence = (node: ComponentNode, sequence: number): ComponentNode =>
  sequenceOf(node) === sequence ? node : withLine(node, newLine('SEQUENCE', String(sequence)));

export const newLine = (name: string, value: string, parameters = ''): ContentLine => ({
  group: '',
  ...{ name, parameters, value },
});
