import { unescapeText } from '../icalendar/content-lines.ts';
import { escapeText } from '../icalendar/writing.ts';
import type { Data } from './data.ts';
import { clean, inside, maybe, textIn as saidIn } from './elements.ts';
import type { Field } from './fields.ts';
import { htmlOfText, textOfHtml } from './html.ts';
import type { BodyPreference, Context } from './item-class.ts';
import { type Lines, line, parameterWord, textIn, withText } from './properties.ts';
import { isAtLeast } from './version.ts';

const TEXT = 1;
const HTML = 2;

/** A body in the forms in which it is stored. */
interface Bodies {
  readonly text: string;
  readonly html?: string;
}

/** Where objects keep HTML beside their text, as Outlook began to. */
const isHtml = (one: Lines[number]): boolean =>
  one.name === 'X-ALT-DESC' && parameterWord(one, 'FMTTYPE') === 'TEXT/HTML';

const bodiesIn = (lines: Lines, property: string): Bodies => {
  const alternative = lines.find(isHtml);
  const html = alternative === undefined ? '' : unescapeText(alternative.value);
  const text = textIn(lines, property);
  if (html === '') return { text };
  return { text: text === '' ? textOfHtml(html) : text, html };
};

/** In which form a body is sent (MS-ASAIRS 3.2.5.1): the one it is stored in, where that is wanted. */
const chosen = (bodies: Bodies, preferences: readonly BodyPreference[]): BodyPreference => {
  const usable = preferences.filter(({ type }) => type === TEXT || type === HTML);
  const native = bodies.html === undefined ? TEXT : HTML;
  const fits = (preference: BodyPreference): boolean =>
    preference.allOrNone !== true ||
    octetsIn(formOf(bodies, preference.type)) <= (preference.truncationSize ?? Infinity);
  const inOrder = [
    ...usable.filter(({ type }) => type === native),
    ...usable.filter(({ type }) => type !== native),
  ];
  return inOrder.find(fits) ?? inOrder[0] ?? { type: TEXT };
};

const formOf = ({ text, html }: Bodies, type: number): string =>
  (type === HTML ? (html ?? (text === '' ? '' : htmlOfText(text))) : text).replaceAll(
    /\r?\n/g,
    '\r\n',
  );

const octetsIn = (text: string): number => {
  let octets = text.length;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    // Halves of a character of four octets are two units and two octets more.
    if (unit >= 0x80) octets += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return octets;
};

/** As many whole characters as fit in some octets of UTF-8. */
const cut = (text: string, octets: number): string => {
  if (text.length * 3 <= octets) return text;
  let left = octets;
  let at = 0;
  for (; at < text.length; ) {
    const point = text.codePointAt(at) ?? 0;
    left -= point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (left < 0) break;
    at += point < 0x10000 ? 1 : 2;
  }
  return text.slice(0, at);
};

/** Characters of a preview at most (MS-ASAIRS 2.2.2.35). */
const PREVIEW = 255;

const previewOf = (text: string, length: number): string =>
  Array.from(
    text
      .slice(0, 4 * PREVIEW)
      .replaceAll(/\s+/g, ' ')
      .trim(),
  )
    .slice(0, Math.min(length, PREVIEW))
    .join('');

const readBody = (bodies: Bodies, { bodies: preferences, version }: Context): Data => {
  const preference = chosen(bodies, preferences);
  const { type, truncationSize = Infinity, allOrNone, preview } = preference;
  const whole = formOf(bodies, type);
  const size = octetsIn(whole);
  const isCut = size > truncationSize;
  const sent = !isCut ? whole : allOrNone === true ? '' : cut(whole, truncationSize);
  const shown =
    preview === undefined || !isAtLeast(version, '14.0') || bodies.text === ''
      ? undefined
      : previewOf(bodies.text, preview);
  return [
    {
      tag: 'airsyncbase:Body',
      value: [
        ...maybe('airsyncbase:Type', type),
        ...maybe('airsyncbase:EstimatedDataSize', size),
        ...(isCut ? maybe('airsyncbase:Truncated', 1) : []),
        ...(sent === '' && isCut ? [] : maybe('airsyncbase:Data', sent)),
        ...maybe('airsyncbase:Preview', shown),
      ],
    },
    ...maybe('airsyncbase:NativeBodyType', bodies.html === undefined ? TEXT : HTML),
  ];
};

const unified = (text: string): string => text.replaceAll(/\r\n?/g, '\n').trimEnd();

/** Whether a client sends what it was sent: all of it, or the part that it got. */
const isAsTold = (said: string, bodies: Bodies, context: Context): boolean => {
  const told = saidIn(inside(readBody(bodies, context), 'airsyncbase:Body'), 'airsyncbase:Data');
  return [told ?? '', formOf(bodies, TEXT), formOf(bodies, HTML)].some(
    (form) => unified(form) === unified(said),
  );
};

const writeBody = (
  lines: Lines,
  property: string,
  data: Data,
  context: Context,
  keepsHtml: boolean,
): Lines => {
  const body = inside(data, 'airsyncbase:Body');
  const said = saidIn(body, 'airsyncbase:Data');
  const bodies = bodiesIn(lines, property);
  const isEmptied = body.length === 0;
  if (!isEmptied && (said === undefined || isAsTold(said, bodies, context))) return lines;
  const others = lines.filter((one) => !isHtml(one));
  if (saidIn(body, 'airsyncbase:Type')?.trim() !== String(HTML))
    return withText(others, property, unified(said ?? ''));
  const html = clean(said ?? '');
  const written = withText(others, property, textOfHtml(html));
  if (html.trim() === '' || !keepsHtml) return written;
  return [...written, line('X-ALT-DESC', escapeText(html), { FMTTYPE: 'text/html' })];
};

/**
 * The body of an item, kept in a property and, for calendar objects, beside it in HTML.
 *
 * @param keepsHtml whether HTML has a place; else it is kept as text.
 */
export const bodyField = <Part, View extends { readonly context: Context }>(
  property: string,
  linesOf: (part: Part) => Lines,
  withLines: (part: Part, lines: Lines) => Part,
  keepsHtml = true,
): Field<Part, View> => ({
  tags: ['airsyncbase:Body'],
  omitted: 'kept',
  read: (part, { context }) => readBody(bodiesIn(linesOf(part), property), context),
  write(part, data, { context }) {
    const lines = linesOf(part);
    const written = writeBody(lines, property, data, context, keepsHtml);
    return written === lines ? part : withLines(part, written);
  },
});
