import type { ContentLine } from '../../icalendar/content-lines.ts';
import type { VcardVersion } from '../versions.ts';
import { fourToThree } from './four-to-three.ts';
import { cardLine, contentLine, lineOf } from './line.ts';
import { threeToFour } from './three-to-four.ts';

/**
 * The lines of a card in the other version: what has another name or notation there is written in it,
 * what has none stays as it is, which both versions allow (an extended property is passed over by those
 * who do not know it). VERSION comes first, as RFC 6350 §6.7.9 demands; else the line order stays.
 *
 * Total, and in proportion to the card's length.
 */
export const convertLines = (
  lines: readonly ContentLine[],
  version: VcardVersion,
): readonly ContentLine[] => {
  const others = lines.filter(({ name }) => name !== 'VERSION').map(cardLine);
  const converted = version === '4.0' ? threeToFour(others) : fourToThree(others);
  return [lineOf('VERSION', version), ...converted].map(contentLine);
};
