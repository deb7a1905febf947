import { excerptOf, type Excerpt, newRoom, type Room } from '../../../domain/icalendar/excerpt.ts';
import type { WantedComponent } from '../../../domain/icalendar/parts.ts';
import type { TimeRange } from '../../../domain/icalendar/time-range.ts';
import { type Zone } from '../../../domain/icalendar/zones/zone.ts';
import { knownZones } from '../../../domain/icalendar/zones/zones.ts';
import type { Refusal } from '../errors.ts';
import { type RangeReading, rangeIn, rangeRefusal } from '../time-range.ts';
import { attributeOf, childOf, childrenOf, elementsOf, type XmlElement } from '../xml/element.ts';
import { caldav, dav } from '../xml/names.ts';
import { type Markup, text } from '../xml/write.ts';
import { askedForm } from '../forms/object-forms.ts';

/** Levels of components that are asked for, and how many on all of them; objects are not nested deeper. */
const PARTS = { depth: 8, components: 200 } as const;

const EXPAND = caldav('expand');
const LIMIT = caldav('limit-recurrence-set');
const FREE_BUSY = caldav('limit-freebusy-set');
const COMPONENT = caldav('comp');

/**
 * Why a `CALDAV:calendar-data` element cannot be answered (RFC 4791 §7.8, §7.9, §9.6): a range that is
 * none or beyond what there can be, or what contradicts the grammar.
 */
export const calendarDataRefusal = (asked: XmlElement): Refusal | undefined => {
  const ranges = [EXPAND, LIMIT, FREE_BUSY].flatMap((name) => childrenOf(asked, name));
  for (const reading of ranges.map((element) => rangeIn(element)))
    if (!('range' in reading)) return rangeRefusal(reading, { status: 400 });
  if (childrenOf(asked, EXPAND).length + childrenOf(asked, LIMIT).length > 1)
    return malformed('expand and limit-recurrence-set exclude each other.');
  if (childrenOf(asked, FREE_BUSY).length > 1 || childrenOf(asked, COMPONENT).length > 1)
    return malformed('comp and limit-freebusy-set stand once.');
  return sizeOf(asked, 0) > PARTS.components
    ? malformed('Too many parts are asked for.')
    : undefined;
};

const malformed = (reason: string): Refusal => ({ status: 400, reason });

/** How many components are named; more than allowed when they are nested too deep. */
const sizeOf = (asked: XmlElement, depth: number): number =>
  depth > PARTS.depth
    ? PARTS.components + 1
    : childrenOf(asked, COMPONENT).reduce((sum, one) => sum + 1 + sizeOf(one, depth + 1), 0);

/** One request's element, as it was read, and what it may still make of objects. */
interface Asked {
  readonly excerpt: Excerpt;
  readonly room: Room;
}

/** One element asks for many objects. */
const known = new WeakMap<XmlElement, Asked>();

/**
 * A calendar object as a `CALDAV:calendar-data` element asks for it; the element's `check` passed.
 * @param floating gives the zone of days and floating times, where that matters.
 * @param steps that all objects together may take to be expanded.
 */
export const calendarData = (
  calendar: string,
  asked: XmlElement | undefined,
  floating: () => Zone,
  steps: number | undefined,
): Markup | Refusal => {
  if (asked === undefined) return text(calendar);
  if (asked.nodes.length === 0) return text(inForm(calendar, asked));
  const { excerpt, room } = known.get(asked) ?? remember(asked, steps);
  const zone = excerpt.recurrence === undefined ? undefined : floating();
  const made = excerptOf(calendar, excerpt, zone && { zones: knownZones, floating: zone }, room);
  return made === 'too much' ? tooMuch : text(inForm(made, asked));
};

/** In the form that the element's attributes ask for. */
const inForm = (calendar: string, asked: XmlElement): string => {
  const form = askedForm('calendar', asked);
  return form === undefined || form === 'stored' ? calendar : form.write(calendar);
};

const tooMuch: Refusal = { status: 403, element: dav('number-of-matches-within-limits') };

const remember = (asked: XmlElement, steps: number | undefined): Asked => {
  const rangeOf = (element: XmlElement | undefined): TimeRange | undefined => {
    const reading: RangeReading | undefined = element && rangeIn(element);
    return reading !== undefined && 'range' in reading ? reading.range : undefined;
  };
  const expand = rangeOf(childOf(asked, EXPAND));
  const limit = rangeOf(childOf(asked, LIMIT));
  const parts = childrenOf(asked, COMPONENT);
  const excerpt: Excerpt = {
    parts: parts.length === 0 ? undefined : parts.map(wantedComponent),
    recurrence:
      expand !== undefined
        ? { as: 'expand', range: expand }
        : limit && { as: 'limit', range: limit },
    freeBusy: rangeOf(childOf(asked, FREE_BUSY)),
  };
  const read = { excerpt, room: newRoom(steps) };
  known.set(asked, read);
  return read;
};

/** §9.6.1. A component that says nothing about what is wanted of it is wanted whole, as in §7.8.1. */
const wantedComponent = (asked: XmlElement): WantedComponent => {
  const whole = elementsOf(asked).length === 0;
  const allOf = (name: string): boolean => whole || childOf(asked, caldav(name)) !== undefined;
  return {
    name: nameIn(asked),
    properties: allOf('allprop')
      ? 'all'
      : childrenOf(asked, caldav('prop')).map((prop) => ({
          name: nameIn(prop),
          noValue: attributeOf(prop, 'novalue') === 'yes',
        })),
    components: allOf('allcomp') ? 'all' : childrenOf(asked, COMPONENT).map(wantedComponent),
  };
};

const nameIn = (element: XmlElement): string =>
  attributeOf(element, 'name')?.trim().toUpperCase() ?? '';
