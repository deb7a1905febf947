import { partsOf } from '../../vcard/card.ts';
import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { escapeText } from '../../icalendar/writing.ts';
import type { Data } from '../data.ts';
import {
  clean,
  cleanLine,
  given,
  inside,
  isContainer,
  maybe,
  textIn as saidIn,
} from '../elements.ts';
import type { Field } from '../fields.ts';
import { lineIn, type Lines, textIn, withText, withValue } from '../properties.ts';
import { isAtLeast } from '../version.ts';
import type { View } from './view.ts';

/** Parts of a place that iCalendar has no property for, in their order (MS-ASAIRS 2.2.2.28). */
const PARTS = [
  'Annotation',
  'Street',
  'City',
  'State',
  'Country',
  'PostalCode',
  'Accuracy',
  'Altitude',
  'AltitudeAccuracy',
  'LocationUri',
] as const;
/** Where they are kept: each part escaped, with semicolons between them. */
const KEPT = 'X-DAYBOOK-PLACE';

const placeOf = (lines: Lines): Data => {
  const [latitude, longitude] = (lineIn(lines, 'GEO')?.value ?? '').split(';');
  const parts = partsOf(lineIn(lines, KEPT)?.value ?? '', /;/);
  const name = clean(textIn(lines, 'LOCATION'));
  const all: Data = [
    ...maybe('airsyncbase:DisplayName', name || undefined),
    ...PARTS.flatMap((part, at) => maybe(`airsyncbase:${part}`, parts[at] || undefined)),
    ...maybe('airsyncbase:Latitude', isDegrees(latitude) ? latitude : undefined),
    ...maybe('airsyncbase:Longitude', isDegrees(longitude) ? longitude : undefined),
  ];
  return all;
};

const isDegrees = (text: string | undefined): text is string =>
  text !== undefined && /^\s*[+-]?\d{1,3}(?:\.\d{1,15})?\s*$/.test(text);

const writePlace = (lines: Lines, data: Data): Lines => {
  const said = given(data, 'airsyncbase:Location');
  // Some clients of 16.x still send the place as a text.
  if (said !== undefined && !isContainer(said.value))
    return withText(lines, 'LOCATION', cleanLine(saidIn(data, 'airsyncbase:Location') ?? ''));
  const place = inside(data, 'airsyncbase:Location');
  const text = (name: string): string =>
    cleanLine(saidIn(place, `airsyncbase:${name}`) ?? '').trim();
  const [latitude, longitude] = [text('Latitude'), text('Longitude')];
  const geo = isDegrees(latitude) && isDegrees(longitude) ? `${latitude};${longitude}` : '';
  const parts = PARTS.map((part) => escapeText(text(part)));
  const isEmpty = parts.every((part) => part === '');
  const name = saidIn(place, 'airsyncbase:DisplayName') ?? '';
  const named = name === textIn(lines, 'LOCATION') ? lines : withText(lines, 'LOCATION', name);
  return withValue(withValue(named, 'GEO', geo), KEPT, isEmpty ? '' : parts.join(';'));
};

/** Where it is: a text, and from 16.0 on an address and coordinates too. */
export const locationField: Field<ComponentNode, View> = {
  tags: ['calendar:Location', 'airsyncbase:Location'],
  omitted: 'cleared',
  read({ properties }, { context }) {
    if (!isAtLeast(context.version, '16.0'))
      return maybe('calendar:Location', clean(textIn(properties, 'LOCATION')) || undefined);
    const place = placeOf(properties);
    return place.length === 0 ? [] : [{ tag: 'airsyncbase:Location', value: place }];
  },
  write(component, data) {
    const { properties } = component;
    const text = saidIn(data, 'calendar:Location');
    const isPlace = given(data, 'airsyncbase:Location') !== undefined;
    return {
      ...component,
      properties: isPlace
        ? writePlace(properties, data)
        : withText(properties, 'LOCATION', text ?? ''),
    };
  },
};
