import type { Data, Element } from './data.ts';

/** One element, in a list to be spread; none for a value that is not there. */
export const maybe = (tag: string, value: string | number | Data | undefined): Data => {
  if (value === undefined) return [];
  return [{ tag, value: typeof value === 'number' ? String(value) : value }];
};

export const given = (data: Data, tag: string): Element | undefined =>
  data.find((one) => one.tag === tag);

/** What an element says; `undefined` for one that is absent. Octets are read as UTF-8. */
export const textIn = (data: Data, tag: string): string | undefined => {
  const element = given(data, tag);
  return element && textOf(element);
};

export const textOf = ({ value }: Element): string => {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : '';
};

/** A whole number that an element says, within bounds; `undefined` for anything else. */
export const numberIn = (data: Data, tag: string, low: number, high: number): number | undefined =>
  boundedNumber(textIn(data, tag), low, high);

export const boundedNumber = (
  text: string | undefined,
  low: number,
  high: number,
): number | undefined => {
  if (text === undefined || !/^\s*[+-]?\d{1,10}\s*$/.test(text)) return undefined;
  const number = Number(text);
  return number >= low && number <= high ? number : undefined;
};

/** A flag: an empty element says yes (MS-ASDTYPE 2.1); `undefined` for one that is absent. */
export const flagIn = (data: Data, tag: string): boolean | undefined => {
  const text = textIn(data, tag)?.trim();
  return text === undefined ? undefined : text !== '0' && text.toLowerCase() !== 'false';
};

/** The elements inside an element; none where it has a text or is absent. */
export const inside = (data: Data, tag: string): Data => {
  const value = given(data, tag)?.value;
  return isContainer(value) ? value : [];
};

export const isContainer = (value: Element['value'] | undefined): value is Data =>
  value !== undefined && typeof value !== 'string' && !(value instanceof Uint8Array);

/** All that is not text in XML 1.0 §2.2, and lone halves of characters. */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|\r(?!\n)/g;

/** A text as it may be stored and sent: without control characters, its characters whole. */
export const clean = (text: string): string => text.replaceAll(FORBIDDEN, '').toWellFormed();

/** A text of one line. */
export const cleanLine = (text: string): string => clean(text).replaceAll(/\s*\r?\n\s*/g, ' ');

/** Characters of an element's text, elements altogether, and depth; bodies and pictures have bounds of their own. */
const LIMITS = { text: 32_768, elements: 50_000, depth: 8 } as const;

/** Bodies, pictures and attachments: as long as the request may be. */
const LONG: ReadonlySet<string> = new Set([
  'airsyncbase:Data',
  'airsyncbase:Content',
  'contacts:Picture',
]);

/** Whether application data is within the bounds that anything is read at all. */
export const isWithinBounds = (data: Data): boolean => {
  let elements = 0;
  const within = (part: Data, depth: number): boolean =>
    depth <= LIMITS.depth &&
    part.every(({ tag, value }) => {
      elements += 1;
      if (elements > LIMITS.elements) return false;
      if (isContainer(value)) return within(value, depth + 1);
      return value.length <= LIMITS.text || LONG.has(tag);
    });
  return within(data, 1);
};
