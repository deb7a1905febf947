import { describe, expect, test } from 'vitest';
import { withoutInstance } from '../../../src/domain/activesync/calendar/calendar.ts';
import type { Context } from '../../../src/domain/activesync/item-class.ts';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import {
  blobOf,
  namedZone,
  UTC_ZONE,
  ZERO_BLOB,
} from '../../../src/domain/activesync/zones/zone-finding.ts';
import {
  calendarText,
  changed,
  component,
  context,
  data,
  eventText,
  linesOf,
  objectOf,
  type Said,
  saidIn,
} from './given-item.ts';

const { toData, merge } = itemClasses.Calendar;
const blob = (tzid: string) => blobOf(namedZone(tzid) ?? UTC_ZONE, Date.UTC(2026, 9, 7));
const told = (text: string, more?: Partial<Context>) => toData(text, context(more));
/** A stored event, and what a phone that was told of it changes. */
const edit = (text: string, elements: Said, more?: Partial<Context>) => {
  const changes = Object.fromEntries(
    data('calendar', elements).map(({ tag, value }) => [tag, value]),
  );
  return merge(text, changed(told(text, more), changes), context(more));
};
const add = (elements: Said, more?: Partial<Context>) =>
  merge(undefined, data('calendar', elements), context(more));

const timed = [
  'DTSTART;TZID=Europe/Berlin:20261007T090000',
  'DTEND;TZID=Europe/Berlin:20261007T100000',
];
const weekly = [...timed, 'RRULE:FREQ=WEEKLY;COUNT=5', 'SUMMARY:Jour fixe'];

describe('times', () => {
  test('are UTC on the wire, with the zone beside them', () => {
    const found = told(eventText(...timed));
    expect(saidIn(found, 'StartTime')).toBe('20261007T070000Z');
    expect(saidIn(found, 'EndTime')).toBe('20261007T080000Z');
    expect(saidIn(found, 'Timezone')).toBe(blob('Europe/Berlin'));
    expect(saidIn(found, 'AllDayEvent')).toBe('0');
  });

  test('are stored by the clock of the zone, with its VTIMEZONE', () => {
    const lines = linesOf(
      add({
        Timezone: blob('America/New_York'),
        StartTime: '20261007T130000Z',
        EndTime: '20261007T140000Z',
      }),
    );
    expect(lines).toContain('DTSTART;TZID=America/New_York:20261007T090000');
    expect(lines).toContain('DTEND;TZID=America/New_York:20261007T100000');
    expect(lines).toContain('TZID:America/New_York');
  });

  test('keep their zone where a phone sends zeros or nothing for it', () => {
    for (const Timezone of [ZERO_BLOB, ''])
      expect(
        linesOf(edit(eventText(...timed), { Timezone, StartTime: '20261007T073000Z' })),
      ).toContain('DTSTART;TZID=Europe/Berlin:20261007T093000');
  });

  test('of an event without any are the next half hour (MS-ASCAL 3.2.4.4)', () => {
    const lines = linesOf(add({ Subject: 'Soon' }));
    expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20261005T123000');
    expect(lines).toContain('DTEND;TZID=Europe/Berlin:20261005T130000');
  });

  test('that end before they begin are refused', () => {
    expect(add({ StartTime: '20261007T130000Z', EndTime: '20261007T120000Z' })).toEqual({
      refused: 6,
    });
    expect(add({ StartTime: 'yesterday' })).toEqual({ refused: 6 });
  });

  test('keep DURATION where only the start moved', () => {
    const text = eventText(timed[0] ?? '', 'DURATION:PT1H');
    const lines = linesOf(
      edit(text, { StartTime: '20261007T090000Z', EndTime: '20261007T100000Z' }),
    );
    expect(lines).toContain('DURATION:PT1H');
    expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20261007T110000');
  });
});

