import { isAvailability } from '../../../domain/icalendar/availability.ts';
import { AVAILABILITY } from '../../scheduling/availability-setting.ts';
import { type Property, property } from '../tables.ts';
import { textOf } from '../xml/element.ts';
import { caldav } from '../xml/names.ts';
import { text } from '../xml/write.ts';

/** When somebody can be met (RFC 7953): of what is kept, free and busy times tell others; the text is its owner's alone. */
export const availabilityProperties: readonly Property[] = [
  property({
    name: caldav('calendar-availability'),
    source: 'RFC 7953 §7.2.4',
    on: ['calendar-home'],
    allprop: false,
    needsPreferences: true,
    read: ({ view: { preferences, viewer, whose } }) => {
      if (whose.account !== viewer.account) return undefined;
      const said = preferences?.settings.get(AVAILABILITY);
      return said === undefined ? undefined : text(JSON.parse(said) as string);
    },
    settle: (value) => {
      if (value === undefined) return { settings: new Map([[AVAILABILITY, null]]) };
      const said = textOf(value);
      return isAvailability(said)
        ? { settings: new Map([[AVAILABILITY, JSON.stringify(said)]]) }
        : { status: 403, element: caldav('valid-calendar-data') };
    },
  }),
];
