import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { readCalendarObject } from '../../src/domain/icalendar/calendar-object.ts';
import { componentTree } from '../../src/domain/icalendar/component-tree.ts';
import { jcalOf } from '../../src/domain/icalendar/jcal.ts';
import { readJcal } from '../../src/domain/icalendar/jcal-reading.ts';
import { readAddressObject } from '../../src/domain/vcard/address-object.ts';
import { excerptLines } from '../../src/domain/vcard/excerpt.ts';
import { jcardOf, readJcard } from '../../src/domain/vcard/jcard.ts';
import { eventText } from '../support/objects.ts';

const good = (folder: string): string => join(import.meta.dirname, '../corpus', folder, 'good');
const jcal = (text: string): unknown => {
  const tree = componentTree(text);
  return tree === undefined ? undefined : JSON.parse(JSON.stringify(jcalOf(tree)));
};
const jcard = (text: string): unknown =>
  JSON.parse(
    JSON.stringify(jcardOf(excerptLines(text, { properties: undefined, version: '4.0' }))),
  );
const textOf = (reading: ReturnType<typeof readJcal>): string =>
  'text' in reading ? reading.text : `invalid: ${reading.invalid}`;

/** jCal of one line in an event. */
const property = (line: string): unknown => {
  const tree = componentTree(`BEGIN:VEVENT\r\n${line}\r\nEND:VEVENT\r\n`);
  return tree === undefined ? undefined : jcalOf(tree)[1][0];
};
const cardProperty = (line: string): unknown =>
  jcardOf(
    excerptLines(`BEGIN:VCARD\r\nVERSION:4.0\r\n${line}\r\nEND:VCARD\r\n`, {
      properties: undefined,
      version: undefined,
    }),
  )[1][1];

