import { CALENDAR_LIMITS } from '../../../domain/icalendar/calendar-limits.ts';
import { DATE_TIMES } from '../../../domain/icalendar/date-times.ts';
import { RSCALES } from '../../../domain/icalendar/recurrence-rule.ts';
import { type Property, property } from '../tables.ts';
import { caldav, carddav } from '../xml/names.ts';
import { join, text, textElement } from '../xml/write.ts';

/** A bound on what a calendar takes, the same for all. */
const calendarLimit = (name: string, source: string, value: string | number): Property =>
  property({
    name: caldav(name),
    source,
    on: ['calendar'],
    allprop: false,
    read: () => text(String(value)),
  });

/** What a collection takes of objects, and no more: PUT, COPY and MOVE refuse it by the same names. */
export const limitProperties: readonly Property[] = [
  property({
    name: caldav('max-resource-size'),
    source: 'RFC 4791 §5.2.5',
    on: ['calendar'],
    allprop: false,
    read: ({ view }) => text(String(view.limits.resource)),
  }),
  property({
    name: carddav('max-resource-size'),
    source: 'RFC 6352 §6.2.3',
    on: ['addressbook'],
    allprop: false,
    read: ({ view }) => text(String(view.limits.resource)),
  }),
  calendarLimit('min-date-time', 'RFC 4791 §5.2.6', DATE_TIMES.min),
  calendarLimit('max-date-time', 'RFC 4791 §5.2.7', DATE_TIMES.max),
  calendarLimit('max-instances', 'RFC 4791 §5.2.8', CALENDAR_LIMITS.instances),
  calendarLimit('max-attendees-per-instance', 'RFC 4791 §5.2.9', CALENDAR_LIMITS.attendees),
  property({
    name: caldav('supported-rscale-set'),
    source: 'RFC 7529 §7.1',
    on: ['calendar'],
    allprop: false,
    read: () => join(RSCALES.map((each) => textElement(caldav('supported-rscale'), each))),
  }),
];
