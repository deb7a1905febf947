import { describe, expect, it } from 'vitest';
import { calendarUserAddress } from '../../../src/domain/scheduling/addresses.ts';
import { writeMessage } from '../../../src/domain/scheduling/message.ts';
import {
  type Envelope,
  MESSAGE_LIMITS,
  type MessageReading,
  readMessage,
  readMessages,
} from '../../../src/domain/scheduling/reading.ts';
import {
  all,
  at,
  bob,
  calendar,
  delivered,
  empty,
  event,
  invites,
  only,
  organized,
} from './meeting.ts';

const bobs: Envelope = { recipients: [...bob] };
const withMethod = (text: string, method: string): string =>
  text.replace('VERSION:2.0', `VERSION:2.0\r\nMETHOD:${method}`);
const lunch = withMethod(calendar(event(invites('bob'))), 'REQUEST');

const message = (reading: MessageReading | undefined) => {
  if (reading === undefined || !('message' in reading)) throw new Error(reading?.invalid);
  return reading.message;
};

describe('a message', () => {
  it('is written and read again', () => {
    const sent = only(organized(undefined, calendar(event(invites('bob')))).messages);
    const read = message(readMessage(writeMessage(sent), bobs));
    expect({ ...read, body: undefined }).toEqual({ ...sent, body: undefined });
    expect(writeMessage(read).split('\r\n').toSorted()).toEqual(
      writeMessage(sent).split('\r\n').toSorted(),
    );
  });

  it('has the zones that its times refer to', () => {
    const zoned = calendar(
      event('DTSTART;TZID=Europe/Berlin:20270105T120000', 'DURATION:PT1H', invites('bob')),
    );
    const text = writeMessage(only(organized(undefined, zoned).messages));
    expect(text).toContain('BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin');
  });

  const troubles: readonly (readonly [string, string, Envelope, string])[] = [
    ['without METHOD', calendar(event()), bobs, 'no-method'],
    ['of a METHOD nobody knows', withMethod(calendar(event()), 'DELEGATE'), bobs, 'unknown-method'],
    ['of no calendar', 'Dear Bob, come to lunch', bobs, 'unreadable'],
    ['that breaks off', lunch.slice(0, 200), bobs, 'unreadable'],
    [
      'with a day that does not exist',
      lunch.replaceAll('20270105', '20270230'),
      bobs,
      'unreadable',
    ],
    ['of a journal', lunch.replaceAll('VEVENT', 'VJOURNAL'), bobs, 'unsupported-component'],
    ['that nobody organizes', lunch.replace(/ORGANIZER.*\r\n/, ''), bobs, 'no-organizer'],
    [
      'that answers for several',
      withMethod(calendar(event(invites('bob'), invites('cyd'))), 'REPLY'),
      bobs,
      'not-one-attendee',
    ],
    ['that is too large', `${lunch}${' '.repeat(MESSAGE_LIMITS.characters)}`, bobs, 'unreadable'],
  ];
  it.each(troubles)('%s is not one', (_, text, envelope, trouble) => {
    expect(readMessage(text, envelope)).toMatchObject({ trouble });
  });

  it('may have its METHOD from the media type (RFC 6047 §2.4)', () => {
    const read = message(
      readMessage(calendar(event(invites('bob'))), { ...bobs, method: 'request' }),
    );
    expect(read.method).toBe('REQUEST');
    expect(message(readMessage(lunch, { ...bobs, method: 'CANCEL' })).method).toBe('REQUEST');
  });

  it('may have its organizer from who sent it, and its DTSTAMP from when', () => {
    const [ada] = organized(undefined, calendar(event(invites('bob')))).messages.map(
      (one) => one.message.sender,
    );
    const bare = lunch.replace(/ORGANIZER.*\r\n/, '').replace(/DTSTAMP.*\r\n/, '');
    const read = message(readMessage(bare, { ...bobs, ...(ada && { sender: ada }), date: at(0) }));
    expect(read.sender).toBe('mailto:ada@example.org');
    expect(read.stamp.dtstamp).toBe('20260101T080000Z');
    expect(delivered(empty, read, bob).receipt.kind).toBe('store');
  });

  it('may be one of several in a text, each VCALENDAR and UID for itself', () => {
    const other = lunch.replaceAll('UID:lunch', 'UID:dinner');
    const both = withMethod(
      calendar(
        event(invites('bob')),
        event(invites('bob')).map((line) => line.replace('UID:lunch', 'UID:tea')),
      ),
      'REQUEST',
    );
    const uids = readMessages(`\uFEFF${lunch}${other}${both}`, bobs).map(
      (reading) => message(reading).uid,
    );
    expect(uids).toEqual(['lunch', 'dinner', 'lunch', 'tea']);
    const many = readMessages(lunch.repeat(MESSAGE_LIMITS.messages + 5), bobs);
    expect(many).toHaveLength(MESSAGE_LIMITS.messages);
  });
});

