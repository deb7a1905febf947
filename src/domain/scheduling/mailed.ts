import { boundsOf } from '../icalendar/bounds.ts';
import { calendarTimes } from '../icalendar/times.ts';
import { knownZones } from '../icalendar/zones/zones.ts';
import type { Instant } from '../kernel/ids.ts';

/** Whoever edits it said that no mail is to be sent. */
const UNMAILED = /^X-SOGO-SEND-APPOINTMENT-NOTIFICATIONS[;:]/im;

/** Whether people are told by mail of a change of an object at all: not of what is over, nor where it says so itself. */
export const isMailed = (text: string, now: Instant): boolean => {
  if (UNMAILED.test(text)) return false;
  const reading = calendarTimes(text);
  if ('invalid' in reading) return true;
  const bounds = boundsOf(reading.times, knownZones);
  return bounds === undefined || bounds.end > Date.parse(now);
};
