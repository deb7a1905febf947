/** The first and the last time that may be stored or asked for (RFC 4791 §5.2.6, §5.2.7), in UTC. */
export const DATE_TIMES = { min: '00010101T000000Z', max: '99991231T235959Z' } as const;

export type DateTimeCondition = 'min-date-time' | 'max-date-time';

/**
 * Which bound a DATE or DATE-TIME is beyond, if it is. Its digits are compared as they are written: no
 * zone moves a time that somebody lives by over these bounds.
 */
export const beyond = (value: string): DateTimeCondition | undefined => {
  const digits = value.trim().slice(0, 15);
  if (digits < DATE_TIMES.min.slice(0, digits.length)) return 'min-date-time';
  return digits > DATE_TIMES.max.slice(0, digits.length) ? 'max-date-time' : undefined;
};