describe('whole days', () => {
  const days = eventText('DTSTART;VALUE=DATE:20261007', 'DTEND;VALUE=DATE:20261009');

  test("are midnights of the user's zone before 16.0, and dates without a zone since", () => {
    const old = told(days);
    expect(saidIn(old, 'StartTime')).toBe('20261006T220000Z');
    expect(saidIn(old, 'EndTime')).toBe('20261008T220000Z');
    expect(saidIn(old, 'Timezone')).toBe(blob('Europe/Berlin'));
    const now = told(days, { version: '16.1' });
    expect(saidIn(now, 'StartTime')).toBe('20261007T000000Z');
    expect(saidIn(now, 'Timezone')).toBeUndefined();
  });

  test.each([
    [
      'midnight in the zone of the blob',
      '20261006T220000Z',
      '20261007T220000Z',
      blob('Europe/Berlin'),
    ],
    ['midnight in a far zone', '20261006T130000Z', '20261007T130000Z', blob('Australia/Sydney')],
    ['digits with zeros', '20261007T000000Z', '20261008T000000Z', ZERO_BLOB],
    ['digits without a blob', '20261007T000000Z', '20261008T000000Z', undefined],
    ["the user's midnight without a blob", '20261006T220000Z', '20261007T220000Z', undefined],
    ['an hour off', '20261006T230000Z', '20261007T230000Z', blob('Europe/Berlin')],
    ['no length', '20261006T220000Z', '20261006T220000Z', blob('Europe/Berlin')],
  ])('are read from %s', (_, StartTime, EndTime, Timezone) => {
    const lines = linesOf(
      add({ AllDayEvent: '1', StartTime, EndTime, ...(Timezone !== undefined && { Timezone }) }),
    );
    expect(lines).toContain('DTSTART;VALUE=DATE:20261007');
    expect(lines).toContain('DTEND;VALUE=DATE:20261008');
  });

  test('that begin at no midnight are timed', () => {
    const lines = linesOf(
      add({
        AllDayEvent: '1',
        Timezone: blob('Europe/Berlin'),
        StartTime: '20261007T093000Z',
        EndTime: '20261007T103000Z',
      }),
    );
    expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20261007T113000');
  });
});

