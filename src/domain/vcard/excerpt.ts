import type { ContentLine } from '../icalendar/content-lines.ts';
import { writeLine } from '../icalendar/writing.ts';
import type { VcardVersion } from './versions.ts';
import { cardLines } from './card.ts';
import { convertLines } from './conversion/conversion.ts';
import { type Book, unknownBook } from './lists/book.ts';
import { groupLines, isGroup, isList, listLines } from './lists/conversion.ts';

/** One property that `CARDDAV:address-data` asks for (RFC 6352 §10.4.2). */
export interface WantedProperty {
  /** Upper case. */
  readonly name: string;
  /** In lower case; `undefined` fits every group. */
  readonly group: string | undefined;
  /** Whether the value is to be left out. */
  readonly noValue: boolean;
}

/** What of a card is wanted, and how it is to be written down. */
export interface Excerpt {
  /** `undefined`: all of them. */
  readonly properties: readonly WantedProperty[] | undefined;
  /** `undefined`: as it was stored. */
  readonly version: VcardVersion | undefined;
  /** Where members of lists are looked up. */
  readonly book?: Book | undefined;
}

/**
 * A card as it was asked for: verbatim when all of it is wanted in the version it has. VERSION is
 * always there, for without it a text is no vCard (RFC 6350 §6.7.9).
 */
export const excerptOf = (text: string, excerpt: Excerpt): string => {
  const { properties, version } = excerpt;
  const name = version === undefined && isList(text) ? 'VLIST' : 'VCARD';
  if (properties === undefined && (version === undefined || version === versionOf(text)))
    return text;
  return component(name, excerptLines(text, excerpt));
};

const component = (name: string, lines: readonly ContentLine[]): string =>
  `BEGIN:${name}\r\n${lines.map(writeLine).join('')}END:${name}\r\n`;

/** A group as SOGo's list, verbatim when it is one; `undefined` for a card that is neither. */
export const listOf = (
  text: string,
  { properties, book = unknownBook }: Omit<Excerpt, 'version'>,
): string | undefined => {
  if (isList(text)) return excerptOf(text, { properties, version: undefined });
  const lines = cardLines(text);
  if (!isGroup(lines)) return undefined;
  return component('VLIST', chosen(listLines(lines, book), properties));
};

/** The VERSION of a stored card. */
export const versionOf = (text: string): string | undefined =>
  /^VERSION:\s*(\S+)\s*$/im.exec(text)?.[1] ??
  cardLines(text)
    .find(({ name }) => name === 'VERSION')
    ?.value.trim();

/** The lines of such a card, VERSION first, without BEGIN and END. */
export const excerptLines = (
  text: string,
  { properties, version, book = unknownBook }: Excerpt,
): readonly ContentLine[] => {
  const lines = cardLines(text);
  const stored = lines.find(({ name }) => name === 'VERSION');
  const converts = version !== undefined && version !== stored?.value.trim();
  if (converts && isList(text)) return chosen(groupLines(lines, version, book), properties);
  const all = converts
    ? convertLines(lines, version)
    : [...(stored === undefined ? [] : [stored]), ...lines.filter((line) => line !== stored)];
  return chosen(all, properties);
};

const chosen = (
  all: readonly ContentLine[],
  properties: Excerpt['properties'],
): readonly ContentLine[] => {
  if (properties === undefined) return all;
  return all.flatMap((line) => {
    if (line.name === 'VERSION') return [line];
    const group = line.group.toLowerCase();
    const wanted = properties.filter(
      (each) => each.name === line.name && (each.group === undefined || each.group === group),
    );
    if (wanted.length === 0) return [];
    return [wanted.every(({ noValue }) => noValue) ? { ...line, value: '' } : line];
  });
};
