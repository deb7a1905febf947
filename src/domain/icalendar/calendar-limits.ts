/** Bounds on one calendar object beside its size. */
export const CALENDAR_LIMITS = {
  lines: 100_000,
  components: 10_000,
  depth: 8,
  uid: 1_024,
  /** Of one RDATE, EXDATE or FREEBUSY. */
  dates: 10_000,
  /** Of one object (CALDAV:max-instances); rules without end are not counted. */
  instances: 100_000,
  /** CALDAV:max-attendees-per-instance. */
  attendees: 5_000,
} as const;
