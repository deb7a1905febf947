import { describe, expect, it } from 'vitest';
import { counter, refresh } from '../../../src/domain/scheduling/answering.ts';
import { type CalendarUserAddress } from '../../../src/domain/scheduling/addresses.ts';
import type { SchedulingMessage } from '../../../src/domain/scheduling/message.ts';
import { organize, resend } from '../../../src/domain/scheduling/organizing.ts';
import {
  ada,
  after,
  all,
  answered,
  answers,
  at,
  bob,
  calendar,
  type Copy,
  cyd,
  delivered,
  empty,
  event,
  exception,
  holding,
  inShort,
  invites,
  only,
  organized,
  person,
  weekly,
} from './meeting.ts';

const lunch = calendar(event(invites('bob'), invites('cyd')));
const course = calendar(event(...weekly, invites('bob'), invites('cyd')));
const saying = (text: string, partstat: string): string =>
  text.replace('PARTSTAT=NEEDS-ACTION', `PARTSTAT=${partstat}`);

/** Bob's copy after an organizer's objects, one after the other. */
const told = (...versions: readonly (string | undefined)[]): Copy => {
  let [copy, before, last]: [Copy, string | undefined, ReturnType<typeof organized>['last']] = [
    empty,
    undefined,
    undefined,
  ];
  versions.forEach((version, minute) => {
    const { messages, stored, last: next } = organized(before, version, { now: at(minute), last });
    copy = after(copy, bob, messages);
    [before, last] = [stored, next];
  });
  return copy;
};

