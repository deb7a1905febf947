/** Under which CALDAV:calendar-availability (RFC 7953 §7.2.4) is kept among somebody's settings. */
export const AVAILABILITY = 'dav/calendar-availability';