describe('exceptions', () => {
  const series = calendarText(
    component('VEVENT', ...weekly, 'EXDATE;TZID=Europe/Berlin:20261014T090000', 'X-KEPT:1'),
    component(
      'VEVENT',
      'RECURRENCE-ID;TZID=Europe/Berlin:20261021T090000',
      'DTSTART;TZID=Europe/Berlin:20261021T150000',
      'DTEND;TZID=Europe/Berlin:20261021T160000',
      'SUMMARY:Later',
    ),
    component(
      'VEVENT',
      'RECURRENCE-ID:20301021T070000Z',
      'DTSTART:20301021T070000Z',
      'SUMMARY:Nowhere',
    ),
  );

  test('are deleted instances and those that say something else', () => {
    expect(told(series)?.find(({ tag }) => tag === 'calendar:Exceptions')?.value).toEqual(
      data('calendar', {
        Exceptions: [
          { Exception: { Deleted: '1', ExceptionStartTime: '20261014T070000Z' } },
          {
            Exception: {
              ExceptionStartTime: '20261021T070000Z',
              StartTime: '20261021T130000Z',
              EndTime: '20261021T140000Z',
              Subject: 'Later',
            },
          },
        ],
      })[0]?.value,
    );
    const since = told(series, { version: '16.0' })?.find(
      ({ tag }) => tag === 'calendar:Exceptions',
    );
    expect(JSON.stringify(since)).toContain('"airsyncbase:InstanceId","value":"20261014T070000Z"');
  });

  test('a phone makes are overrides and EXDATEs; those it does not mention stay', () => {
    const lines = linesOf(
      edit(series, {
        Exceptions: [
          { Exception: { Deleted: '1', ExceptionStartTime: '20261028T080000Z' } },
          { Exception: { ExceptionStartTime: '20261104T080000Z', Subject: 'Once', Reminder: '5' } },
        ],
      }),
    );
    expect(lines).toContain('EXDATE;TZID=Europe/Berlin:20261014T090000');
    expect(lines).toContain('EXDATE;TZID=Europe/Berlin:20261028T090000');
    expect(lines).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261104T090000');
    expect(lines).toContain('SUMMARY:Once');
    expect(lines).toContain('SUMMARY:Later');
    expect(lines.filter((line) => line === 'X-KEPT:1')).toHaveLength(2);
  });

  test('are of the instance of the day, whatever time of it a phone sends', () => {
    const named = (ExceptionStartTime: string) =>
      linesOf(edit(series, { Exceptions: [{ Exception: { Deleted: '1', ExceptionStartTime } }] }));
    for (const time of ['20261028T080000Z', '20261028T113000Z', '2026-10-28T00:00:00.000Z'])
      expect(named(time)).toContain('EXDATE;TZID=Europe/Berlin:20261028T090000');
    expect(named('20261029T080000Z').join()).not.toContain('20261029');
  });

  test('deleting an override takes it away', () => {
    const lines = linesOf(
      edit(series, {
        Exceptions: [{ Exception: { Deleted: '1', ExceptionStartTime: '20261021T070000Z' } }],
      }),
    );
    expect(lines).toContain('EXDATE;TZID=Europe/Berlin:20261021T090000');
    expect(lines).not.toContain('SUMMARY:Later');
  });

  test('an instance that was deleted comes back with what is said of it', () => {
    const lines = linesOf(
      edit(series, {
        Exceptions: [{ Exception: { ExceptionStartTime: '20261014T070000Z', Subject: 'Back' } }],
      }),
    );
    expect(lines.join()).not.toContain('EXDATE');
    expect(lines).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261014T090000');
    expect(lines).toContain('SUMMARY:Back');
  });

  test('move with their series, and go with it from 16.0 on', () => {
    const moved = { StartTime: '20261007T080000Z', EndTime: '20261007T090000Z', Exceptions: '' };
    const lines = linesOf(edit(series, moved));
    expect(lines).toContain('EXDATE;TZID=Europe/Berlin:20261014T100000');
    expect(lines).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261021T100000');
    expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20261021T150000');
    expect(linesOf(edit(series, moved, { version: '16.1' })).join()).not.toMatch(
      /EXDATE|RECURRENCE-ID/,
    );
  });

  test('of 16.x are changed and deleted by InstanceId', () => {
    const at = { version: '16.1', instance: '20261104T080000Z' } as const;
    const lines = linesOf(merge(series, data('calendar', { Subject: 'Only' }), context(at)));
    expect(lines).toContain('RECURRENCE-ID;TZID=Europe/Berlin:20261104T090000');
    expect(lines).toContain('SUMMARY:Only');
    expect(lines).toContain('SUMMARY:Jour fixe');
    const gone = withoutInstance(series, '2026-11-04T08:00:00.000Z', context(at));
    expect(linesOf(gone)).toContain('EXDATE;TZID=Europe/Berlin:20261104T090000');
    const never = context({ ...at, instance: '20261105T080000Z' });
    expect(merge(series, data('calendar', { Subject: 'No' }), never)).toEqual({ refused: 6 });
    expect(withoutInstance(series, '20261105T080000Z', never)).toEqual({ refused: 6 });
  });

  test('of whole days are dates', () => {
    const days = eventText(
      'DTSTART;VALUE=DATE:20261007',
      'RRULE:FREQ=DAILY;COUNT=9',
      'EXDATE;VALUE=DATE:20261009',
    );
    expect(saidIn(told(days), 'Exceptions', 'Exception', 'ExceptionStartTime')).toBe(
      '20261008T220000Z',
    );
    const lines = linesOf(
      edit(days, {
        Exceptions: [{ Exception: { Deleted: '1', ExceptionStartTime: '20261009T220000Z' } }],
      }),
    );
    expect(lines).toContain('EXDATE;VALUE=DATE:20261010');
  });
});

test('a rule without a form is sent as a single event, and phones cannot move it', () => {
  const text = eventText(...timed, 'RRULE:FREQ=YEARLY;BYWEEKNO=20', 'SUMMARY:a');
  expect(saidIn(told(text), 'Subject')).toBe('a');
  expect(told(text)?.some(({ tag }) => tag === 'calendar:Recurrence')).toBe(false);
  const lines = linesOf(
    edit(text, { Subject: 'b', StartTime: '20270101T000000Z', EndTime: '20270101T010000Z' }),
  );
  expect(lines).toContain('SUMMARY:b');
  expect(lines).toContain('RRULE:FREQ=YEARLY;BYWEEKNO=20');
  expect(lines).toContain('DTSTART;TZID=Europe/Berlin:20261007T090000');
});

