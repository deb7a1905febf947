import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Data } from '../../../src/domain/activesync/data.ts';
import type { ItemClassName } from '../../../src/domain/activesync/item-class.ts';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import { isAtLeast, type Version, versions } from '../../../src/domain/activesync/version.ts';
import { tags } from '../../../src/api/eas/wbxml/tags.ts';
import { readCalendarObject } from '../../../src/domain/icalendar/calendar-object.ts';
import { readAddressObject } from '../../../src/domain/vcard/address-object.ts';
import { corpus } from '../../support/corpus.ts';
import { calendarText, cardText, component, context } from './given-item.ts';

const classOf = (text: string): ItemClassName => {
  if (/^BEGIN:V(?:CARD|LIST)/im.test(text)) return 'Contacts';
  if (/^BEGIN:VTODO/im.test(text)) return 'Tasks';
  return /^BEGIN:VJOURNAL/im.test(text) ? 'Notes' : 'Calendar';
};

const everything = [...corpus('ical/good'), ...corpus('vcard/good')];

/** Whether each element is one of the version, wherever it is. */
const strange = (data: Data, version: Version): readonly string[] =>
  data.flatMap(({ tag, value }) => {
    const known = tags.some(
      (one) =>
        one.name === tag &&
        !one.isOld &&
        isAtLeast(version, one.since) &&
        isAtLeast(one.until, version),
    );
    const inner =
      typeof value === 'string' || value instanceof Uint8Array ? [] : strange(value, version);
    return known ? inner : [tag, ...inner];
  });

const expectUntouched = (
  name: string,
  text: string,
  more: Parameters<typeof context>[0],
): Data | undefined => {
  const kind = itemClasses[classOf(text)];
  const data = kind.toData(text, context(more));
  if (data === undefined) return undefined;
  expect(kind.merge(text, data, context(more)), name).toEqual({ object: text });
  expect(strange(data, context(more).version), name).toEqual([]);
  return data;
};

test.each(versions)(
  'what a phone sends back as it was told leaves the stored object octet for octet, in %s',
  (version) => {
    const told = everything.filter(({ name, text }) => expectUntouched(name, text, { version }));
    expect(told.length).toBeGreaterThan(version === '12.1' ? 28 : 29);
  },
);

test('so it does for a body in HTML, cut short, in another zone and on other phones', () => {
  for (const { name, text } of everything) {
    expectUntouched(name, text, { bodies: [{ type: 2 }], zone: 'America/New_York' });
    expectUntouched(name, text, { bodies: [{ type: 1, truncationSize: 3 }], zone: 'Asia/Kolkata' });
    expectUntouched(name, text, {
      deviceType: 'Android',
      zone: 'Pacific/Auckland',
      version: '14.0',
    });
    expectUntouched(name, text, { deviceType: 'BlackBerry', zone: 'nowhere' });
    expectUntouched(name, text, { owner: { name: '', addresses: [] }, supported: new Set() });
  }
});

const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .map((some) => some.replaceAll(/[\p{C}\\;,]/gu, 'x'));
const wall = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
  .map((date) =>
    date
      .toISOString()
      .replaceAll(/[-:]|\.\d+Z/g, '')
      .slice(0, 13)
      .concat('00'),
  );
const day = wall.map((time) => time.slice(0, 8));
const zone = fc.constantFrom(
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Sydney',
  'W. Europe Standard Time',
  'Africa/Casablanca',
  'Nowhere/Land',
);
const start = fc.oneof(
  fc.tuple(wall, zone).map(([time, tzid]) => `DTSTART;TZID=${tzid}:${time}`),
  wall.map((time) => `DTSTART:${time}Z`),
  wall.map((time) => `DTSTART:${time}`),
  day.map((date) => `DTSTART;VALUE=DATE:${date}`),
);
const rule = fc.constantFrom(
  'RRULE:FREQ=DAILY;INTERVAL=3;COUNT=9',
  'RRULE:FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20700101T000000Z',
  'RRULE:FREQ=WEEKLY;INTERVAL=2;WKST=SU',
  'RRULE:FREQ=MONTHLY;BYDAY=-1TH',
  'RRULE:FREQ=MONTHLY;BYMONTHDAY=31',
  'RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
  'RRULE:FREQ=YEARLY;INTERVAL=2',
  'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU',
  'RRULE:FREQ=HOURLY',
  'RRULE:FREQ=YEARLY;BYWEEKNO=20',
);
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const lines = fc
  .tuple(
    start,
    optional(text.map((each) => `SUMMARY;X-A="b:c":${each}`)),
    optional(text.map((each) => `LOCATION;LANGUAGE=de:${each}`)),
    optional(text.map((each) => `DESCRIPTION:${each}\\n${each}`)),
    optional(rule),
    optional(fc.constantFrom('DURATION:PT90M', 'DURATION:P2D', 'DURATION:P1W')),
    optional(fc.constantFrom('CLASS:PRIVATE', 'CLASS:X-OTHER', 'CLASS:CONFIDENTIAL')),
    optional(fc.constantFrom('TRANSP:TRANSPARENT', 'TRANSP:OPAQUE', 'STATUS:TENTATIVE')),
    optional(fc.constant('CATEGORIES:A,b\\,c\r\nCATEGORIES:Ä')),
    optional(fc.constantFrom('GEO:48.1;11.5', 'X-UNKNOWN;P=1:v', 'STATUS:CANCELLED')),
    optional(
      fc.constantFrom(
        'ORGANIZER;CN=A:mailto:alice@example.org\r\nATTENDEE;X-N=1:MAILTO:Bob@Example.org',
        'ORGANIZER:mailto:z@example.org\r\nATTENDEE;PARTSTAT=TENTATIVE:mailto:alice@example.org\r\nATTENDEE:mailto:z@example.org\r\nATTENDEE:urn:uuid:1',
      ),
    ),
    optional(
      fc.constantFrom(
        'BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nX-B:1\r\nEND:VALARM\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nTRIGGER:-PT1M\r\nEND:VALARM',
        'BEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER;RELATED=END:-P1D\r\nEND:VALARM',
        'BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:20260101T000000Z\r\nEND:VALARM',
      ),
    ),
  )
  .map((all) => all.filter((one) => one !== undefined));

