import { maybe, textIn } from '../elements.ts';
import { REFUSED } from '../fields.ts';
import { type ContentLine, parametersOf } from '../../icalendar/content-lines.ts';
import { line, lineIn, withLine } from '../properties.ts';
import { type CardField, typesOf } from './view.ts';

/** How the base64 of pictures begins. */
const beginnings: readonly (readonly [start: string, type: string])[] = [
  ['/9j/', 'jpeg'],
  ['iVBORw0KGgo', 'png'],
  ['R0lGOD', 'gif'],
];

/** A picture that is in the card, in base64; one that is elsewhere is not told of. */
const pictureOf = (photo: ContentLine): string | undefined => {
  const [, data] = /^data:[^,]{0,100};base64,(.*)$/is.exec(photo.value) ?? [];
  if (data !== undefined) return data.replaceAll(/\s/g, '');
  const isEncoded =
    typesOf(photo).has('base64') ||
    parametersOf(photo.parameters).some(
      ({ name, values }) => name === 'ENCODING' && /^(?:b|base64)$/i.test(values[0] ?? ''),
    );
  return isEncoded ? photo.value.replaceAll(/\s/g, '') : undefined;
};

/** PHOTO (RFC 6350 §6.2.4). A larger one than is wanted is not sent, and stays. */
export const pictureField: CardField = {
  tags: ['contacts:Picture'],
  omitted: 'kept',
  read(lines, { context }) {
    const photo = lineIn(lines, 'PHOTO');
    const picture = photo && pictureOf(photo);
    const isSent =
      picture !== undefined && picture !== '' && (picture.length * 3) / 4 <= context.pictureLimit;
    return maybe('contacts:Picture', isSent ? picture : undefined);
  },
  write(lines, data, { isFour }) {
    const said = (textIn(data, 'contacts:Picture') ?? '').replaceAll(/\s/g, '');
    if (said === '') return withLine(lines, 'PHOTO', undefined);
    if (said.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(said)) return REFUSED;
    const [, type = 'jpeg'] = beginnings.find(([start]) => said.startsWith(start)) ?? [];
    return withLine(
      lines,
      'PHOTO',
      isFour
        ? line('PHOTO', `data:image/${type};base64,${said}`)
        : line('PHOTO', said, { ENCODING: 'b', TYPE: type.toUpperCase() }),
    );
  },
};
