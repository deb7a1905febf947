import { type ContentLine, unescapeText } from '../../icalendar/content-lines.ts';
import { escapeText } from '../../icalendar/writing.ts';
import { type VcardVersion, VLIST_VERSION } from '../versions.ts';
import { cardLines } from '../card.ts';
import { type CardLine, cardLine, contentLine, isUri, lineOf } from '../conversion/line.ts';
import type { Book } from './book.ts';
import { cardOf, memberOf, uidsIn } from './members.ts';
import { groupNames, renaming } from './names.ts';

/** Whether a stored address object is one of SOGo's lists (`BEGIN:VLIST`) and no vCard. */
export const isList = (text: string): boolean =>
  /^BEGIN:VLIST\s*$/im.exec(text.slice(0, BEGINNING).replaceAll(/\r?\n[ \t]/g, ''))?.index === 0;

const BEGINNING = 100;

/** Whether a card's lines are a group's: KIND of RFC 6350 §6.1.4, or Apple's in version 3.0. */
export const isGroup = (lines: readonly ContentLine[]): boolean => {
  const { kind } = groupNames[versionIn(lines)];
  return lines.some((line) => line.name === kind && isGroupKind(line.value));
};

const isGroupKind = (value: string): boolean => value.trim().toLowerCase() === 'group';

const versionIn = (lines: readonly ContentLine[]): VcardVersion =>
  lines.find(({ name }) => name === 'VERSION')?.value.trim() === '4.0' ? '4.0' : '3.0';

/**
 * The lines of a list as a group of a version of vCard, VERSION first. What groups have no place for is kept in
 * properties and parameters that begin with `X-VLIST-`, so that `listLines` gives the list again.
 */
export const groupLines = (
  lines: readonly ContentLine[],
  version: VcardVersion,
  book: Book,
): readonly ContentLine[] => {
  const { kind, member } = groupNames[version];
  const { toGroup } = renaming(version);
  const converted = lines
    .filter(({ name }) => name !== 'VERSION')
    .map(cardLine)
    .map((line) =>
      line.name === 'CARD'
        ? memberOf(line, member, book)
        : typedUid({ ...line, name: toGroup(line.name) }, version),
    );
  const hasKind = converted.some(
    (line) => line.name === kind && isGroupKind(line.value) && !isUsual(line),
  );
  return [
    lineOf('VERSION', version),
    ...(hasKind ? [] : [lineOf(kind, 'group')]),
    ...converted,
    ...(version === '3.0' && !converted.some(({ name }) => name === 'N')
      ? [nameIn(converted)]
      : []),
  ].map(contentLine);
};

/** vCard 3.0 demands N (RFC 2426 §3.1.2). */
const nameIn = (lines: readonly CardLine[]): CardLine => {
  const fullName = lines.find(({ name }) => name === 'FN')?.value ?? '';
  return lineOf('N', `${escapeText(unescapeText(fullName))};;;;`);
};

const TEXT = { name: 'VALUE', values: ['text'] };

/** A UID is a URI in vCard 4.0 unless it says otherwise (RFC 6350 §6.7.6); those of lists are names. */
const typedUid = (line: CardLine, version: VcardVersion): CardLine =>
  version === '4.0' && line.name === 'UID' && line.parameters.length === 0 && !isUri(line.value)
    ? { ...line, parameters: [TEXT] }
    : line;

const untypedUid = (line: CardLine): CardLine => {
  const [only, ...others] = line.parameters;
  return line.name === 'UID' &&
    only?.name === 'VALUE' &&
    only.values.join().toLowerCase() === 'text' &&
    others.length === 0 &&
    !isUri(line.value)
    ? { ...line, parameters: [] }
    : line;
};

/** The other way: a group's lines as SOGo's list, VERSION first, with the group's own in `X-VCARD-`. */
export const listLines = (lines: readonly ContentLine[], book: Book): readonly ContentLine[] => {
  const version = versionIn(lines);
  const { kind, member } = groupNames[version];
  const { toList } = renaming(version);
  const others = lines.filter(({ name }) => name !== 'VERSION').map(cardLine);
  const name = contentLine(nameIn(others));
  const usual = others.find((line) => line.name === kind && isUsual(line));
  const converted = others
    .filter((line) => line !== usual)
    .filter((line) => !(version === '3.0' && line.name === 'N' && isSame(contentLine(line), name)))
    .map((line) =>
      line.name === member
        ? cardOf(line, book)
        : { ...(version === '4.0' ? untypedUid(line) : line), name: toList(line.name) },
    );
  return [lineOf('VERSION', VLIST_VERSION), ...converted].map(contentLine);
};

/** A kind as a group is given it here. */
const isUsual = ({ group, parameters, value }: CardLine): boolean =>
  group === '' && parameters.length === 0 && value === 'group';

const isSame = (one: ContentLine, other: ContentLine): boolean =>
  one.group === other.group && one.parameters === other.parameters && one.value === other.value;

/** What a group's members may be found by: their UIDs, with and without a scheme. */
export const referencesIn = (text: string): readonly string[] => {
  const lines = cardLines(text);
  const { member } = groupNames[versionIn(lines)];
  return lines.flatMap(({ name, value }) => (name === member ? uidsIn(value) : []));
};
