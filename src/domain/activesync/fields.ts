import type { Data, Element } from './data.ts';
import { readDate } from './dates.ts';
import { isContainer, textOf } from './elements.ts';
import type { Context } from './item-class.ts';
import { isAtLeast } from './version.ts';

/** What cannot be used; the item is refused with status 6. */
export const REFUSED = Symbol('refused');
export type Refusable<Value> = Value | typeof REFUSED;

/**
 * One thing that an item says: some elements on the wire, some properties in the store. What is the same on
 * both sides is never written, so that a round trip leaves the store as it was, octet for octet.
 */
export interface Field<Part, View> {
  /** The elements that say it, with their code page. */
  readonly tags: readonly string[];
  /**
   * What becomes of it where a client that manages the element says nothing: `kept`, or `cleared`, which only
   * happens where the protocol lets an omission delete (MS-ASCMD 2.2.3.179).
   */
  readonly omitted: 'kept' | 'cleared';
  read(part: Part, view: View): Data;
  /**
   * The part with what the client says, an empty list for what it cleared. Where omissions clear, elements that the
   * client does not manage are among them as they were told. Absent where only the server speaks.
   */
  write?(part: Part, data: Data, view: View): Refusable<Part>;
}

/** What all fields say of a part. */
export const readFields = <Part, View>(
  fields: readonly Field<Part, View>[],
  part: Part,
  view: View,
): Data => fields.flatMap((field) => field.read(part, view));

/** How much of what a client does not mention is cleared. */
export type Omission = 'as the client manages' | 'kept';

/** A part with what a client says of it that is not so already; the very same part where all is. */
export const mergeFields = <Part, View extends { readonly context: Context }>(
  fields: readonly Field<Part, View>[],
  part: Part,
  data: Data,
  view: View,
  omission: Omission,
): Refusable<Part> => {
  let merged = part;
  const byTag = new Map<string, Element>();
  for (const element of data) if (!byTag.has(element.tag)) byTag.set(element.tag, element);
  for (const field of fields) {
    if (field.write === undefined) continue;
    const { tags, omitted } = field;
    const mentioned = tags.flatMap((tag) => byTag.get(tag) ?? []);
    if (mentioned.length === 0 && !tags.some((tag) => isCleared(omitted, tag, view, omission)))
      continue;
    const current = field.read(merged, view);
    const said =
      omitted === 'kept'
        ? mentioned
        : [
            ...mentioned,
            ...current.filter(
              ({ tag }) => !byTag.has(tag) && !isCleared(omitted, tag, view, omission),
            ),
          ];
    if (isSame(said, current)) continue;
    const written = field.write(merged, said, view);
    if (written === REFUSED) return REFUSED;
    merged = written;
  }
  return merged;
};

const isCleared = (
  omitted: 'kept' | 'cleared',
  tag: string,
  { context: { supported } }: { readonly context: Context },
  omission: Omission,
): boolean =>
  omitted === 'cleared' &&
  omission === 'as the client manages' &&
  (supported === undefined || supported.has(tag.slice(tag.indexOf(':') + 1)));

/** What omissions mean to a client of the class Calendar: from 16.0 on nothing (MS-ASCAL 3.1.5). */
export const calendarOmission = ({ version }: Context): Omission =>
  isAtLeast(version, '16.0') ? 'kept' : 'as the client manages';

/** Whether two lists of elements say the same, whatever their order and the form of their dates. */
export const isSame = (one: Data, other: Data): boolean => canonical(one) === canonical(other);

const canonical = (data: Data): string =>
  data
    .flatMap((element) => {
      const value = canonicalValue(element);
      return value === '' ? [] : [`${element.tag}=${value}`];
    })
    .sort()
    .join('\u0001');

const canonicalValue = (element: Element): string => {
  if (isContainer(element.value)) {
    const inner = canonical(element.value);
    return inner === '' ? '' : `\u0002${inner}\u0003`;
  }
  const text = textOf(element).replaceAll('\r\n', '\n');
  const date = text.length >= 15 && text.length <= 30 ? readDate(text) : undefined;
  return date === undefined ? text : String(date.moment);
};
