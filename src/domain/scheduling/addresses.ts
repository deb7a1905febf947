/**
 * A calendar user address (RFC 5545 §3.3.3) in the one form in which two can be compared: scheme in small letters,
 * `mailto:` wholly so and with its percent escapes resolved, a path without its last slash.
 */
export type CalendarUserAddress = string & { readonly brand: 'CalendarUserAddress' };

/** All by which one person goes. */
export type Addresses = ReadonlySet<CalendarUserAddress>;
