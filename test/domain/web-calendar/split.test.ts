import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCalendarObject } from '../../../src/domain/icalendar/calendar-object.ts';
import { feedUrl } from '../../../src/domain/web-calendar/fetching.ts';
import { afterFailure, afterSuccess } from '../../../src/domain/web-calendar/schedule.ts';
import {
  splitCalendar,
  type Split,
  withoutStamps,
} from '../../../src/domain/web-calendar/split.ts';

const digest = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, 12);

const split = (text: string): Split => {
  const answer = splitCalendar(text, digest);
  if ('invalid' in answer) throw new Error(answer.invalid);
  return answer;
};

const event = (uid: string, more = '', summary = uid): string =>
  `BEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T090000Z\r\nSUMMARY:${summary}\r\n${more}END:VEVENT\r\n`;
const calendar = (...inside: readonly string[]): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:PUBLISH\r\n${inside.join('')}END:VCALENDAR\r\n`;
const zone = (id: string): string =>
  `BEGIN:VTIMEZONE\r\nTZID:${id}\r\nBEGIN:STANDARD\r\nDTSTART:19701025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n`;

describe('taking a feed apart (RFC 5545 §3.4)', () => {
  it('makes an object of every UID that can be stored (RFC 4791 §4.1)', () => {
    const { objects } = split(
      calendar(event('a'), event('b'), event('a', 'RECURRENCE-ID:20260105T090000Z\r\n')),
    );
    expect([...objects.keys()]).toEqual(['a', 'b']);
    for (const [uid, text] of objects)
      expect(readCalendarObject(text)).toEqual({
        facts: { uid, component: 'VEVENT', classes: ['PUBLIC'] },
      });
    expect(objects.get('a')?.match(/BEGIN:VEVENT/g)).toHaveLength(2);
  });

  it('gives each object the time zones it names, and no others', () => {
    const local = event('a').replace(
      'DTSTART:20260105T090000Z',
      'DTSTART;TZID=Here:20260105T090000',
    );
    const { objects } = split(calendar(zone('Here'), zone('There'), local, event('b')));
    expect(objects.get('a')).toContain('TZID:Here');
    expect(objects.get('a')).not.toContain('There');
    expect(objects.get('b')).not.toContain('VTIMEZONE');
  });

  it('takes several calendars for one, and says what the first calls itself', () => {
    const text =
      calendar(
        `X-WR-CALNAME:Holidays\\, all\r\nREFRESH-INTERVAL;VALUE=DURATION:PT12H\r\n`,
        event('a'),
      ) + calendar(event('b'));
    expect(split(text)).toMatchObject({ name: 'Holidays, all', refresh: 43_200 });
    expect(split(text).objects.size).toBe(2);
  });

  it('loses nothing when one UID is there twice with different words, and keeps one of what is the same', () => {
    const { objects } = split(
      calendar(event('a', '', 'one'), event('a', '', 'two'), event('a', '', 'one')),
    );
    expect(objects.size).toBe(2);
    expect([...objects.values()].join('')).toContain('SUMMARY:one');
    expect([...objects.values()].join('')).toContain('SUMMARY:two');
    const again = split(calendar(event('a', '', 'one'), event('a', '', 'two')));
    expect([...again.objects.keys()]).toEqual([...objects.keys()]);
  });

  it('gives what has no UID one that stays the same, whatever its DTSTAMP says', () => {
    const bare = event('a').replace('UID:a\r\n', '');
    const later = bare.replace('DTSTAMP:2026', 'DTSTAMP:2027');
    const [one] = split(calendar(bare)).objects.keys();
    const [other] = split(calendar(later)).objects.keys();
    expect(one).toMatch(/^[0-9a-f]{12}$/);
    expect(other).toBe(one);
  });

  it('keeps events and tasks of one UID apart', () => {
    const task = 'BEGIN:VTODO\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:do\r\nEND:VTODO\r\n';
    const { objects } = split(calendar(event('a'), task));
    expect(objects.size).toBe(2);
    for (const text of objects.values()) expect(readCalendarObject(text)).toHaveProperty('facts');
  });

  it('reads what has a byte order mark, control characters, lone line feeds and broken lines', () => {
    const text =
      `\ufeff${calendar(event('a', 'DESCRIPTION:first\u0007\r\nwhat should have been folded\r\nLOCATION:here\r\n'))}`.replaceAll(
        '\r\n',
        '\n',
      );
    const object = split(text).objects.get('a') ?? '';
    expect(object).toContain('DESCRIPTION:first\r\n');
    expect(object).toContain('LOCATION:here');
    expect(object).not.toContain('folded');
  });

  it.each([
    ['a page', '<!DOCTYPE html><html><body>Sign in</body></html>'],
    ['nothing', ''],
    ['half a calendar', calendar(event('a')).slice(0, 120)],
    ['a card', 'BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n'],
    ['what is nested too deep', 'BEGIN:VCALENDAR\r\n' + 'BEGIN:X\r\n'.repeat(1000)],
  ])('refuses %s', (_, text) => {
    expect(splitCalendar(text, digest)).toHaveProperty('invalid');
  });

  it('never fails, and what it makes of known events can be stored, in whatever order they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean(), fc.constantFrom('x', 'y'))),
        (told) => {
          const text = calendar(
            ...told.map(([uid, isInstance, summary]) =>
              event(uid, isInstance ? 'RECURRENCE-ID:20260105T090000Z\r\n' : '', summary),
            ),
          );
          const { objects } = split(text);
          for (const object of objects.values())
            expect(readCalendarObject(object)).toHaveProperty('facts');
          const distinct = new Set(told.map((each) => each.join()));
          const stored = [...objects.values()].join('').match(/BEGIN:VEVENT/g) ?? [];
          expect(stored).toHaveLength(distinct.size);
        },
      ),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => void splitCalendar(text, digest)),
    );
  });

  it('leaves stamps out of what is compared, and nothing else', () => {
    const text = calendar(event('a'));
    expect(withoutStamps(text)).toBe(text.replace('DTSTAMP:20260101T000000Z\r\n', ''));
  });
});

describe('the address of a feed', () => {
  it.each([
    ['webcal://example.org/a.ics', 'https://example.org/a.ics'],
    [' http://example.org/a?b=c ', 'http://example.org/a?b=c'],
    ['example.org/a.ics', 'https://example.org/a.ics'],
    ['file:///etc/passwd', undefined],
    ['javascript:alert(1)', undefined],
    ['https://ada:secret@example.org/', undefined],
    ['https://', undefined],
    [`https://example.org/${'a'.repeat(3000)}`, undefined],
    ['', undefined],
  ])('%j is %j', (typed, address) => {
    expect(feedUrl(typed)).toBe(address);
  });
});

describe('when a feed is looked at again', () => {
  it('is as often as it asks, within bounds', () => {
    expect(afterSuccess(undefined)).toBe(3600);
    expect(afterSuccess(1)).toBe(900);
    expect(afterSuccess(7200)).toBe(7200);
    expect(afterSuccess(10 ** 9)).toBe(86_400);
  });
  it('is later with every failure, no earlier than the server asks, and a day later where waiting mends nothing', () => {
    expect([1, 2, 3].map((failures) => afterFailure(failures, 'timeout'))).toEqual([
      300, 600, 1200,
    ]);
    expect(afterFailure(1, 'http-error', 5000)).toBe(5000);
    expect(afterFailure(1000, 'unreachable')).toBe(86_400);
    expect(afterFailure(1, 'needs-credentials')).toBe(86_400);
  });
});
