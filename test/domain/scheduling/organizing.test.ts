import { describe, expect, it } from 'vitest';
import { writeMessage } from '../../../src/domain/scheduling/message.ts';
import { organize } from '../../../src/domain/scheduling/organizing.ts';
import {
  ada,
  all,
  answers,
  at,
  calendar,
  event,
  exception,
  inShort,
  invites,
  lines,
  only,
  organized,
  weekly,
} from './meeting.ts';

const lunch = calendar(event(invites('bob'), invites('cyd')));
const accepted = lunch.replaceAll('PARTSTAT=NEEDS-ACTION;RSVP=TRUE', 'PARTSTAT=ACCEPTED');
const course = calendar(event(...weekly, invites('bob'), invites('cyd')));

describe('an organizer', () => {
  const table: readonly (readonly [
    string,
    string | undefined,
    string | undefined,
    readonly string[],
  ])[] = [
    [
      'invites everybody at once (RFC 6638 §3.2.1.1)',
      undefined,
      lunch,
      ['REQUEST bob,cyd [series] significant'],
    ],
    ['tells nobody of what is only his', undefined, calendar(event()), []],
    ['tells nobody when nothing changed', lunch, lunch, []],
    [
      'asks all again after a move',
      lunch,
      lunch.replaceAll('20270105T11', '20270105T10'),
      ['REQUEST bob,cyd [series] significant'],
    ],
    [
      'sends what else changed',
      lunch,
      lunch.replace('SUMMARY', 'DESCRIPTION:Soup\r\nSUMMARY'),
      ['REQUEST bob,cyd [series] content'],
    ],
    [
      'sends what others answered',
      lunch,
      lunch.replace('NEEDS-ACTION', 'ACCEPTED'),
      ['REQUEST bob,cyd [series] participation'],
    ],
    [
      'tells nobody of notes of his own',
      lunch,
      lunch.replace('SUMMARY', 'X-MOZ-LASTACK:1\r\nTRANSP:OPAQUE\r\nSUMMARY'),
      [],
    ],
    [
      'tells nobody of alarms of his own',
      lunch,
      lunch.replace(
        'END:VEVENT',
        'BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT',
      ),
      [],
    ],
    [
      'tells nobody when the end is written as a duration',
      lunch,
      lunch.replace('DTEND:20270105T120000Z', 'DURATION:PT1H'),
      [],
    ],
    [
      'invites who is added, and tells the others (§3.2.1.2)',
      calendar(event(invites('bob'))),
      lunch,
      ['REQUEST bob [series] participation', 'REQUEST cyd [series] significant'],
    ],
    [
      'calls it off for who is taken away',
      lunch,
      calendar(event(invites('bob'))),
      ['CANCEL cyd [series] significant', 'REQUEST bob [series] participation'],
    ],
    [
      'calls it off by deleting it (§3.2.1.3)',
      lunch,
      undefined,
      ['CANCEL bob,cyd [series] significant'],
    ],
    [
      'calls it off for all by taking all away',
      lunch,
      calendar(event()).replace(/ORGANIZER.*\r\n/, ''),
      ['CANCEL bob,cyd [series] significant'],
    ],
    [
      'calls off an instance by EXDATE (§3.2.1.3)',
      course,
      course.replace('RRULE', 'EXDATE;TZID=Europe/Berlin:20270112T120000\r\nRRULE'),
      ['CANCEL bob,cyd [20270112T110000Z] significant'],
    ],
    [
      'sends the whole when an exception changes',
      course,
      calendar(
        event(...weekly, invites('bob'), invites('cyd')),
        exception('20270112', 'LOCATION:Roof', invites('bob'), invites('cyd')),
      ),
      ['REQUEST bob,cyd [series 20270112T110000Z] significant'],
    ],
    [
      'invites to one instance alone (§3.2.6)',
      calendar(event(...weekly)),
      calendar(event(...weekly), exception('20270112', invites('bob'))),
      ['REQUEST bob [20270112T110000Z] significant'],
    ],
    [
      'takes one instance away from one of them',
      course,
      calendar(
        event(...weekly, invites('bob'), invites('cyd')),
        exception('20270112', invites('bob')),
      ),
      [
        'CANCEL cyd [20270112T110000Z] significant',
        'REQUEST bob [series 20270112T110000Z] participation',
      ],
    ],
    [
      'leaves somebody one instance of a series',
      course,
      calendar(
        event(...weekly, invites('bob')),
        exception('20270112', invites('bob'), invites('cyd')),
      ),
      [
        'CANCEL cyd [series] significant',
        'REQUEST bob [series 20270112T110000Z] participation',
        'REQUEST cyd [20270112T110000Z] significant',
      ],
    ],
    [
      'asks all again when the series gets a date back',
      course.replace('RRULE', 'EXDATE;TZID=Europe/Berlin:20270112T120000\r\nRRULE'),
      course,
      ['REQUEST bob,cyd [series] significant'],
    ],
    [
      'splits a series: this and future (RFC 5545 §3.2.13)',
      course,
      calendar(
        event(...weekly, invites('bob'), invites('cyd')),
        exception('20270112', invites('bob')).map((line) =>
          line.replace('RECURRENCE-ID', 'RECURRENCE-ID;RANGE=THISANDFUTURE'),
        ),
      ),
      [
        'REQUEST bob [series 20270112T110000Z] participation',
        'REQUEST cyd [series 20270112T110000Z] participation',
      ],
    ],
    [
      'leaves it to the client (SCHEDULE-AGENT, RFC 6638 §7.1)',
      undefined,
      calendar(
        event(invites('bob', ';SCHEDULE-AGENT=CLIENT'), invites('cyd', ';SCHEDULE-AGENT=NONE')),
      ),
      [],
    ],
    [
      'only tells who does not take part (ROLE=NON-PARTICIPANT)',
      undefined,
      calendar(event(invites('bob'), invites('cyd', ';ROLE=NON-PARTICIPANT'))),
      ['REQUEST bob [series] significant', 'informs REQUEST cyd [series] significant'],
    ],
    [
      'takes back who shall not take part any more, and only tells him',
      lunch,
      calendar(event(invites('bob'), invites('cyd', ';ROLE=NON-PARTICIPANT'))),
      [
        'CANCEL cyd [series] significant',
        'REQUEST bob [series] participation',
        'informs REQUEST cyd [series] significant',
      ],
    ],
    [
      'sends it again where the client wants it (SCHEDULE-FORCE-SEND, RFC 6638 §7.2)',
      lunch,
      lunch.replace('ATTENDEE;', 'ATTENDEE;SCHEDULE-FORCE-SEND=REQUEST;'),
      ['REQUEST bob [series] significant'],
    ],
  ];
  it.each(table)('%s', (_, before, after, expected) => {
    expect(inShort(organized(before, after).messages)).toEqual(expected);
  });

  it('raises SEQUENCE and asks everybody again after a significant change (RFC 6638 §3.2.8)', () => {
    const moved = accepted.replaceAll('20270105T11', '20270105T10');
    const { stored } = organized(accepted, moved);
    expect(all(stored, 'SEQUENCE')).toEqual(['SEQUENCE:1']);
    expect(answers(stored)).toEqual(['bob NEEDS-ACTION', 'cyd NEEDS-ACTION']);
    expect(all(stored, 'ATTENDEE')[0]).toContain('RSVP=TRUE');
  });

  it('leaves alone what the client raised itself', () => {
    const moved = accepted
      .replaceAll('20270105T11', '20270105T10')
      .replace('SUMMARY', 'SEQUENCE:7\r\nSUMMARY');
    expect(all(organized(accepted, moved).stored, 'SEQUENCE')).toEqual(['SEQUENCE:7']);
  });

  it('keeps answers that the client did not see (RFC 6638 §3.2.10)', () => {
    const edited = lunch.replace('SUMMARY', 'DESCRIPTION:Soup\r\nSUMMARY');
    expect(answers(organized(accepted, edited, { keepAnswers: true }).stored)).toEqual([
      'bob ACCEPTED',
      'cyd ACCEPTED',
    ]);
    expect(answers(organized(accepted, edited).stored)).toEqual([
      'bob NEEDS-ACTION',
      'cyd NEEDS-ACTION',
    ]);
  });

  it('keeps who handed it on, and asks whom he handed it to', () => {
    const handed = calendar(
      event(
        'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:cyd@example.org":mailto:bob@example.org',
        'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="mailto:bob@example.org":mailto:cyd@example.org',
      ),
    );
    const { stored } = organized(handed, handed.replace('SUMMARY:Lunch', 'SUMMARY:Dinner'));
    expect(answers(stored)).toEqual(['bob DELEGATED', 'cyd NEEDS-ACTION']);
  });

  it('stores octets as they came where nothing is owed', () => {
    const odd = lunch.replace('SUMMARY:Lunch', 'X-odd;a=b:  c\r\nSUMMARY:Lu\r\n nch');
    expect(organized(undefined, odd).stored).toBe(odd);
  });

  it('sends no alarms, notes and delivery parameters (RFC 6638 §7)', () => {
    const full = calendar(
      event(
        'X-MOZ-LASTACK:1',
        'X-GOOGLE-CONFERENCE:https://meet.example.org',
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'TRIGGER:-PT5M',
        'END:VALARM',
        invites('bob', ';SCHEDULE-STATUS="1.2";SCHEDULE-FORCE-SEND=REQUEST'),
      ),
    );
    const text = writeMessage(only(organized(undefined, full).messages));
    expect(text).not.toMatch(/VALARM|X-MOZ|SCHEDULE-/);
    expect(lines(text)).toContain('X-GOOGLE-CONFERENCE:https://meet.example.org');
    expect(lines(text)).toContain('METHOD:REQUEST');
  });

  it('takes SCHEDULE-FORCE-SEND away, and does not let a client say how delivery went', () => {
    const full = calendar(
      event(invites('bob', ';SCHEDULE-STATUS=2.0;SCHEDULE-FORCE-SEND=REQUEST')),
    );
    expect(organized(undefined, full).stored).not.toMatch(/SCHEDULE-/);
  });

  it('is later with each change, also within a second and when clocks go back', () => {
    const first = organized(undefined, lunch, { now: at(0) });
    const second = organized(lunch, accepted, { now: at(0), last: first.last });
    const third = organized(accepted, lunch, { now: at(-5), last: second.last });
    const stamps = [first, second, third].map(({ messages }) => only(messages).stamp.dtstamp);
    expect(stamps).toEqual(['20260101T080000Z', '20260101T080001Z', '20260101T080002Z']);
  });

  it('goes beyond what was called off when it is made again', () => {
    const gone = organized(lunch, undefined);
    const { stored, messages } = organized(undefined, lunch, { last: gone.last, now: at(1) });
    expect(only(gone.messages).stamp.sequence).toBe(1);
    expect(all(stored, 'SEQUENCE')).toEqual(['SEQUENCE:2']);
    expect(only(messages).stamp.sequence).toBe(2);
  });

  it('has no mail sent of what is over, nor where the object says so', () => {
    const mailed = (text: string) =>
      organized(undefined, text).messages.map((one) => one.mailed.length);
    expect(mailed(lunch)).toEqual([2]);
    expect(mailed(lunch.replaceAll('2027', '2019'))).toEqual([0]);
    expect(mailed(course.replaceAll('2027', '2019').replace(';COUNT=5', ''))).toEqual([2]);
    expect(
      mailed(lunch.replace('SUMMARY', 'X-SOGo-Send-Appointment-Notifications:NO\r\nSUMMARY')),
    ).toEqual([0]);
  });

  it('has no mail sent to who declined what is called off', () => {
    const declined = lunch.replace('NEEDS-ACTION', 'DECLINED');
    expect(organized(declined, undefined).messages[0]?.mailed).toEqual(['mailto:cyd@example.org']);
  });

  it('may be left out of the attendees, as SOGo stores it', () => {
    const own = calendar(event(invites('bob'), invites('ada', ';PARTSTAT=ACCEPTED')));
    expect(answers(organized(undefined, own).stored)).toEqual(['bob NEEDS-ACTION', 'ada ACCEPTED']);
    expect(answers(organized(undefined, own, { dropOwnAttendance: true }).stored)).toEqual([
      'bob NEEDS-ACTION',
    ]);
  });

  it('is written down where a client left it out', () => {
    const { stored, messages } = organized(undefined, lunch.replace(/ORGANIZER.*\r\n/, ''));
    expect(all(stored, 'ORGANIZER')).toEqual(['ORGANIZER:mailto:ada@example.org']);
    expect(only(messages).sender).toBe('mailto:ada@example.org');
  });

  it('is one for all components (RFC 6638 §3.2.4.2)', () => {
    const mixed = calendar(
      event(...weekly, invites('bob')),
      exception('20270112', 'ORGANIZER:mailto:eve@example.org', invites('bob')),
    );
    const change = {
      before: undefined,
      after: mixed,
      organizer: ada,
      now: at(0),
      keepAnswers: false,
    };
    expect(organize(change)).toMatchObject({ condition: 'same-organizer-in-all-components' });
  });

  it('cannot make somebody else the organizer (RFC 6638 §3.2.4.3)', () => {
    const given = lunch.replace('mailto:ada', 'mailto:eve');
    const change = { before: lunch, after: given, organizer: ada, now: at(0), keepAnswers: false };
    expect(organize(change)).toMatchObject({
      condition: 'allowed-organizer-scheduling-object-change',
    });
  });

  it('invites to tasks too', () => {
    const task = lunch.replaceAll('VEVENT', 'VTODO').replace('DTEND', 'DUE');
    const [request] = organized(undefined, task).messages;
    expect(request?.message.component).toBe('VTODO');
    expect(
      inShort(organized(task, task.replace('SUMMARY', 'STATUS:IN-PROCESS\r\nSUMMARY')).messages),
    ).toEqual([]);
    expect(inShort(organized(task, task.replace('DUE:20270105', 'DUE:20270106')).messages)).toEqual(
      ['REQUEST bob,cyd [series] significant'],
    );
  });

  it('sends five hundred the same message', () => {
    const people = Array.from({ length: 500 }, (_, at) => invites(`p${at}`));
    const message = only(organized(undefined, calendar(event(...people))).messages);
    expect(message.recipients).toHaveLength(500);
  });
});
