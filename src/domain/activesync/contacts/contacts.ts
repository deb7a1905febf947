import { utcText } from '../../icalendar/time-values.ts';
import { escapeText, foldLine, writeLine } from '../../icalendar/writing.ts';
import { readAddressObject } from '../../vcard/address-object.ts';
import { cardLines } from '../../vcard/card.ts';
import { isGroup, isList } from '../../vcard/lists/conversion.ts';
import { bodyField } from '../body.ts';
import { readCategories, writeCategories } from '../categories.ts';
import type { Data } from '../data.ts';
import { longDate } from '../dates.ts';
import { isWithinBounds, textIn } from '../elements.ts';
import { mergeFields, readFields, REFUSED } from '../fields.ts';
import type { Context, ItemClass, Merged } from '../item-class.ts';
import { line, type Lines, withLine, wordIn } from '../properties.ts';
import { addressFields } from './addresses.ts';
import { dayFields } from './dates.ts';
import { nameFields, withFullName } from './names.ts';
import { pictureField } from './picture.ts';
import { slotFields } from './slots.ts';
import type { CardField, CardView } from './view.ts';

const categoriesField: CardField = {
  tags: ['contacts:Categories'],
  omitted: 'cleared',
  read: (lines) => readCategories(lines, 'contacts'),
  write: (lines, data) => writeCategories(lines, data, 'contacts'),
};

const fields: readonly CardField[] = [
  ...nameFields,
  ...slotFields,
  ...addressFields,
  ...dayFields,
  categoriesField,
  pictureField,
  bodyField(
    'NOTE',
    (lines) => lines,
    (_, lines) => lines,
    false,
  ),
];

const viewOf = (lines: Lines, context: Context): CardView => ({
  context,
  isFour: wordIn(lines, 'VERSION') === '4.0',
});

/** The lines of a card; `undefined` for a list or group, which has no form in ActiveSync. */
const linesOf = (object: string): Lines | undefined => {
  if (isList(object)) return undefined;
  const lines = cardLines(object);
  return lines.length === 0 || isGroup(lines) ? undefined : lines;
};

const toData = (object: string, context: Context): Data | undefined => {
  const lines = linesOf(object);
  return lines && readFields(fields, lines, viewOf(lines, context));
};

const merge = (stored: string | undefined, data: Data, context: Context): Merged => {
  const before = stored === undefined ? newCard(context) : linesOf(stored);
  if (before === undefined || context.masked || !isWithinBounds(data)) return { refused: 6 };
  const view = viewOf(before, context);
  const merged = mergeFields(fields, before, data, view, 'as the client manages');
  if (merged === REFUSED) return { refused: 6 };
  if (merged === before && stored !== undefined) return { object: stored };
  const named = withFullName(before, merged, textIn(data, 'contacts:FileAs')?.trim() ?? '');
  const object = written(revised(named, view));
  return 'facts' in readAddressObject(object) ? { object } : { refused: 6 };
};

const newCard = ({ uid }: Context): Lines => [
  line('VERSION', '3.0'),
  line('PRODID', '-//Daybook//ActiveSync//EN'),
  line('UID', escapeText(uid)),
  line('N', ';;;;'),
];

/** REV as either version has it. */
const revised = (lines: Lines, { context, isFour }: CardView): Lines => {
  const now = isFour ? utcText(context.now) : longDate(context.now).replace('.000', '');
  return withLine(lines, 'REV', line('REV', now));
};

const written = (lines: Lines): string =>
  [foldLine('BEGIN:VCARD'), ...lines.map(writeLine), foldLine('END:VCARD')].join('');

/** Contacts and Contacts2 (MS-ASCNTC), and vCard 3.0 (RFC 2426) and 4.0 (RFC 6350). */
export const contactsClass: ItemClass = { toData, merge };
