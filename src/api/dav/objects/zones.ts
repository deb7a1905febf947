import { isAddressComponent, type MemberRow } from '../../../projections/collection/rows.ts';
import type { IncomingHttpHeaders } from 'node:http';
import type { Held } from './contents.ts';
import { objectText } from './data.ts';
import { type ZonesWanted, withZones } from '../../../domain/icalendar/zones/references.ts';

/** What `CalDAV-Timezones` asks for (RFC 7809 §7.1); `undefined`: calendar data as it was stored. */
export const zonesWanted = (headers: IncomingHttpHeaders): ZonesWanted | undefined => {
  const value = String(headers['caldav-timezones'] ?? '')
    .trim()
    .toUpperCase();
  if (value === 'T') return 'all';
  return value === 'F' ? 'unusual' : undefined;
};

/** An object's text as a client wants its time zones. */
export const servedText = (
  held: Held,
  { component }: Pick<MemberRow, 'component'>,
  headers: IncomingHttpHeaders,
): string => {
  const wanted = zonesWanted(headers);
  const text = objectText(held);
  return wanted === undefined || isAddressComponent(component) ? text : withZones(text, wanted);
};

/**
 * The octets of an object as a client wants its time zones. They share their entity tag with those that
 * were stored, as all that reports make of an object does.
 */
export const servedOctets = (
  octets: Uint8Array,
  { component }: Pick<MemberRow, 'component'>,
  headers: IncomingHttpHeaders,
): Uint8Array => {
  const wanted = zonesWanted(headers);
  if (wanted === undefined || isAddressComponent(component)) return octets;
  return Buffer.from(withZones(objectText({ octets }), wanted));
};

/** Headers that an object's representation varies with, beside Accept. */
export const zonesVary = ({ component }: Pick<MemberRow, 'component'>) =>
  isAddressComponent(component) ? [] : ['CalDAV-Timezones'];