test('so it does for events and tasks of any make, in every version (a property)', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('VEVENT', 'VTODO', 'VJOURNAL'),
      lines,
      fc.constantFrom(...versions),
      zone,
      (name, all, version, tzid) => {
        expectUntouched('generated', calendarText(component(name, ...all)), {
          version,
          zone: tzid,
        });
      },
    ),
    { numRuns: 500 },
  );
});

test('so it does for cards of any make (a property)', () => {
  const card = fc.subarray([
    'N:Doe;Jane,Ann;;Dr.;',
    'N;LANGUAGE=en:Doe;Jane',
    'ORG:A\\;B;C;D;E',
    'item1.EMAIL;TYPE=HOME:a@example.org',
    'EMAIL;TYPE=PREF:b@example.org',
    'EMAIL:c@example.org',
    'EMAIL:d@example.org',
    'TEL;HOME;FAX:1',
    'TEL;TYPE=CELL:2',
    'TEL;TYPE=CELL:3',
    'TEL;VALUE=uri;TYPE="work,voice":tel:+1-2',
    'TEL:4',
    'ADR;TYPE=HOME:Box 1;Flat 2;Street\\n3;City;;12;Land',
    'ADR:;;S;;;;',
    'BDAY:19800229',
    'BDAY;VALUE=text:circa 1800',
    'ANNIVERSARY:--0229',
    'X-ANNIVERSARY:2001-02-03',
    'URL:http\\://example.org/',
    'IMPP:xmpp:a@example.org',
    'X-SKYPE:me',
    'RELATED;TYPE=spouse;VALUE=text:Joe',
    'RELATED;TYPE=spouse:urn:uuid:2',
    'X-CHILDREN:Ann',
    'NOTE:a\\nb',
    'CATEGORIES:x,y\\,z',
    'PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ',
    'PHOTO:data:image/png;base64,iVBORw0KGgo=',
    'PHOTO;VALUE=uri:http://example.org/a.png',
    'X-KEPT;A=b:c',
  ]);
  fc.assert(
    fc.property(
      fc.constantFrom('3.0', '4.0'),
      card,
      fc.constantFrom(...versions),
      (version, all, protocol) => {
        expectUntouched('generated', cardText(version, 'FN:Jane', ...all), { version: protocol });
      },
    ),
    { numRuns: 300 },
  );
});

const anyTag = fc.constantFrom(
  ...tags
    .filter(({ name }) => /^(?:calendar|contacts2?|tasks|notes|airsyncbase):/.test(name))
    .map(({ name }) => name),
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('', '0', '1', '5', '127', '-1', '99999999999', 'a@b.c', '20260105T090000Z'),
  fc.constantFrom(
    '2026-01-05T09:00:00.000Z',
    '00010101T000000Z',
    '99991231T235959Z',
    '20260230T000000Z',
  ),
  wall.map((time) => `${time}Z`),
);
const { anyData } = fc.letrec<{ anyData: Data; value: Data[number]['value'] }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, anyText, fc.uint8Array({ maxLength: 8 }), tie('anyData')),
  anyData: fc.array(fc.record({ tag: anyTag, value: tie('value') }), { maxLength: 12 }),
}));

test('any data at all is refused with status 6 or makes an object that can be stored (a property)', () => {
  const kinds = fc.constantFrom<readonly ['Calendar' | 'Contacts' | 'Tasks' | 'Notes', string]>(
    ['Calendar', 'VEVENT'],
    ['Tasks', 'VTODO'],
    ['Notes', 'VJOURNAL'],
    ['Contacts', ''],
  );
  fc.assert(
    fc.property(
      kinds,
      anyData,
      optional(lines),
      fc.constantFrom(...versions),
      fc.array(fc.tuple(fc.nat(30), anyText), { maxLength: 4 }),
      ([kind, name], other, all, version, spoilt) => {
        const card = kind === 'Contacts';
        const made = card
          ? cardText('4.0', 'FN:A', 'TEL:1')
          : calendarText(component(name, ...(all ?? [])));
        const stored = all === undefined ? undefined : made;
        const data = [
          ...(itemClasses[kind].toData(made, context({ version })) ?? []),
          ...other,
        ].map((element, at) => {
          const [, value] = spoilt.find(([place]) => place === at) ?? [];
          return value === undefined ? element : { ...element, value };
        });
        const merged = itemClasses[kind].merge(stored, data, context({ version }));
        if ('refused' in merged) expect(merged.refused).toBe(6);
        else if (merged.object !== stored) {
          const reading = card
            ? readAddressObject(merged.object)
            : readCalendarObject(merged.object);
          expect(reading).toHaveProperty('facts');
          const again = itemClasses[kind].toData(merged.object, context({ version }));
          if (again !== undefined)
            expect(itemClasses[kind].merge(merged.object, again, context({ version }))).toEqual(
              merged,
            );
        }
      },
    ),
    { numRuns: 1_500 },
  );
});
