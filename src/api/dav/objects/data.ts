import { withZones } from '../../../domain/icalendar/zones/references.ts';
import { type Property, property, type View } from '../tables.ts';
import { caldav, carddav, type Name } from '../xml/names.ts';
import { text } from '../xml/write.ts';
import { formAttributes, formRefusal } from '../forms/object-forms.ts';
import { zoneOfCalendar } from '../properties/time-zone.ts';
import { calendarData, calendarDataRefusal } from './calendar-data.ts';
import { addressData, excerptRefusal } from './address-data.ts';
import type { Held } from './contents.ts';

/** What PUT let in is UTF-8 without byte order mark. */
const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a stored object. */
export const objectText = (held: Held): string => held.text ?? utf8.decode(held.octets);

/**
 * An object's octets in a report (RFC 4791 §9.6, RFC 6352 §10.4). Not properties in the strict sense:
 * PROPFIND never loads octets, and so never finds them.
 */
export const dataProperties: readonly Property[] = [
  property({
    name: caldav('calendar-data'),
    source: 'RFC 4791 §9.6',
    on: ['calendar-object'],
    allprop: false,
    check: (asked) => formRefusal('calendar')(asked) ?? calendarDataRefusal(asked),
    attributes: formAttributes('calendar'),
    read: ({ held, view, entry }, asked) =>
      held === undefined
        ? undefined
        : calendarData(
            inZones(objectText(held), view),
            asked,
            () => view.floating ?? zoneOfCalendar(entry.properties),
            view.limits.steps,
          ),
  }),
  ...(
    [
      ['address-data', 'RFC 6352 §10.4'],
      // What a draft of it was called, as SOGo's connector asks.
      ['addressbook-data', 'SOGo'],
    ] as const
  ).map(([name, source]) =>
    property({
      name: carddav(name),
      source,
      on: ['address-object'],
      allprop: false,
      check: (asked) => formRefusal('addressbook')(asked) ?? excerptRefusal(asked),
      attributes: formAttributes('addressbook'),
      read: ({ held }, asked) =>
        held === undefined ? undefined : text(addressData(objectText(held), asked, held.book)),
    }),
  ),
];

/** Whether answering these properties needs octets. */
export const asksForData = (asked: readonly { readonly name: Name }[]): boolean =>
  asked.some(({ name }) => data.has(name));

const data: ReadonlySet<Name> = new Set(dataProperties.map(({ name }) => name));

const inZones = (calendar: string, { zones }: View): string =>
  zones === undefined ? calendar : withZones(calendar, zones);
