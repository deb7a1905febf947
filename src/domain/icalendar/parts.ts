import type { ComponentNode } from './component-tree.ts';
import type { ContentLine } from './content-lines.ts';

/** A property that is wanted (RFC 4791 §9.6.4). */
export interface WantedProperty {
  /** Upper case. */
  readonly name: string;
  /** Whether its value is to be left out. */
  readonly noValue: boolean;
}

/** What is wanted of the components of a name, at their place in the object (§9.6.1). */
export interface WantedComponent {
  /** Upper case. */
  readonly name: string;
  readonly properties: 'all' | readonly WantedProperty[];
  readonly components: 'all' | readonly WantedComponent[];
}

/** What is wanted of a component; `undefined` when nothing is. */
export const partOf = (
  node: ComponentNode,
  wanted: readonly WantedComponent[],
): ComponentNode | undefined => {
  const those = wanted.filter(({ name }) => name === node.name);
  if (those.length === 0) return undefined;
  const properties = all(those.map((one) => one.properties));
  const components = all(those.map((one) => one.components));
  return {
    name: node.name,
    properties: properties === 'all' ? node.properties : picked(node.properties, properties),
    components:
      components === 'all'
        ? node.components
        : node.components.flatMap((inner) => partOf(inner, components) ?? []),
  };
};

const all = <Wanted>(lists: readonly ('all' | readonly Wanted[])[]): 'all' | readonly Wanted[] => {
  const named = lists.flatMap((list) => (list === 'all' ? [] : list));
  return lists.includes('all') ? 'all' : named;
};

const picked = (
  lines: readonly ContentLine[],
  wanted: readonly WantedProperty[],
): readonly ContentLine[] =>
  lines.flatMap((line) => {
    const those = wanted.filter(({ name }) => name === line.name);
    if (those.length === 0) return [];
    return [those.every(({ noValue }) => noValue) ? { ...line, value: '' } : line];
  });