describe('an invitation', () => {
  it('is stored without METHOD and alarms (RFC 6638 §4.1)', () => {
    const alarmed = lunch.replace(
      'END:VEVENT',
      'BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT',
    );
    const { text } = told(alarmed);
    expect(text).not.toMatch(/METHOD|VALARM/);
    expect(answers(text)).toEqual(['bob NEEDS-ACTION', 'cyd NEEDS-ACTION']);
  });

  it('is not listened to twice, nor when it is older', () => {
    const first = organized(undefined, lunch);
    const second = organized(first.stored, lunch.replace('Lunch', 'Dinner'), {
      ...{ now: at(1), last: first.last },
    });
    const [old, young] = [only(first.messages), only(second.messages)];
    const { copy } = delivered(delivered(empty, young, bob).copy, old, bob);
    expect(all(copy.text, 'SUMMARY')).toEqual(['SUMMARY:Dinner']);
    expect(delivered(copy, young, bob).receipt).toMatchObject({ reason: 'outdated' });
  });

  it('keeps what is the attendee’s: alarms, categories, transparency, answer', () => {
    const first = told(lunch);
    const own = saying(first.text ?? '', 'ACCEPTED').replace(
      'END:VEVENT',
      'TRANSP:TRANSPARENT\r\nCATEGORIES:Mine\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT',
    );
    const edited = lunch.replace(
      'SUMMARY',
      'DESCRIPTION:Soup\r\nCATEGORIES:Theirs\r\nTRANSP:OPAQUE\r\nSUMMARY',
    );
    const { messages } = organized(lunch, edited, { now: at(3) });
    const { copy, receipt } = delivered({ ...first, text: own }, only(messages), bob);
    expect(all(copy.text, 'DESCRIPTION')).toEqual(['DESCRIPTION:Soup']);
    expect(all(copy.text, 'CATEGORIES')).toEqual(['CATEGORIES:Mine']);
    expect(all(copy.text, 'TRANSP')).toEqual(['TRANSP:TRANSPARENT']);
    expect(copy.text).toContain('BEGIN:VALARM');
    expect(answers(copy.text)[0]).toBe('bob ACCEPTED');
    expect(receipt).toMatchObject({ kind: 'store', significant: true, asks: false });
  });

  it('asks again after a significant change', () => {
    const first = told(lunch);
    const accepted = saying(first.text ?? '', 'ACCEPTED');
    const moved = saying(lunch, 'ACCEPTED').replaceAll('20270105T11', '20270105T10');
    const { messages } = organized(saying(lunch, 'ACCEPTED'), moved, { now: at(3) });
    const { copy, receipt } = delivered({ ...first, text: accepted }, only(messages), bob);
    expect(answers(copy.text)[0]).toBe('bob NEEDS-ACTION');
    expect(receipt).toMatchObject({ asks: true });
  });

  it('does not change Schedule-Tag by what others answer (RFC 6638 §3.2.10)', () => {
    const other = lunch.replace(invites('cyd'), invites('cyd', ';PARTSTAT=ACCEPTED'));
    const { messages } = organized(lunch, other, { now: at(3) });
    const { receipt } = delivered(told(lunch), only(messages), bob);
    expect(receipt).toMatchObject({ kind: 'store', significant: false });
  });

  it('to whole days may leave time free (SOGoiPhoneForceAllDayTransparency)', () => {
    const day = calendar(
      event('DTSTART;VALUE=DATE:20270105', 'DTEND;VALUE=DATE:20270106', invites('bob')),
    );
    const { messages } = organized(undefined, day);
    const { copy } = delivered(empty, only(messages), bob, { allDayTransparent: true });
    expect(all(copy.text, 'TRANSP')).toEqual(['TRANSP:TRANSPARENT']);
  });

  it('does not come back after it was deleted, until it asks again', () => {
    const first = told(lunch);
    const gone = { ...first, text: undefined };
    const edited = lunch.replace('SUMMARY', 'DESCRIPTION:Soup\r\nSUMMARY');
    const minor = only(organized(lunch, edited, { now: at(3) }).messages);
    expect(delivered(gone, minor, bob).receipt).toMatchObject({ reason: 'removed-here' });
    const moved = lunch.replaceAll('20270105T11', '20270105T10');
    const major = only(organized(lunch, moved, { now: at(4) }).messages);
    expect(delivered(gone, major, bob).receipt.kind).toBe('store');
  });

  it('comes back to who was taken off and is invited again', () => {
    expect(told(lunch, calendar(event(invites('cyd'))), lunch).text).toContain('SUMMARY:Lunch');
  });

  const forged = (message: SchedulingMessage, sender: string): SchedulingMessage => ({
    ...message,
    sender: `mailto:${sender}@example.org` as CalendarUserAddress,
  });

  it('is the organizer’s word alone', () => {
    const request = only(organized(undefined, lunch).messages);
    expect(delivered(empty, forged(request, 'eve'), bob).receipt).toEqual({
      ...{ kind: 'refuse', reason: 'not-the-organizer' },
    });
    const dinner = only(
      organized(lunch, lunch.replace('Lunch', 'Dinner'), { now: at(2) }).messages,
    );
    expect(delivered(told(lunch), forged(dinner, 'cyd'), bob).receipt.kind).toBe('refuse');
    const gone = only(organized(lunch, undefined, { now: at(2) }).messages);
    expect(delivered(told(lunch), forged(gone, 'cyd'), bob).receipt.kind).toBe('refuse');
  });

  it('may be sent by who acts for the organizer (SENT-BY), but not made so by himself', () => {
    const sent = lunch.replace('ORGANIZER;', 'ORGANIZER;SENT-BY="mailto:eve@example.org";');
    const request = only(organized(undefined, sent).messages);
    const { copy, receipt } = delivered(empty, forged(request, 'eve'), bob);
    expect(receipt.kind).toBe('store');
    const next = only(organized(sent, sent.replace('Lunch', 'Dinner'), { now: at(2) }).messages);
    expect(delivered(copy, forged(next, 'eve'), bob).receipt.kind).toBe('store');
    expect(delivered(told(lunch), forged(next, 'eve'), bob).receipt.kind).toBe('refuse');
  });

  it('cannot take the place of somebody else’s object, or one’s own', () => {
    const stolen = only(
      organized(undefined, lunch.replace('mailto:ada', 'mailto:eve'), { organizer: person('eve') })
        .messages,
    );
    for (const text of [lunch, calendar(event().filter((line) => !line.startsWith('ORGANIZER')))])
      expect(delivered(holding(text), stolen, bob).receipt).toMatchObject({
        reason: 'other-organizer',
      });
  });

  it('is refused by who is not invited', () => {
    const request = only(organized(undefined, lunch).messages);
    expect(delivered(empty, request, person('eve')).receipt).toMatchObject({
      reason: 'not-invited',
    });
  });

  it('may be handed on to a delegate, who has none yet', () => {
    const handed = calendar(
      event(
        invites('bob', ';PARTSTAT=DELEGATED;DELEGATED-TO="mailto:eve@example.org"'),
        invites('eve', ';PARTSTAT=NEEDS-ACTION;DELEGATED-FROM="mailto:bob@example.org"'),
      ),
    );
    const eve = person('eve');
    const { messages } = answered(calendar(event(invites('bob'))), handed);
    const request = messages.find(({ occasion }) => occasion === 'delegation')?.message;
    if (request === undefined) throw new Error('nothing is handed on');
    expect(delivered(empty, request, eve).receipt.kind).toBe('store');
    expect(delivered(holding(handed), request, eve).receipt.kind).toBe('refuse');
  });
});

