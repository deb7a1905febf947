import { describe, expect, test } from 'vitest';
import { decodeBlob } from '../../../src/domain/activesync/zones/blob.ts';
import {
  blobOf,
  namedZone,
  readZone,
  userZone,
  UTC_ZONE,
  ZERO_BLOB,
  zoneFor,
} from '../../../src/domain/activesync/zones/zone-finding.ts';

/** A blob put together by hand after MS-ASDTYPE 2.7.6: dates are month, weekday (0 is Sunday), week, hour. */
const blob = (
  bias: number,
  [standard, daylight]: readonly [string, string],
  ends?: readonly number[],
  begins?: readonly number[],
  daylightBias = -60,
): string => {
  const octets = Buffer.alloc(172);
  const date = (at: number, [month = 0, weekday = 0, week = 0, hour = 0]: readonly number[]) => {
    [0, month, weekday, week, hour].forEach((unit, index) =>
      octets.writeUInt16LE(unit, at + index * 2),
    );
  };
  octets.writeInt32LE(bias, 0);
  octets.write(standard, 4, 'utf16le');
  if (ends !== undefined && begins !== undefined) {
    date(68, ends);
    octets.write(daylight, 88, 'utf16le');
    date(152, begins);
    octets.writeInt32LE(daylightBias, 168);
  }
  return octets.toString('base64');
};

const in2026 = Date.UTC(2026, 5, 1);

const known: readonly (readonly [tzid: string, blob: string])[] = [
  [
    'Europe/Berlin',
    blob(-60, ['W. Europe Standard Time', 'W. Europe Daylight Time'], [10, 0, 5, 3], [3, 0, 5, 2]),
  ],
  [
    'America/New_York',
    blob(300, ['Eastern Standard Time', 'Eastern Daylight Time'], [11, 0, 1, 2], [3, 0, 2, 2]),
  ],
  [
    'Australia/Sydney',
    blob(
      -600,
      ['AUS Eastern Standard Time', 'AUS Eastern Daylight Time'],
      [4, 0, 1, 3],
      [10, 0, 1, 2],
    ),
  ],
  ['Asia/Calcutta', blob(-330, ['India Standard Time', ''])],
  ['Asia/Tokyo', blob(-540, ['Tokyo Standard Time', ''])],
  // Half an hour of summer time.
  [
    'Australia/Lord_Howe',
    blob(
      -630,
      ['Lord Howe Standard Time', 'Lord Howe Daylight Time'],
      [4, 0, 1, 2],
      [10, 0, 1, 2],
      -30,
    ),
  ],
];

const named = (tzid: string) => namedZone(tzid) ?? UTC_ZONE;
const user = userZone('Europe/Vienna');

test.each(known)(
  'the blob of %s is the one that Windows has (MS-ASDTYPE 2.7.6)',
  (tzid, expected) => {
    expect(blobOf(named(tzid), in2026)).toBe(expected);
  },
);

test.each(known)('the blob of %s is read as that zone', (tzid, given) => {
  const said = readZone(given);
  expect(said && zoneFor(said, in2026, undefined, user).tzid).toBe(tzid);
});

test('the rules are those of the year: New York in 2006, Moscow before and after 2011', () => {
  const eastern = decodeBlob(blobOf(named('America/New_York'), Date.UTC(2006, 5, 1)));
  expect(eastern?.summer).toEqual({
    begins: { year: 0, month: 4, weekday: 0, week: 1, hour: 2, minute: 0 },
    ends: { year: 0, month: 10, weekday: 0, week: 5, hour: 2, minute: 0 },
  });
  expect(decodeBlob(blobOf(named('Europe/Moscow'), Date.UTC(2010, 5, 1)))).toMatchObject({
    bias: -180,
    daylightBias: -60,
  });
  const later = decodeBlob(blobOf(named('Europe/Moscow'), Date.UTC(2012, 5, 1)));
  expect([later?.bias, later?.summer]).toEqual([-240, undefined]);
});

test('a zone without summer time has zeros where its dates would be', () => {
  const octets = Buffer.from(blobOf(named('Asia/Calcutta'), in2026), 'base64');
  expect(octets).toHaveLength(172);
  expect(octets.subarray(68).every((octet) => octet === 0)).toBe(true);
});

describe('which zone a blob without a name means', () => {
  const berlin = readZone(blob(-60, ['', ''], [10, 0, 5, 3], [3, 0, 5, 2]));
  const tzid = (...[said, stored, own]: readonly [typeof berlin, string?, string?]) =>
    said &&
    zoneFor(said, in2026, stored === undefined ? undefined : named(stored), userZone(own ?? 'UTC'))
      .tzid;

  test('the one that is stored, where it fits', () => {
    expect(tzid(berlin, 'Europe/Madrid', 'Europe/Vienna')).toBe('Europe/Madrid');
  });
  test("the user's, where it fits", () => {
    expect(tzid(berlin, 'Asia/Tokyo', 'Europe/Vienna')).toBe('Europe/Vienna');
  });
  test('a populous one', () => {
    expect(tzid(berlin, 'Asia/Tokyo', 'Asia/Tokyo')).toBe('Europe/Berlin');
    expect(tzid(readZone(blob(480, ['', ''], [11, 0, 1, 2], [3, 0, 2, 2])))).toBe(
      'America/Los_Angeles',
    );
  });
  test('the name is not believed where its rules are others', () => {
    const wrong = readZone(blob(-540, ['W. Europe Standard Time', '']));
    expect(tzid(wrong)).toBe('Asia/Tokyo');
  });
  test('UTC, for zeros', () => {
    expect(tzid(readZone(ZERO_BLOB))).toBe('UTC');
  });
  test('one made of the rules, where nobody has such clocks', () => {
    const said = readZone(blob(-97, ['', ''], [9, 3, 2, 4], [2, 2, 1, 5]));
    const zone = said && zoneFor(said, in2026, undefined, user);
    expect(zone?.own).toContain('RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=2WE');
    expect(zone?.zone.spanAt(Date.UTC(2026, 0, 1)).offset).toBe(97 * 60_000);
    expect(zone?.zone.spanAt(in2026).offset).toBe(157 * 60_000);
    expect(zone && decodeBlob(blobOf(zone, in2026))?.summer).toEqual(said?.rules.summer);
  });
});

test.each([
  '',
  'AAAA',
  '!'.repeat(230),
  `${'A'.repeat(229)}=`,
  Buffer.alloc(172, 0xff).toString('base64').slice(1),
])('what is no blob says nothing (%#)', (given) => {
  expect(decodeBlob(given)?.bias ?? 0).toBe(0);
});

test('a blob of nonsense says nothing', () => {
  expect(decodeBlob(Buffer.alloc(172, 0x7f).toString('base64'))).toBeUndefined();
});