describe('jCal', () => {
  it.each<readonly [string, unknown]>([
    ['SUMMARY:a\\, b\\nc', ['summary', {}, 'text', 'a, b\nc']],
    ['DTSTART;VALUE=DATE:20110517', ['dtstart', {}, 'date', '2011-05-17']],
    [
      'DTSTART;TZID=US/Eastern:20080212T123000',
      ['dtstart', { tzid: 'US/Eastern' }, 'date-time', '2008-02-12T12:30:00'],
    ],
    ['DTSTAMP:20080205T191224Z', ['dtstamp', {}, 'date-time', '2008-02-05T19:12:24Z']],
    ['CATEGORIES:a,b\\, c', ['categories', {}, 'text', 'a', 'b, c']],
    ['GEO:37.386013;-122.082932', ['geo', {}, 'float', [37.386013, -122.082932]]],
    ['REQUEST-STATUS:2.0;Success', ['request-status', {}, 'text', ['2.0', 'Success']]],
    [
      'RRULE:FREQ=YEARLY;COUNT=5;BYDAY=-1SU,2MO;BYMONTH=10',
      ['rrule', {}, 'recur', { freq: 'YEARLY', count: 5, byday: ['-1SU', '2MO'], bymonth: 10 }],
    ],
    [
      'RRULE:FREQ=DAILY;UNTIL=20301231',
      ['rrule', {}, 'recur', { freq: 'DAILY', until: '2030-12-31' }],
    ],
    [
      'FREEBUSY;FBTYPE=FREE:20110517T120000Z/PT1H,20110518T120000Z/20110518T130000Z',
      [
        'freebusy',
        { fbtype: 'FREE' },
        'period',
        ['2011-05-17T12:00:00Z', 'PT1H'],
        ['2011-05-18T12:00:00Z', '2011-05-18T13:00:00Z'],
      ],
    ],
    ['TZOFFSETTO:-0500', ['tzoffsetto', {}, 'utc-offset', '-05:00']],
    ['SEQUENCE:0', ['sequence', {}, 'integer', 0]],
    ['TRIGGER:-PT15M', ['trigger', {}, 'duration', '-PT15M']],
    [
      'ATTACH;ENCODING=BASE64;VALUE=BINARY:AAAA',
      ['attach', { encoding: 'BASE64' }, 'binary', 'AAAA'],
    ],
    [
      'ATTENDEE;RSVP=TRUE;DELEGATED-TO="mailto:a@b","mailto:c@d":mailto:e@f',
      [
        'attendee',
        { rsvp: 'TRUE', 'delegated-to': ['mailto:a@b', 'mailto:c@d'] },
        'cal-address',
        'mailto:e@f',
      ],
    ],
    ['X-OWN:a\\,b', ['x-own', {}, 'unknown', 'a\\,b']],
    ['X-OWN;VALUE=INTEGER:5', ['x-own', {}, 'integer', 5]],
    ['X-OWN;VALUE=X-THING:5', ['x-own', {}, 'x-thing', '5']],
  ])('of %s is what RFC 7265 §3.4 and §3.6 say', (line, expected) => {
    expect(property(line)).toEqual(expected);
  });

  it.each([
    ['SEQUENCE:many', 'sequence'],
    ['TRIGGER:soon', 'trigger'],
    ['GEO:here', 'geo'],
    ['RRULE:FREQ', 'rrule'],
    ['FREEBUSY:20110517T120000Z', 'freebusy'],
    ['DTSTART:20110517T12', 'dtstart'],
  ])(
    'of %s, which is no value of its type, is unknown and nothing is lost (RFC 7265 §5.2)',
    (line, name) => {
      expect(property(line)).toEqual([name, {}, 'unknown', line.slice(line.indexOf(':') + 1)]);
    },
  );

  it('knows a date without VALUE=DATE for one, as PUT does', () => {
    expect(property('DTSTART:20110517')).toEqual(['dtstart', {}, 'date', '2011-05-17']);
  });

  it.each(
    readdirSync(good('ical')).filter(
      // ical.js makes 2026-01-05T:: of a date without VALUE, and loses the L of a leap month.
      (file) => !['all-day-without-value.ics', 'rules-of-every-kind.ics'].includes(file),
    ),
  )('of %s is what ical.js makes of it', (file) => {
    const text = readFileSync(join(good('ical'), file), 'utf8');
    expect(jcal(text)).toEqual(ICAL.parse(text));
  });

  it.each(readdirSync(good('ical')))('of %s reads back as the same object', (file) => {
    const text = readFileSync(join(good('ical'), file), 'utf8');
    const back = textOf(readJcal(JSON.stringify(jcal(text))));
    expect(readCalendarObject(back)).toEqual(readCalendarObject(text));
    expect(jcal(back)).toEqual(jcal(text));
  });

  it('reads back as what it was, whatever texts and parameters say', () => {
    const text = fc
      .string({ unit: 'grapheme', maxLength: 60 })
      .filter((value) => !/[\0-\x09\x0b-\x1f\x7f\ufffe\uffff]/.test(value));
    fc.assert(
      fc.property(text, text, fc.stringMatching(/^x-[a-z0-9-]{1,10}$/), (value, given, name) => {
        const calendar = [
          'vcalendar',
          [
            ['version', {}, 'text', '2.0'],
            ['categories', { [name]: given }, 'text', value, given],
            ['request-status', {}, 'text', ['2.0', value]],
          ],
          [],
        ];
        const back = textOf(readJcal(JSON.stringify(calendar)));
        expect(jcal(back)).toEqual(calendar);
      }),
    );
  });
});