describe('meetings', () => {
  const meeting = eventText(
    ...timed,
    'ORGANIZER;CN=Zoe:mailto:zoe@example.org',
    'ATTENDEE;PARTSTAT=ACCEPTED:mailto:zoe@example.org',
    'ATTENDEE;CN=Alice;PARTSTAT=TENTATIVE;RSVP=TRUE:mailto:Alice@example.org',
    'ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=DECLINED;X-N=7:mailto:bob@example.org',
    'ATTENDEE;CUTYPE=ROOM:mailto:room@example.org',
    'ATTENDEE:urn:uuid:1',
  );
  const own = meeting.replaceAll('zoe@', 'a.adams@');

  test('tell who holds them, who is invited, and what the owner answered', () => {
    const found = told(meeting);
    expect(saidIn(found, 'OrganizerEmail')).toBe('zoe@example.org');
    expect(saidIn(found, 'MeetingStatus')).toBe('3');
    expect(saidIn(found, 'ResponseType')).toBe('2');
    expect(saidIn(found, 'BusyStatus')).toBe('1');
    expect(found?.find(({ tag }) => tag === 'calendar:Attendees')?.value).toEqual(
      data('calendar', {
        Attendees: [
          {
            Attendee: {
              Email: 'Alice@example.org',
              Name: 'Alice',
              AttendeeStatus: '2',
              AttendeeType: '1',
            },
          },
          {
            Attendee: {
              Email: 'bob@example.org',
              Name: 'bob@example.org',
              AttendeeStatus: '4',
              AttendeeType: '2',
            },
          },
          {
            Attendee: {
              Email: 'room@example.org',
              Name: 'room@example.org',
              AttendeeStatus: '5',
              AttendeeType: '3',
            },
          },
        ],
      })[0]?.value,
    );
    expect(saidIn(told(own), 'MeetingStatus')).toBe('1');
    expect(saidIn(told(own), 'ResponseType')).toBe('1');
    expect(saidIn(told(eventText(...timed)), 'MeetingStatus')).toBe('0');
    expect(saidIn(told(meeting, { version: '12.1' }), 'ResponseType')).toBeUndefined();
  });

  test('keep the answers of others, and what phones do not know of them', () => {
    const Attendees = [
      {
        Attendee: { Email: 'BOB@example.org', Name: 'Bob', AttendeeStatus: '3', AttendeeType: '1' },
      },
      { Attendee: { Email: '"New" <new@example.org>', Name: 'New' } },
      { Attendee: { Email: 'nobody', Name: 'Nobody' } },
      { Attendee: { Email: 'a.adams@example.org', Name: 'Me' } },
    ];
    const lines = linesOf(edit(own, { Attendees }));
    expect(lines).toContain(
      'ATTENDEE;PARTSTAT=DECLINED;X-N=7;CN=Bob;ROLE=REQ-PARTICIPANT:mailto:bob@example.org',
    );
    expect(lines).toContain(
      'ATTENDEE;CN=New;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:new@example.org',
    );
    expect(lines).toContain('ATTENDEE;PARTSTAT=ACCEPTED:mailto:a.adams@example.org');
    expect(lines).toContain('ATTENDEE:urn:uuid:1');
    expect(lines.join()).not.toMatch(/nobody|room@/);
  });

  test('that were received keep their guests and their organizer', () => {
    const lines = linesOf(
      edit(meeting, { Subject: 'x', Attendees: '', OrganizerEmail: 'me@example.org' }),
    );
    expect(lines.filter((line) => line.startsWith('ATTENDEE'))).toHaveLength(5);
    expect(lines).toContain('ORGANIZER;CN=Zoe:mailto:zoe@example.org');
  });

  test('keep those invited when a phone does not mention them', () => {
    const left = told(own)?.filter(({ tag }) => tag !== 'calendar:Attendees') ?? [];
    expect(merge(own, left, context())).toEqual({ object: own });
  });

  test('made by inviting have the owner as organizer', () => {
    const lines = linesOf(
      add({
        StartTime: '20261007T130000Z',
        Attendees: [{ Attendee: { Email: 'bob@example.org', Name: 'Bob' } }],
      }),
    );
    expect(lines).toContain('ORGANIZER;CN=Alice Adams:mailto:alice@example.org');
  });

  test('that Outlook adds itself are those of their organizer, with their answers', () => {
    const lines = linesOf(
      add({
        StartTime: '20261007T130000Z',
        MeetingStatus: '3',
        OrganizerEmail: 'zoe@example.org',
        OrganizerName: 'Zoe',
        Attendees: [
          { Attendee: { Email: 'alice@example.org', Name: 'Alice', AttendeeStatus: '3' } },
        ],
      }),
    );
    expect(lines).toContain('ORGANIZER;CN=Zoe:mailto:zoe@example.org');
    expect(lines.join()).toContain('PARTSTAT=ACCEPTED');
  });

  test('are cancelled by MeetingStatus 5, and get the next SEQUENCE', () => {
    const lines = linesOf(edit(own, { MeetingStatus: '5' }));
    expect(lines).toContain('STATUS:CANCELLED');
    expect(lines).toContain('SEQUENCE:1');
    expect(saidIn(told(objectOf(edit(own, { MeetingStatus: '5' }))), 'MeetingStatus')).toBe('5');
  });

  test('appointments name the owner as organizer for Android only', () => {
    const plain = eventText(...timed);
    expect(saidIn(told(plain, { deviceType: 'Android' }), 'OrganizerEmail')).toBe(
      'alice@example.org',
    );
    expect(saidIn(told(plain), 'OrganizerEmail')).toBeUndefined();
  });
});