describe('messages as programs write them', () => {
  it('Outlook: Windows’ zones, a bare address in capitals, notes of its own', () => {
    const text = [
      ...[
        'BEGIN:VCALENDAR',
        'METHOD:REQUEST',
        'PRODID:Microsoft Exchange Server 2010',
        'VERSION:2.0',
      ],
      ...['BEGIN:VTIMEZONE', 'TZID:W. Europe Standard Time', 'BEGIN:STANDARD'],
      ...['DTSTART:16010101T030000', 'TZOFFSETFROM:+0200', 'TZOFFSETTO:+0100'],
      ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10', 'END:STANDARD', 'BEGIN:DAYLIGHT'],
      ...['DTSTART:16010101T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200'],
      ...['RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3', 'END:DAYLIGHT', 'END:VTIMEZONE'],
      ...['BEGIN:VEVENT', 'ORGANIZER;CN=Ada:MAILTO:Ada@Example.org'],
      'ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=Bob:MAILTO:BOB@EXAMPLE.ORG',
      ...['UID:040000008200E00074C5B7101A82E008', 'SUMMARY;LANGUAGE=de-DE:Besprechung'],
      'DTSTART;TZID=W. Europe Standard Time:20270105T120000',
      'DTEND;TZID=W. Europe Standard Time:20270105T130000',
      'RECURRENCE-ID;TZID=W. Europe Standard Time:20270105T120000',
      ...[
        'CLASS:PUBLIC',
        'DTSTAMP:20260101T080000Z',
        'SEQUENCE:3',
        'X-MICROSOFT-CDO-APPT-SEQUENCE:3',
      ],
      ...['BEGIN:VALARM', 'DESCRIPTION:REMINDER', 'TRIGGER;RELATED=START:-PT15M', 'ACTION:DISPLAY'],
      ...['END:VALARM', 'END:VEVENT', 'END:VCALENDAR', ''],
    ].join('\r\n');
    const read = message(readMessage(text, bobs));
    expect(read.sender).toBe('mailto:ada@example.org');
    expect(read.instances).toEqual(['20270105T110000Z']);
    const { copy } = delivered(empty, read, bob);
    expect(all(copy.text, 'SUMMARY;LANGUAGE=de-DE')).toHaveLength(1);
    expect(copy.text).not.toContain('VALARM');
  });

  it('Google: floating days, LF line ends, a principal’s address', () => {
    const text = lunch
      .replace('DTSTART:20270105T110000Z', 'DTSTART;VALUE=DATE:20270105')
      .replace('DTEND:20270105T120000Z', 'DTEND;VALUE=DATE:20270106')
      .replaceAll('\r\n', '\n');
    expect(delivered(empty, message(readMessage(text, bobs)), bob).receipt.kind).toBe('store');
  });

  it('keep floating times floating', () => {
    const text = lunch.replace('T110000Z', 'T110000').replace('T120000Z', 'T120000');
    const { copy } = delivered(empty, message(readMessage(text, bobs)), bob);
    expect(all(copy.text, 'DTSTART')).toEqual(['DTSTART:20270105T110000']);
  });

  it('with SEQUENCE going backwards are passed over', () => {
    const later = lunch.replace('SUMMARY', 'SEQUENCE:4\r\nSUMMARY');
    const back = lunch
      .replace('SUMMARY', 'SEQUENCE:3\r\nSUMMARY')
      .replace('DTSTAMP:2026', 'DTSTAMP:2027');
    const { copy } = delivered(empty, message(readMessage(later, bobs)), bob);
    expect(delivered(copy, message(readMessage(back, bobs)), bob).receipt).toMatchObject({
      reason: 'outdated',
    });
  });

  it('of ten thousand attendees are refused', () => {
    const crowd = Array.from({ length: 10_000 }, (_, at) => invites(`p${at}`));
    const text = withMethod(calendar(event(...crowd)), 'REQUEST');
    expect(readMessage(text, bobs)).toMatchObject({ trouble: 'unreadable' });
  });
});

describe('addresses', () => {
  it.each([
    ['MAILTO:Ada%2Eb@Example.ORG', 'mailto:ada.b@example.org'],
    ['mailto:ada@example.org?subject=x', 'mailto:ada@example.org'],
    ['ada@example.org', 'mailto:ada@example.org'],
    ['URN:UUID:AB-CD', 'urn:uuid:ab-cd'],
    ['/SOGo/dav/ada%20b/', '/SOGo/dav/ada b'],
    ['HTTPS://Host/Principals/Ada/', 'https://host/Principals/Ada'],
    ['mailto:%', 'mailto:%'],
  ])('%s is %s', (written, expected) => {
    expect(calendarUserAddress(written)).toBe(expected);
  });

  it.each(['', ' ', 'mailto:', `mailto:${'a'.repeat(2_000)}`])('%j is nobody’s', (written) => {
    expect(calendarUserAddress(written)).toBeUndefined();
  });
});