describe('every object that can be stored', () => {
  const value = fc.oneof(
    fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .filter((text) => !/[\0-\x1f\x7f\ufffe\uffff]/.test(text)),
    fc.constantFrom(
      '',
      '1',
      '1.5;2',
      'P1D',
      '20260105',
      '20260105T090000Z',
      '20260105T090000Z/PT1H',
    ),
    fc.constantFrom('FREQ=DAILY', 'TRUE', '+0100', '-0', '1e5', '\\n\\', ',,;', '--0412', 'T10'),
  );
  const parameters = fc
    .array(
      fc.constantFrom(
        ';VALUE=DATE',
        ';VALUE=TEXT',
        ';VALUE=PERIOD',
        ';X-A="a,b;c:d"',
        ';X-A=^n^^',
        ';TZID=a,b',
        ';X=',
      ),
      { maxLength: 3 },
    )
    .map((all) => all.join(''));
  const line = (names: readonly string[]) =>
    fc
      .tuple(fc.constantFrom(...names), parameters, value)
      .map(([name, given, text]) => `${name}${given}:${text}`);

  it('goes into jCal and back, and is then the same object', () => {
    const names = [
      'SUMMARY',
      'CATEGORIES',
      'GEO',
      'TRIGGER',
      'SEQUENCE',
      'FREEBUSY',
      'ATTENDEE',
      'URL',
      'X-OWN',
      'REQUEST-STATUS',
      'TZOFFSETTO',
      'NO_SUCH',
      'RDATE',
      'REPEAT',
    ];
    fc.assert(
      fc.property(fc.array(line(names), { maxLength: 8 }), (lines) => {
        const text = eventText('x', ...lines);
        const facts = readCalendarObject(text);
        fc.pre('facts' in facts);
        const back = textOf(readJcal(JSON.stringify(jcal(text))));
        expect(readCalendarObject(back)).toEqual(facts);
        // A VALUE that the value belied is gone by now.
        const again = textOf(readJcal(JSON.stringify(jcal(back))));
        expect(jcal(again)).toEqual(jcal(back));
      }),
    );
  });

  it('goes into jCard and back, and is then the same object', () => {
    const names = [
      'NOTE',
      'NICKNAME',
      'N',
      'ADR',
      'ORG',
      'BDAY',
      'REV',
      'TZ',
      'LANG',
      'item1.TEL',
      'X-OWN',
      'GENDER',
      'PHOTO',
    ];
    fc.assert(
      fc.property(fc.array(line(names), { maxLength: 8 }), (lines) => {
        const text = `BEGIN:VCARD\r\nVERSION:4.0\r\nUID:x\r\nFN:x\r\n${lines.map((each) => `${each}\r\n`).join('')}END:VCARD\r\n`;
        const facts = readAddressObject(text);
        fc.pre('facts' in facts);
        const back = textOf(readJcard(JSON.stringify(jcard(text))));
        expect(readAddressObject(back)).toEqual(facts);
        // A VALUE that the value belied is gone by now.
        const again = textOf(readJcard(JSON.stringify(jcard(back))));
        expect(jcard(again)).toEqual(jcard(back));
      }),
    );
  });
});