test.each<readonly [string, readonly string[], string | undefined]>([
  ['Reminder', ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT15M', 'END:VALARM'], '15'],
  ['Reminder', ['BEGIN:VALARM', 'ACTION:AUDIO', 'TRIGGER:PT0S', 'END:VALARM'], '0'],
  ['Reminder', ['BEGIN:VALARM', 'ACTION:EMAIL', 'TRIGGER:-PT15M', 'END:VALARM'], undefined],
  [
    'Reminder',
    ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER;RELATED=END:-PT5M', 'END:VALARM'],
    undefined,
  ],
  ['Reminder', ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-P1W', 'END:VALARM'], '10080'],
  ['BusyStatus', ['TRANSP:TRANSPARENT'], '0'],
  ['BusyStatus', ['STATUS:TENTATIVE'], '1'],
  ['BusyStatus', [], '2'],
  ['BusyStatus', ['X-MICROSOFT-CDO-BUSYSTATUS:OOF'], '3'],
  ['BusyStatus', ['X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE'], '2'],
  ['Sensitivity', [], '0'],
  ['Sensitivity', ['CLASS:PRIVATE', 'X-MICROSOFT-SENSITIVITY:1'], '1'],
  ['Sensitivity', ['CLASS:PRIVATE'], '2'],
  ['Sensitivity', ['CLASS:X-SECRET'], '2'],
  ['Sensitivity', ['CLASS:CONFIDENTIAL'], '3'],
  ['Location', ['LOCATION:Room 1\\, left'], 'Room 1, left'],
  ['DisallowNewTimeProposal', ['X-MICROSOFT-DISALLOW-COUNTER:TRUE'], '1'],
  [
    'OnlineMeetingExternalLink',
    ['CONFERENCE;VALUE=URI:https://meet.example.org/a'],
    'https://meet.example.org/a',
  ],
  ['UID', [], 'one'],
  ['DtStamp', ['LAST-MODIFIED:20260203T040506Z'], '20260203T040506Z'],
])('%s of %j is %j', (name, lines, value) => {
  expect(saidIn(told(eventText(...timed, ...lines)), name)).toBe(value);
});

test.each<readonly [Said, readonly RegExp[]]>([
  [{ BusyStatus: '0' }, [/^TRANSP:TRANSPARENT$/]],
  [{ BusyStatus: '3' }, [/^TRANSP:OPAQUE$/, /^X-MICROSOFT-CDO-BUSYSTATUS:OOF$/]],
  [{ Sensitivity: '1' }, [/^CLASS:PRIVATE$/, /^X-MICROSOFT-SENSITIVITY:1$/]],
  [{ Sensitivity: '3' }, [/^CLASS:CONFIDENTIAL$/]],
  [{ Reminder: '30' }, [/^TRIGGER:-PT30M$/, /^ACTION:DISPLAY$/]],
  [{ Reminder: '0' }, [/^TRIGGER:PT0S$/]],
  [{ Subject: 'a; b, c\\' }, [/^SUMMARY:a\\; b\\, c\\\\$/]],
  [{ Categories: [{ Category: 'x, y' }, { Category: 'Ä' }] }, [/^CATEGORIES:x\\, y,Ä$/]],
  [{ Location: 'There' }, [/^LOCATION:There$/]],
])('%j is stored so', (elements, expected) => {
  const lines = linesOf(edit(eventText(...timed), elements));
  for (const one of expected)
    expect(
      lines.some((line) => one.test(line)),
      String(one),
    ).toBe(true);
});

test('of several alarms the nearest is edited, and the others stay as they are', () => {
  const alarm = (...more: readonly string[]) => ['BEGIN:VALARM', ...more, 'END:VALARM'];
  const text = eventText(
    ...timed,
    ...alarm('ACTION:DISPLAY', 'TRIGGER:-P1D', 'X-FAR:1'),
    ...alarm('ACTION:AUDIO', 'TRIGGER:-PT10M', 'X-NEAR:1', 'REPEAT:2', 'DURATION:PT1M'),
    ...alarm('ACTION:EMAIL', 'TRIGGER:-PT1M', 'ATTENDEE:mailto:a@example.org'),
  );
  expect(saidIn(told(text), 'Reminder')).toBe('10');
  const lines = linesOf(edit(text, { Reminder: '20' }));
  for (const line of ['TRIGGER:-P1D', 'TRIGGER:-PT20M', 'TRIGGER:-PT1M', 'X-NEAR:1', 'REPEAT:2'])
    expect(lines).toContain(line);
  expect(linesOf(edit(text, { Reminder: '' })).join()).not.toContain('X-NEAR');
});

describe('what a phone does not mention', () => {
  const text = eventText(
    ...timed,
    'LOCATION:Here',
    'CLASS:PRIVATE',
    'CATEGORIES:a',
    'DESCRIPTION:Long',
  );
  const left = (more?: Partial<Context>) =>
    linesOf(merge(text, data('calendar', { Subject: 'New' }), context(more)));

  test('goes where it manages everything, but for the body and what is private', () => {
    const lines = left();
    expect(lines.join()).not.toMatch(/LOCATION|CATEGORIES/);
    expect(lines).toContain('DESCRIPTION:Long');
    expect(lines).toContain('CLASS:PRIVATE');
  });
  test('stays where it manages other elements (MS-ASCMD 2.2.3.179)', () => {
    const lines = left({ supported: new Set(['Categories']) });
    expect(lines).toContain('LOCATION:Here');
    expect(lines.join()).not.toContain('CATEGORIES');
  });
  test('stays in 16.x', () => {
    const lines = left({ version: '16.0' });
    expect(lines).toContain('LOCATION:Here');
    expect(lines).toContain('CATEGORIES:a');
  });
});

describe('bodies', () => {
  const html = eventText(
    ...timed,
    'DESCRIPTION:Plain',
    'X-ALT-DESC;FMTTYPE=text/html:<b>Plain</b>',
  );
  const body = (text: string, more: Partial<Context>) => {
    const found = told(text, more);
    return ['Type', 'EstimatedDataSize', 'Truncated', 'Data', 'Preview'].map((name) =>
      saidIn(found, 'Body', name),
    );
  };

  test('are sent in the form that is stored, of those that are wanted', () => {
    expect(body(html, { bodies: [{ type: 1 }, { type: 2 }] })[3]).toBe('<b>Plain</b>');
    expect(body(html, { bodies: [{ type: 1 }] })[3]).toBe('Plain');
    expect(body(html, { bodies: [] })[0]).toBe('1');
    expect(body(eventText(...timed, 'DESCRIPTION:a<b'), { bodies: [{ type: 2 }] })[3]).toContain(
      'a&lt;b',
    );
  });
  test('are cut between characters, with their whole size', () => {
    const text = eventText(...timed, 'DESCRIPTION:äöü\\nx');
    expect(body(text, { bodies: [{ type: 1, truncationSize: 5, preview: 3 }] })).toEqual([
      '1',
      '9',
      '1',
      'äö',
      'äöü',
    ]);
    expect(body(text, { bodies: [{ type: 1, truncationSize: 9 }] })).toEqual([
      '1',
      '9',
      undefined,
      'äöü\r\nx',
      undefined,
    ]);
    expect(body(text, { bodies: [{ type: 1, truncationSize: 5, allOrNone: true }] })).toEqual([
      '1',
      '9',
      '1',
      undefined,
      undefined,
    ]);
  });
  test('of HTML are kept beside their text', () => {
    const Body = {
      'airsyncbase:Type': '2',
      'airsyncbase:Data': '<p>One</p><ul><li>Two &amp; three</ul>',
    };
    const lines = linesOf(edit(eventText(...timed), { 'airsyncbase:Body': Body }));
    expect(lines).toContain('DESCRIPTION:One\\n\\n- Two & three');
    expect(lines.join()).toContain('X-ALT-DESC;FMTTYPE=text/html:<p>One</p>');
    const Plain = { 'airsyncbase:Type': '1', 'airsyncbase:Data': 'New' };
    const plain = linesOf(edit(html, { 'airsyncbase:Body': Plain }));
    expect(plain).toContain('DESCRIPTION:New');
    expect(plain.join()).not.toContain('X-ALT-DESC');
  });
  test('that were cut do not lose their rest when they come back', () => {
    const text = eventText(...timed, 'DESCRIPTION:0123456789');
    const cut = { bodies: [{ type: 1, truncationSize: 4 }] };
    expect(linesOf(edit(text, { Subject: 'x' }, cut))).toContain('DESCRIPTION:0123456789');
  });
});

test('a masked event is its times and that it is private, and cannot be written', () => {
  const text = eventText(...weekly, 'CLASS:CONFIDENTIAL', 'LOCATION:Secret', 'DESCRIPTION:Secret');
  const found = told(text, { masked: true });
  expect(saidIn(found, 'StartTime')).toBe('20261007T070000Z');
  expect(saidIn(found, 'Sensitivity')).toBe('2');
  expect(saidIn(found, 'Recurrence', 'Occurrences')).toBe('5');
  expect(JSON.stringify(found)).not.toMatch(/Secret|Jour|"one"/);
  expect(merge(text, found ?? [], context({ masked: true }))).toEqual({ refused: 6 });
});

test('an instance without its series is a single event', () => {
  const text = calendarText(
    component('VEVENT', 'RECURRENCE-ID:20261007T070000Z', ...timed, 'SUMMARY:a'),
  );
  expect(saidIn(told(text), 'StartTime')).toBe('20261007T070000Z');
  expect(linesOf(edit(text, { Subject: 'b' }))).toContain('RECURRENCE-ID:20261007T070000Z');
});

test('places of 16.x have parts and coordinates', () => {
  const more = { version: '16.1' } as const;
  const place = {
    DisplayName: 'Hall',
    Street: 'A; B',
    City: 'C',
    Latitude: '48.1',
    Longitude: '11.5',
  };
  const Location = Object.fromEntries(
    Object.entries(place).map(([name, value]) => [`airsyncbase:${name}`, value]),
  );
  const merged = edit(eventText(...timed), { 'airsyncbase:Location': Location }, more);
  expect(linesOf(merged)).toContain('LOCATION:Hall');
  expect(linesOf(merged)).toContain('GEO:48.1;11.5');
  const again = told(objectOf(merged), more);
  for (const [name, value] of Object.entries(place))
    expect(saidIn(again, 'Location', name)).toBe(value);
});

test('attachments of 16.x are told by reference, added and deleted one by one', () => {
  const more = { version: '16.1', fileReference: (place: string) => `ref:${place}` } as const;
  const added = edit(
    eventText(...timed, 'ATTACH:https://example.org/elsewhere'),
    {
      'airsyncbase:Attachments': [
        {
          'airsyncbase:Add': {
            'airsyncbase:ClientId': '1',
            'airsyncbase:DisplayName': 'a.txt',
            'airsyncbase:Content': 'YWJj',
          },
        },
      ],
    },
    more,
  );
  expect(linesOf(added)).toContain('ATTACH;VALUE=BINARY;ENCODING=BASE64;FILENAME=a.txt:YWJj');
  const found = told(objectOf(added), more);
  expect(saidIn(found, 'Attachments', 'Attachment', 'FileReference')).toBe('ref:/0');
  const gone = edit(
    objectOf(added),
    {
      'airsyncbase:Attachments': [
        { 'airsyncbase:Delete': { 'airsyncbase:FileReference': 'ref:/0' } },
      ],
    },
    more,
  );
  expect(linesOf(gone).join()).not.toContain('YWJj');
  expect(linesOf(gone)).toContain('ATTACH:https://example.org/elsewhere');
});

test('a new event keeps the UID that its phone gave it', () => {
  expect(linesOf(add({ UID: 'phone-1', StartTime: '20261007T130000Z' }))).toContain('UID:phone-1');
  expect(linesOf(add({ ClientUid: 'phone-2' }, { version: '16.0' }))).toContain('UID:phone-2');
  expect(linesOf(add({}))).toContain('UID:made-uid');
});
