import { freeBusyText } from '../../../domain/icalendar/free-busy.ts';
import type { TimeRange } from '../../../domain/icalendar/time-range.ts';
import { depthOf } from '../depth.ts';
import { badRequest, DavError, notFound } from '../errors.ts';
import { busyIn } from '../objects/busy.ts';
import type { Report } from '../tables.ts';
import { rangeIn, rangeRefusal } from '../time-range.ts';
import { childrenOf, type XmlElement } from '../xml/element.ts';
import { caldav } from '../xml/names.ts';

/**
 * When the calendar's owner is busy. The Depth header says nothing here: a calendar holds objects alone,
 * and clients send any.
 */
export const freeBusyQuery: Report = {
  name: caldav('free-busy-query'),
  source: 'RFC 4791 §7.10',
  on: ['calendar'],
  async handle(request, body) {
    const { resource, by, headers, id } = request;
    if (resource.kind !== 'collection') throw notFound();
    depthOf(headers, '0');
    const range = rangeOf(body);
    const times = await busyIn(request, resource, range);
    return {
      status: 200,
      headers: { 'content-type': 'text/calendar; charset=utf-8' },
      body: freeBusyText(times, range, { uid: id, now: Date.parse(by.at) }),
    };
  },
};

const rangeOf = (body: XmlElement): TimeRange => {
  const [element, ...others] = childrenOf(body, caldav('time-range'));
  if (element === undefined || others.length > 0)
    throw badRequest('free-busy-query needs one time-range.');
  const reading = rangeIn(element, 'one end');
  if ('range' in reading) return reading.range;
  throw new DavError(rangeRefusal(reading, { status: 400 }));
};