describe('a series', () => {
  const roof = calendar(
    event(...weekly, invites('bob'), invites('cyd')),
    exception('20270112', 'LOCATION:Roof', invites('bob'), invites('cyd')),
  );

  it('has its exceptions', () => {
    expect(all(told(course, roof).text, 'LOCATION')).toEqual(['LOCATION:Roof']);
    expect(all(told(course, roof, course).text, 'RECURRENCE-ID')).toEqual([]);
  });

  it('has no instance that was called off, and has it again when it is back', () => {
    const without = course.replace('RRULE', 'EXDATE:20270112T110000Z\r\nRRULE');
    expect(all(told(course, without).text, 'EXDATE')).toEqual(['EXDATE:20270112T110000Z']);
    expect(all(told(course, without, course).text, 'EXDATE')).toEqual([]);
  });

  it('may keep what was called off, and say so', () => {
    const without = course.replace('RRULE', 'EXDATE:20270112T110000Z\r\nRRULE');
    const cancel = only(organized(course, without, { now: at(2) }).messages);
    const { copy } = delivered(told(course), cancel, bob, { cancelled: 'mark' });
    expect(all(copy.text, 'STATUS')).toEqual(['STATUS:CANCELLED']);
    expect(all(copy.text, 'EXDATE')).toEqual([]);
    const all2 = only(organized(course, undefined, { now: at(3) }).messages);
    const kept = delivered(told(course), all2, bob, { cancelled: 'mark' }).copy;
    expect(all(kept.text, 'STATUS')).toEqual(['STATUS:CANCELLED']);
  });

  it('keeps what the attendee took out himself', () => {
    const first = told(course);
    const text = first.text?.replace('RRULE', 'EXDATE:20270119T110000Z\r\nRRULE');
    const edited = course.replace('SUMMARY', 'DESCRIPTION:Soup\r\nSUMMARY');
    const { messages } = organized(course, edited, { now: at(3) });
    const { copy } = delivered({ ...first, text }, only(messages), bob);
    expect(all(copy.text, 'EXDATE')).toEqual(['EXDATE:20270119T110000Z']);
  });

  it('keeps the attendee’s answer to one instance while it is on its way', () => {
    const first = told(course);
    const own = calendar(
      event(...weekly, invites('bob'), invites('cyd')),
      exception('20270112', invites('bob', ';PARTSTAT=ACCEPTED'), invites('cyd')),
    );
    const edited = course.replace('SUMMARY', 'DESCRIPTION:Soup\r\nSUMMARY');
    const { messages } = organized(course, edited, { now: at(3) });
    const { copy } = delivered({ ...first, text: own }, only(messages), bob);
    expect(answers(copy.text)).toContain('bob ACCEPTED');
    expect(all(copy.text, 'DESCRIPTION')).toHaveLength(2);
  });

  it('is one instance to who is invited to one, and the series later', () => {
    const one = calendar(event(...weekly), exception('20270112', invites('bob')));
    const copy = told(one);
    expect(all(copy.text, 'RRULE')).toEqual([]);
    expect(all(copy.text, 'RECURRENCE-ID')).toHaveLength(1);
    const { text } = told(one, calendar(event(...weekly, invites('bob'))));
    expect(all(text, 'RRULE')).toHaveLength(1);
    expect(all(text, 'RECURRENCE-ID')).toEqual([]);
  });

  it('is one instance to who is left with one', () => {
    const left = calendar(
      event(...weekly, invites('cyd')),
      exception('20270112', invites('bob'), invites('cyd')),
    );
    const { text } = told(course, left);
    expect(all(text, 'RRULE')).toEqual([]);
    expect(all(text, 'RECURRENCE-ID')).toHaveLength(1);
  });

  it('goes when the last instance goes', () => {
    const one = calendar(event(...weekly), exception('20270112', invites('bob')));
    expect(told(one, calendar(event(...weekly))).text).toBeUndefined();
    expect(told(course, undefined).text).toBeUndefined();
  });

  it('gets one more instance (ADD, RFC 5546 §3.2.4)', () => {
    const first = told(course);
    const request = only(organized(undefined, lunch.replaceAll('20270105', '20270301')).messages);
    const add: SchedulingMessage = {
      ...{ ...request, method: 'ADD' },
      stamp: { sequence: 1, dtstamp: '20260101T090000Z' },
    };
    const { copy } = delivered(first, add, bob);
    expect(all(copy.text, 'RDATE')).toEqual(['RDATE:20270301T110000Z']);
    expect(all(copy.text, 'RECURRENCE-ID')).toEqual(['RECURRENCE-ID:20270301T110000Z']);
    expect(delivered(copy, add, bob).receipt).toMatchObject({ reason: 'outdated' });
    expect(delivered(empty, add, bob).receipt).toMatchObject({ reason: 'no-such-object' });
  });
});

