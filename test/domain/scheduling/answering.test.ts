import { describe, expect, it } from 'vitest';
import { answer, counter, refresh, withAnswer } from '../../../src/domain/scheduling/answering.ts';
import { writeMessage } from '../../../src/domain/scheduling/message.ts';
import type { InstanceKey } from '../../../src/domain/scheduling/instance.ts';
import {
  all,
  answered,
  answers,
  at,
  bob,
  calendar,
  event,
  exception,
  inShort,
  invites,
  only,
  weekly,
} from './meeting.ts';

const lunch = calendar(event(invites('bob'), invites('cyd')));
const saying = (text: string, partstat: string): string =>
  text.replace('PARTSTAT=NEEDS-ACTION', `PARTSTAT=${partstat}`);
const course = calendar(event(...weekly, invites('bob')));

describe('an attendee', () => {
  const table: readonly (readonly [
    string,
    string | undefined,
    string | undefined,
    readonly string[],
  ])[] = [
    [
      'answers (RFC 6638 §3.2.2.2)',
      lunch,
      saying(lunch, 'ACCEPTED'),
      ['REPLY ada [series] significant'],
    ],
    [
      'says nothing by what is only his',
      lunch,
      lunch.replace('SUMMARY', 'TRANSP:TRANSPARENT\r\nCATEGORIES:X\r\nSUMMARY'),
      [],
    ],
    ['declines by deleting (§3.2.2.3)', lunch, undefined, ['REPLY ada [series] significant']],
    ['says no more when he had declined', saying(lunch, 'DECLINED'), undefined, []],
    [
      'says nothing of what was called off',
      lunch.replace('SUMMARY', 'STATUS:CANCELLED\r\nSUMMARY'),
      undefined,
      [],
    ],
    [
      'answers what came by other ways',
      undefined,
      saying(lunch, 'TENTATIVE'),
      ['REPLY ada [series] significant'],
    ],
    ['may have it without an answer', undefined, lunch, []],
    [
      'declines one instance by taking it out (EXDATE)',
      course,
      course.replace('RRULE', 'EXDATE:20270112T110000Z\r\nRRULE'),
      ['REPLY ada [20270112T110000Z] significant'],
    ],
    [
      'answers one instance by itself',
      course,
      calendar(
        event(...weekly, invites('bob')),
        exception('20270112', invites('bob', ';PARTSTAT=TENTATIVE')),
      ),
      ['REPLY ada [20270112T110000Z] significant'],
    ],
    [
      'answers the series and an exception at once',
      calendar(
        event(...weekly, invites('bob')),
        exception('20270112', 'LOCATION:Roof', invites('bob')),
      ),
      calendar(
        event(...weekly, invites('bob', ';PARTSTAT=ACCEPTED')),
        exception('20270112', 'LOCATION:Roof', invites('bob', ';PARTSTAT=DECLINED')),
      ),
      ['REPLY ada [series 20270112T110000Z] significant'],
    ],
    [
      'answers as in the series where he takes back an answer to an instance',
      calendar(
        event(...weekly, invites('bob', ';PARTSTAT=ACCEPTED')),
        exception('20270112', invites('bob', ';PARTSTAT=DECLINED')),
      ),
      calendar(event(...weekly, invites('bob', ';PARTSTAT=ACCEPTED'))),
      ['REPLY ada [20270112T110000Z] significant'],
    ],
    [
      'answers again where the client wants it (SCHEDULE-FORCE-SEND)',
      lunch,
      lunch.replace('ATTENDEE;', 'ATTENDEE;SCHEDULE-FORCE-SEND=REPLY;'),
      ['REPLY ada [series] significant'],
    ],
    [
      'leaves it to the client (SCHEDULE-AGENT of the organizer)',
      lunch,
      saying(lunch, 'ACCEPTED').replace('ORGANIZER;', 'ORGANIZER;SCHEDULE-AGENT=CLIENT;'),
      [],
    ],
    [
      'hands it on (RFC 5546 §4.2.5)',
      calendar(event(invites('bob'))),
      calendar(event(invites('bob', ';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:eve@example.org"'))),
      ['REPLY ada [series] significant', 'REQUEST eve [series] significant'],
    ],
  ];
  it.each(table)('%s', (_, before, after, expected) => {
    expect(inShort(answered(before, after).messages)).toEqual(expected);
  });

  it('says nothing where it was deleted with Schedule-Reply: F (RFC 6638 §8.1)', () => {
    expect(answered(lunch, undefined, { silent: true }).messages).toEqual([]);
  });

  it('tells the organizer only of himself (RFC 5546 §3.2.3)', () => {
    const text = writeMessage(only(answered(lunch, saying(lunch, 'ACCEPTED')).messages));
    expect(answers(text)).toEqual(['bob ACCEPTED']);
    expect(all(text, 'REQUEST-STATUS')).toEqual(['REQUEST-STATUS:2.0;Success']);
    expect(all(text, 'METHOD')).toEqual(['METHOD:REPLY']);
  });

  it('answers later each time', () => {
    const first = answered(lunch, saying(lunch, 'ACCEPTED'));
    const second = answered(lunch, saying(lunch, 'DECLINED'), { last: first.last });
    expect(second.messages[0]?.message.stamp.dtstamp).toBe('20260101T080501Z');
  });

  const forbidden: readonly (readonly [string, string])[] = [
    ['move it', lunch.replaceAll('20270105T11', '20270105T10')],
    ['call it something else', lunch.replace('SUMMARY:Lunch', 'SUMMARY:Dinner')],
    ['let it recur', lunch.replace('SUMMARY', 'RRULE:FREQ=DAILY\r\nSUMMARY')],
    ['invite others', lunch.replace('END:VEVENT', `${invites('eve')}\r\nEND:VEVENT`)],
    ['take others off', lunch.replace(/ATTENDEE[^\n]*cyd@example.org\r\n/, '')],
    ['take himself off', lunch.replace(/ATTENDEE[^\n]*bob@example.org\r\n/, '')],
    ['give it another organizer', lunch.replace('mailto:ada', 'mailto:eve')],
  ];
  it.each(forbidden)('cannot %s (RFC 6638 §3.2.2.1)', (_, after) => {
    expect(answer({ before: lunch, after, attendee: bob, now: at(0) })).toMatchObject({
      condition: 'allowed-attendee-scheduling-object-change',
    });
    expect(answer({ before: lunch, after, attendee: bob, now: at(0), lenient: true }).kind).toBe(
      'answered',
    );
  });

  it('does not change what others answered, nor SEQUENCE', () => {
    const others = lunch
      .replace(invites('cyd'), invites('cyd', ';PARTSTAT=DECLINED'))
      .replace('SUMMARY', 'SEQUENCE:9\r\nSUMMARY');
    const { stored, messages } = answered(lunch, others);
    expect(answers(stored)).toEqual(['bob NEEDS-ACTION', 'cyd NEEDS-ACTION']);
    expect(all(stored, 'SEQUENCE')).toEqual(['SEQUENCE:0']);
    expect(messages).toEqual([]);
  });

  it('has his delegate among the attendees', () => {
    const before = calendar(event(invites('bob')));
    const { stored } = answered(
      before,
      before.replace('NEEDS-ACTION', 'DELEGATED;DELEGATED-TO="mailto:eve@example.org"'),
    );
    expect(answers(stored)).toEqual(['bob DELEGATED', 'eve NEEDS-ACTION']);
    expect(all(stored, 'ATTENDEE')[1]).toContain('DELEGATED-FROM="mailto:bob@example.org"');
  });

  it('is known by any of his addresses', () => {
    const principal = calendar(
      event('ATTENDEE;PARTSTAT=NEEDS-ACTION;EMAIL=BOB@example.org:/principals/bob/'),
    );
    expect(
      inShort(answered(principal, principal.replace('NEEDS-ACTION', 'ACCEPTED')).messages),
    ).toEqual(['REPLY ada [series] significant']);
  });

  it('answers by hand of the server', () => {
    expect(answers(withAnswer(lunch, bob, 'ACCEPTED'))).toEqual([
      'bob ACCEPTED',
      'cyd NEEDS-ACTION',
    ]);
    const one = withAnswer(course, bob, 'DECLINED', '20270112T110000Z' as InstanceKey);
    expect(answers(one)).toEqual(['bob NEEDS-ACTION', 'bob DECLINED']);
    expect(all(one, 'DTEND')).toContain('DTEND;TZID=Europe/Berlin:20270112T130000');
    expect(inShort(answered(course, one).messages)).toEqual([
      'REPLY ada [20270112T110000Z] significant',
    ]);
    const accepted = withAnswer(lunch, bob, 'ACCEPTED');
    expect(withAnswer(accepted, bob, 'ACCEPTED')).toBe(accepted);
  });

  it('asks for the newest (REFRESH, RFC 5546 §3.2.6)', () => {
    const outgoing = refresh(lunch, bob, at(0));
    expect(outgoing && inShort([outgoing])).toEqual(['REFRESH ada [series] significant']);
    expect(outgoing && all(writeMessage(outgoing.message), 'SUMMARY')).toEqual([]);
  });

  it('proposes another time (COUNTER, RFC 5546 §3.2.7)', () => {
    const outgoing = counter(lunch, lunch.replaceAll('20270105T1', '20270106T1'), bob, at(0));
    expect(outgoing && inShort([outgoing])).toEqual(['COUNTER ada [series] significant']);
    expect(counter(lunch, lunch, bob, at(0))).toBeUndefined();
  });
});
