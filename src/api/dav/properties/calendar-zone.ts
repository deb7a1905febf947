import { zoneDefinitionIn } from '../../../domain/icalendar/times.ts';
import { zoneCalendar } from '../../../domain/icalendar/zones/write-zone.ts';
import { TIME_ZONES } from '../../timezones/actions.ts';
import { hrefElement } from '../href.ts';
import { type Property, property } from '../tables.ts';
import { textOf } from '../xml/element.ts';
import { caldav } from '../xml/names.ts';
import { text } from '../xml/write.ts';
import { isTimeZoneObject } from './time-zone.ts';

/** A calendar's zone, as a definition and by its name: one and the same (RFC 7809 §3.1.5); where all are. */
export const calendarZoneProperties: readonly Property[] = [
  property({
    name: caldav('calendar-timezone'),
    source: 'RFC 4791 §5.2.2',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) =>
      entry.properties.timeZone === undefined ? undefined : text(entry.properties.timeZone),
    patch: (value) => {
      if (value === undefined) return { timeZone: null };
      const timeZone = textOf(value);
      return isTimeZoneObject(timeZone)
        ? { timeZone }
        : { status: 409, element: caldav('valid-calendar-data') };
    },
  }),
  property({
    name: caldav('calendar-timezone-id'),
    source: 'RFC 7809 §5.2',
    on: ['calendar'],
    allprop: false,
    read: ({ entry }) => {
      const { timeZone } = entry.properties;
      const definition = timeZone === undefined ? undefined : zoneDefinitionIn(timeZone);
      return definition && text(definition.tzid);
    },
    patch: (value) => {
      if (value === undefined) return { timeZone: null };
      const timeZone = zoneCalendar(textOf(value).trim());
      return timeZone === undefined
        ? { status: 403, element: caldav('valid-timezone') }
        : { timeZone };
    },
  }),
  property({
    name: caldav('timezone-service-set'),
    source: 'RFC 7809 §5.1',
    on: ['calendar-home', 'calendar'],
    allprop: false,
    read: () => hrefElement(TIME_ZONES),
  }),
];