describe('an answer', () => {
  const bobSays = (before: string, then: string, minute = 5) =>
    answered(before, then, { now: at(minute) }).messages;

  it('is put down with the organizer (RFC 6638 §3.2.5)', () => {
    const replies = bobSays(lunch, saying(lunch, 'ACCEPTED'));
    const { copy, receipt } = delivered(holding(lunch), only(replies), ada);
    expect(answers(copy.text)).toEqual(['bob ACCEPTED', 'cyd NEEDS-ACTION']);
    expect(all(copy.text, 'ATTENDEE')[0]).not.toContain('RSVP');
    expect(all(copy.text, 'ATTENDEE')[0]).toContain('SCHEDULE-STATUS=2.0');
    expect(receipt).toMatchObject({ significant: false });
    expect(inShort(organized(lunch, copy.text).messages)).toEqual([
      'REQUEST bob,cyd [series] participation',
    ]);
  });

  it('counts the later one, in whatever order they come', () => {
    const yes = bobSays(lunch, saying(lunch, 'ACCEPTED'), 5);
    const no = bobSays(lunch, saying(lunch, 'DECLINED'), 6);
    for (const order of [
      [...yes, ...no],
      [...no, ...yes, ...no],
    ])
      expect(answers(after(holding(lunch), ada, order).text)[0]).toBe('bob DECLINED');
  });

  it('to what has changed since does not count', () => {
    const yes = only(bobSays(lunch, saying(lunch, 'ACCEPTED')));
    const { stored } = organized(lunch, lunch.replace('Lunch', 'Dinner'));
    expect(delivered(holding(stored), yes, ada).receipt).toMatchObject({
      reason: 'answer-outdated',
    });
  });

  it('to one instance makes an exception', () => {
    const no = bobSays(course, course.replace('RRULE', 'EXDATE:20270112T110000Z\r\nRRULE'));
    const { text } = after(holding(course), ada, no);
    expect(answers(text)).toEqual([
      ...['bob NEEDS-ACTION', 'cyd NEEDS-ACTION'],
      ...['bob DECLINED', 'cyd NEEDS-ACTION'],
    ]);
    expect(all(text, 'RECURRENCE-ID')).toEqual([
      'RECURRENCE-ID;TZID=Europe/Berlin:20270112T120000',
    ]);
    expect(all(text, 'RRULE')).toHaveLength(1);
  });

  it('to the series is one to exceptions too, but where another was given', () => {
    const roof = calendar(
      event(...weekly, invites('bob')),
      exception('20270112', 'LOCATION:Roof', invites('bob')),
      exception('20270119', 'LOCATION:Cellar', invites('bob')),
    );
    const no = bobSays(
      roof,
      roof.replace(/(Roof\r\nATTENDEE;PARTSTAT=)NEEDS-ACTION/, '$1DECLINED'),
      5,
    );
    const yes = bobSays(course, saying(course, 'ACCEPTED'), 6);
    for (const order of [
      [...no, ...yes],
      [...yes, ...no],
    ])
      expect(answers(after(holding(roof), ada, order).text)).toEqual([
        'bob ACCEPTED',
        'bob DECLINED',
        'bob ACCEPTED',
      ]);
  });

  it('is the attendee’s own', () => {
    const yes = only(bobSays(lunch, saying(lunch, 'ACCEPTED')));
    const forged = { ...yes, sender: 'mailto:cyd@example.org' as CalendarUserAddress };
    expect(delivered(holding(lunch), forged, ada).receipt).toMatchObject({
      reason: 'unknown-attendee',
    });
  });

  it('of somebody who was not invited is passed over, or taken in', () => {
    const eves = lunch.replace('bob@', 'eve@');
    const { messages } = answered(undefined, saying(eves, 'ACCEPTED'), { attendee: person('eve') });
    expect(delivered(holding(lunch), only(messages), ada).receipt).toMatchObject({
      reason: 'unknown-attendee',
    });
    const { copy } = delivered(holding(lunch), only(messages), ada, { partyCrashers: 'add' });
    expect(answers(copy.text)).toEqual(['bob NEEDS-ACTION', 'cyd NEEDS-ACTION', 'eve ACCEPTED']);
  });

  it('under another address is of who was invited', () => {
    const roberts = lunch.replace('bob@', 'robert@');
    const robert = person('robert');
    const { messages } = answered(roberts, saying(roberts, 'ACCEPTED'), { attendee: robert });
    const { copy } = delivered(holding(lunch), only(messages), ada, { senderAddresses: bob });
    expect(answers(copy.text)).toEqual(['bob ACCEPTED', 'cyd NEEDS-ACTION']);
  });

  it('goes to the organizer alone', () => {
    const yes = only(bobSays(lunch, saying(lunch, 'ACCEPTED')));
    expect(delivered(holding(lunch), yes, cyd).receipt).toMatchObject({
      reason: 'not-organized-here',
    });
    expect(delivered(empty, yes, ada).receipt).toMatchObject({ reason: 'no-such-object' });
  });
});

