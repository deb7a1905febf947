import type { Data } from '../../../src/domain/activesync/data.ts';
import type { Context, Merged } from '../../../src/domain/activesync/item-class.ts';

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

/** What elements say, by their name in one page or with a page of their own; several of a name as a list of them. */
export interface Said {
  readonly [name: string]: string | Said | readonly Said[];
}

export const data = (page: string, elements: Said): Data =>
  Object.entries(elements).map(([name, value]) => ({
    tag: name.includes(':') ? name : `${page}:${name}`,
    value: typeof value === 'string' ? value : inner(page, value),
  }));

const inner = (page: string, value: Said | readonly Said[]): Data =>
  isList(value) ? value.flatMap((one) => data(page, one)) : data(page, value);

const isList = (value: Said | readonly Said[]): value is readonly Said[] => Array.isArray(value);

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

/** A calendar object of components given by their lines. */
export const calendarText = (...components: readonly (readonly string[])[]): string =>
  `${['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Test//EN', ...components.flat(), 'END:VCALENDAR'].join('\r\n')}\r\n`;

export const component = (name: string, ...lines: readonly string[]): readonly string[] => [
  `BEGIN:${name}`,
  'UID:one',
  'DTSTAMP:20260101T000000Z',
  ...lines,
  `END:${name}`,
];

export const eventText = (...lines: readonly string[]): string =>
  calendarText(component('VEVENT', ...lines));

export const cardText = (version: '3.0' | '4.0', ...lines: readonly string[]): string =>
  `${['BEGIN:VCARD', `VERSION:${version}`, 'UID:one', ...lines, 'END:VCARD'].join('\r\n')}\r\n`;

/** The merged object. */
export const objectOf = (merged: Merged): string => {
  if (!('object' in merged)) throw new Error('refused');
  return merged.object;
};

/** Unfolded lines of an object. */
export const linesOf = (merged: Merged): readonly string[] =>
  objectOf(merged).replaceAll('\r\n ', '').split('\r\n');