describe('JSON of any kind', () => {
  it('is read or refused, never thrown at', () => {
    const names = fc.constantFrom(
      'vcalendar',
      'vcard',
      'dtstart',
      'rrule',
      'n',
      'text',
      'recur',
      'period',
      '',
    );
    const { json } = fc.letrec<{ json: unknown }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 5 },
        names,
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie('json'), { maxLength: 4 }),
        fc.dictionary(names, tie('json'), { maxKeys: 3 }),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        for (const read of [readJcal, readJcard]) {
          const reading = read(JSON.stringify(value));
          expect('text' in reading || 'invalid' in reading).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('jCal that is none', () => {
  const around = (line: unknown): unknown => ['vcalendar', [line], []];
  it.each<readonly [string, string]>([
    ['no JSON', '{"a"'],
    ['no array', '{}'],
    ['a calendar without components', '["vcalendar",[]]'],
    ['a property without type', JSON.stringify(around(['x', {}]))],
    ['a property without value', JSON.stringify(around(['x', {}, 'text']))],
    ['parameters in an array', JSON.stringify(around(['x', [], 'text', 'a']))],
    ['a parameter that is a number', JSON.stringify(around(['x', { a: 1 }, 'text', 'a']))],
    ['a name with a line end', JSON.stringify(around(['x\r\ny', {}, 'text', 'a']))],
    ['a parameter’s name with a colon', JSON.stringify(around(['x', { 'a:b': 'c' }, 'text', 'a']))],
    ['a type with a colon', JSON.stringify(around(['x', {}, 'a:b', 'a']))],
    ['a URI with a line end', JSON.stringify(around(['url', {}, 'uri', 'a\r\nEND:VCALENDAR']))],
    ['a date that is none', JSON.stringify(around(['dtstart', {}, 'date', 'today']))],
    ['an integer that is a text', JSON.stringify(around(['sequence', {}, 'integer', '1']))],
    ['a number beyond all', '["vcalendar",[["geo",{},"float",[1e300,1]]],[]]'],
    ['two summaries in one', JSON.stringify(around(['summary', {}, 'text', 'a', 'b']))],
    [
      'a rule with a semicolon in it',
      JSON.stringify(around(['rrule', {}, 'recur', { freq: 'A;B' }])),
    ],
    ['components without end', `${'["vcalendar",[],['.repeat(2000)}${']]'.repeat(2000)}`],
    ['arrays without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s is refused', (_, json) => {
    expect(readJcal(json)).toHaveProperty('invalid');
  });
});

describe('jCard', () => {
  it.each<readonly [string, unknown]>([
    ['FN:a\\, b', ['fn', {}, 'text', 'a, b']],
    ['N:Doe;Jane;;Dr.,Prof.;', ['n', {}, 'text', ['Doe', 'Jane', '', ['Dr.', 'Prof.'], '']]],
    ['ORG;TYPE=work:Viagenie', ['org', { type: 'work' }, 'text', 'Viagenie']],
    ['ORG:a;b\\;c', ['org', {}, 'text', ['a', 'b;c']]],
    ['BDAY:--0412', ['bday', {}, 'date-and-or-time', '--04-12']],
    ['BDAY:19850412T1022Z', ['bday', {}, 'date-and-or-time', '1985-04-12T10:22Z']],
    ['BDAY;VALUE=text:about 1800', ['bday', {}, 'text', 'about 1800']],
    ['ANNIVERSARY:T102200-0800', ['anniversary', {}, 'date-and-or-time', 'T10:22:00-08:00']],
    ['REV:19951031T222710Z', ['rev', {}, 'timestamp', '1995-10-31T22:27:10Z']],
    [
      'TEL;VALUE=uri;PREF=1;TYPE="voice,home":tel:+1',
      ['tel', { pref: '1', type: 'voice,home' }, 'uri', 'tel:+1'],
    ],
    ['TEL;TYPE=a;TYPE=b:1', ['tel', { type: ['a', 'b'] }, 'text', '1']],
    ['item1.EMAIL:a@b', ['email', { group: 'item1' }, 'text', 'a@b']],
    ['TZ;VALUE=utc-offset:-0500', ['tz', {}, 'utc-offset', '-05:00']],
    ['LANG:fr', ['lang', {}, 'language-tag', 'fr']],
    ['X-A:b', ['x-a', {}, 'unknown', 'b']],
  ])('of %s is what RFC 7095 §3.3 and §3.5 say', (line, expected) => {
    expect(cardProperty(line)).toEqual(expected);
  });

  it.each(readdirSync(good('vcard')))(
    'of %s is of version 4.0 and reads back as the same',
    (file) => {
      const text = readFileSync(join(good('vcard'), file), 'utf8');
      const back = textOf(readJcard(JSON.stringify(jcard(text))));
      expect(back).toMatch(/^BEGIN:VCARD\r\nVERSION:4.0\r\n/);
      expect(readAddressObject(back)).toEqual(readAddressObject(text));
      expect(jcard(back)).toEqual(jcard(text));
    },
  );

  it.each([
    '["vcalendar",[]]',
    '["vcard"]',
    '["vcard",[],[]]',
    '[]',
    'null',
    '["vcard",[["fn",{"group":"a b"},"text","x"]]]',
  ])('%s is none', (json) => {
    expect(readJcard(json)).toHaveProperty('invalid');
  });

  it('of an event is refused as a card', () => {
    expect(readJcard(JSON.stringify(jcal(eventText('x'))))).toHaveProperty('invalid');
  });
});
