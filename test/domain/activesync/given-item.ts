import type { Data } from '../../../src/domain/activesync/data.ts';
import type { Context } from '../../../src/domain/activesync/item-class.ts';

/** A user in Berlin with an iPhone of 14.1. */
export const context = (more: Partial<Context> = {}): Context => ({
  version: '14.1',
  owner: { name: 'Alice Adams', addresses: ['alice@example.org', 'a.adams@example.org'] },
  zone: 'Europe/Berlin',
  now: Date.UTC(2026, 9, 5, 10, 12),
  uid: 'made-uid',
  deviceType: 'iPhone',
  bodies: [{ type: 1 }],
  masked: false,
  pictureLimit: 36_864,
  ...more,
});

/** A plain way to write data in tests: elements by name of one page. */
export const data = (page: string, elements: Readonly<Record<string, Said>>): Data =>
  Object.entries(elements).map(([name, value]) => ({
    tag: name.includes(':') ? name : `${page}:${name}`,
    value: Array.isArray(value)
      ? value.flatMap((one) => data(page, one))
      : typeof value === 'object'
        ? data(page, value)
        : value,
  }));

export type Said =
  | string
  | { readonly [name: string]: Said }
  | readonly { readonly [name: string]: Said }[];

/** What an element says, by its path of names without page. */
export const saidIn = (from: Data | undefined, ...path: readonly string[]): string | undefined => {
  const [first, ...rest] = path;
  const found = from?.find(({ tag }) => tag.endsWith(`:${first}`))?.value;
  if (rest.length === 0) return typeof found === 'string' ? found : undefined;
  return typeof found === 'string' || found instanceof Uint8Array
    ? undefined
    : saidIn(found, ...rest);
};

/** Data with one element in another's place, or more; those of `undefined` gone. */
export const changed = (
  from: Data | undefined,
  changes: Readonly<Record<string, Data[number]['value'] | undefined>>,
): Data => [
  ...(from ?? []).filter(({ tag }) => !(tag in changes)),
  ...Object.entries(changes).flatMap(([tag, value]) =>
    value === undefined ? [] : [{ tag, value }],
  ),
];