describe('delegation', () => {
  const meeting = calendar(event(invites('bob')));
  const eve = person('eve');
  const fay = person('fay');
  const handTo = (text: string, name: string, who: string): string =>
    text.replace(
      new RegExp(`ATTENDEE[^\\n]*:mailto:${who}@example.org`),
      `ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:${name}@example.org":mailto:${who}@example.org`,
    );

  const unfolded = (text: string | undefined): string => (text ?? '').replaceAll('\r\n ', '');

  it('goes over several hops, and is taken back with all that followed', () => {
    const first = answered(meeting, handTo(meeting, 'eve', 'bob'));
    const one = after(holding(meeting), ada, first.messages);
    expect(answers(one.text)).toEqual(['bob DELEGATED', 'eve NEEDS-ACTION']);
    expect(inShort(organized(meeting, one.text).messages)).toEqual([
      'REQUEST bob [series] participation',
      'REQUEST eve [series] significant',
    ]);
    const eves = unfolded(one.text);
    const second = answered(eves, handTo(eves, 'fay', 'eve'), { attendee: eve, now: at(6) });
    const two = after(one, ada, second.messages);
    expect(answers(two.text)).toEqual(['bob DELEGATED', 'eve DELEGATED', 'fay NEEDS-ACTION']);
    const back = answered(unfolded(two.text), saying(meeting, 'ACCEPTED'), { now: at(7) });
    const three = after(two, ada, back.messages);
    expect(answers(three.text)).toEqual(['bob ACCEPTED']);
    expect(inShort(organized(two.text, three.text).messages)).toEqual([
      'CANCEL eve,fay [series] significant',
      'REQUEST bob [series] participation',
    ]);
  });

  it('is waited for when the delegate’s answer is there first', () => {
    const first = answered(meeting, handTo(meeting, 'fay', 'bob'));
    const asked = first.messages.filter(({ occasion }) => occasion === 'delegation');
    const fays = after(empty, fay, asked);
    const text = unfolded(fays.text);
    const yes = answered(text, text.replace('PARTSTAT=NEEDS-ACTION', 'PARTSTAT=ACCEPTED'), {
      ...{ attendee: fay, now: at(6) },
    });
    const early = delivered(holding(meeting), only(yes.messages), ada);
    expect(early.receipt).toMatchObject({ kind: 'unchanged', reason: 'held' });
    expect(answers(after(early.copy, ada, first.messages).text)).toEqual([
      'bob DELEGATED',
      'fay ACCEPTED',
    ]);
  });
});

