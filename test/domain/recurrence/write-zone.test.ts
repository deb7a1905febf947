import { describe, expect, it } from 'vitest';
import { ianaZone } from '../../../src/domain/icalendar/zones/iana-zone.ts';
import { ownZone } from '../../../src/domain/icalendar/zones/own-zone.ts';
import { zoneText } from '../../../src/domain/icalendar/zones/write-zone.ts';

const HOUR = 3_600_000;
/** What differs between a zone as it is known and as it is read from what is written of it. */
const differences = (name: string): readonly string[] => {
  const text = zoneText(name) ?? '';
  const known = ianaZone(name)?.zone;
  const read = ownZone(text.replace(/^BEGIN:VTIMEZONE\r\n|END:VTIMEZONE\r\n$/g, ''));
  const found: string[] = [];
  for (let at = Date.UTC(1970, 0, 2); at < Date.UTC(2064, 0, 1); at += 53 * HOUR)
    if (known?.spanAt(at).offset !== read?.spanAt(at).offset)
      found.push(new Date(at).toISOString());
  return found;
};

describe('A VTIMEZONE of an IANA zone (RFC 5545 §3.6.5)', () => {
  it.each([
    'Europe/Berlin',
    'Europe/Dublin',
    'Europe/Istanbul',
    'America/New_York',
    'America/Sao_Paulo',
    'America/Santiago',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Asia/Jerusalem',
    'Asia/Gaza',
    'Australia/Lord_Howe',
    'Pacific/Apia',
    'Antarctica/Troll',
    'Etc/UTC',
  ])('says the same as the zone it was made of: %s', (name) => {
    expect(differences(name)).toEqual([]);
  });

  it('tells what is regular by yearly rules', () => {
    const rules = (zoneText('America/New_York') ?? '')
      .match(/^RRULE:.*$/gm)
      ?.map((line) => line.trim());
    expect(rules).toEqual([
      'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
      'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU',
    ]);
  });

  it('is not there for what is no zone', () => {
    expect(zoneText('Europe/Atlantis')).toBeUndefined();
    expect(zoneText('Europe/Berlin\r\nX:1')).toBeUndefined();
  });
});