describe('other messages', () => {
  it('show a proposal to the organizer, of who is invited', () => {
    const proposal = counter(lunch, lunch.replaceAll('20270105T1', '20270106T1'), bob, at(4));
    if (proposal === undefined) throw new Error('no proposal');
    expect(delivered(holding(lunch), proposal.message, ada).receipt.kind).toBe('shown');
    const strange = { ...proposal.message, sender: 'mailto:eve@x.org' as CalendarUserAddress };
    expect(delivered(holding(lunch), strange, ada).receipt.kind).toBe('unchanged');
  });

  it('show the organizer’s no to an attendee', () => {
    const request = only(organized(undefined, lunch).messages);
    const no: SchedulingMessage = { ...request, method: 'DECLINECOUNTER' };
    expect(delivered(holding(lunch), no, bob).receipt.kind).toBe('shown');
  });

  it('ask for the object again (REFRESH), which is sent again', () => {
    const wanted = refresh(lunch, bob, at(4));
    if (wanted === undefined) throw new Error('nothing asked');
    const { receipt } = delivered(holding(lunch), wanted.message, ada);
    if (receipt.kind !== 'resend') throw new Error(receipt.kind);
    const sent = organized(undefined, lunch);
    const { messages, last } = resend({
      ...{ text: lunch, to: receipt.to, organizer: ada, now: at(0), last: sent.last },
    });
    expect(inShort(messages)).toEqual(['REQUEST bob [series] content']);
    expect(last?.dtstamp).toBe('20260101T080001Z');
    expect(after(empty, bob, messages).text).toContain('Lunch');
  });

  it('that are published are not put into calendars', () => {
    const request = only(organized(undefined, lunch).messages);
    expect(delivered(empty, { ...request, method: 'PUBLISH' }, bob).receipt).toMatchObject({
      reason: 'unsupported',
    });
  });

  it('know tasks as well', () => {
    const task = lunch.replaceAll('VEVENT', 'VTODO').replace('DTEND', 'DUE');
    const asked = organize({
      ...{ before: undefined, after: task, organizer: ada, now: at(0), keepAnswers: false },
    });
    if (asked.kind !== 'organized') throw new Error(asked.invalid);
    const bobs = after(empty, bob, asked.messages);
    const done = saying(bobs.text ?? '', 'COMPLETED').replace(
      'END:VTODO',
      'PERCENT-COMPLETE:100\r\nEND:VTODO',
    );
    const { messages } = answered(bobs.text, done);
    expect(answers(after(holding(task), ada, messages).text)[0]).toBe('bob COMPLETED');
    const edited = organized(task, task.replace('SUMMARY', 'DESCRIPTION:Soup\r\nSUMMARY'), {
      now: at(8),
    });
    const { text } = after({ ...bobs, text: done }, bob, edited.messages);
    expect(all(text, 'PERCENT-COMPLETE')).toEqual(['PERCENT-COMPLETE:100']);
  });
});
