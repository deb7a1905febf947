import { expect, test } from 'vitest';
import { itemClasses } from '../../../src/domain/activesync/item-classes.ts';
import { fastest, PATIENCE } from '../../support/fastest.ts';
import { calendarText, cardText, component, context, eventText } from './given-item.ts';

test(
  '5,000 events are told in below a second, what they say notwithstanding',
  () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Sydney', 'Asia/Kolkata'];
    const events = Array.from({ length: 5_000 }, (_, at) => {
      const day = `2026${String((at % 12) + 1).padStart(2, '0')}${String((at % 28) + 1).padStart(2, '0')}`;
      return eventText(
        `DTSTART;TZID=${zones[at % 4]}:${day}T090000`,
        'DURATION:PT1H',
        `SUMMARY:Event ${at}`,
        'LOCATION:Room',
        `DESCRIPTION:${'Some words. '.repeat(20)}`,
        ...(at % 5 === 0 ? ['RRULE:FREQ=WEEKLY;COUNT=20'] : []),
        ...(at % 3 === 0
          ? [
              'ORGANIZER:mailto:z@example.org',
              'ATTENDEE;PARTSTAT=ACCEPTED:mailto:alice@example.org',
            ]
          : []),
        'BEGIN:VALARM',
        'ACTION:DISPLAY',
        'TRIGGER:-PT15M',
        'END:VALARM',
      );
    });
    const told = () => {
      for (const event of events) itemClasses.Calendar.toData(event, context());
    };
    expect(fastest(700, told)).toBeLessThan(1_000);
  },
  PATIENCE,
);

test(
  'what is made to be slow is not',
  () => {
    const far = eventText(
      'DTSTART:20260101T000000Z',
      'RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
      `DESCRIPTION:${'<'.repeat(200_000)}`,
      `X-ALT-DESC;FMTTYPE=text/html:${'<!--<'.repeat(40_000)}${'&#'.repeat(40_000)}`,
    );
    const instances = Array.from(
      { length: 1_000 },
      (_, at) => `202601${String((at % 28) + 1).padStart(2, '0')}T000000Z`,
    );
    const many = calendarText(
      component(
        'VEVENT',
        'DTSTART:20260101T000000Z',
        'RRULE:FREQ=DAILY',
        `EXDATE:${instances.join(',')}`,
      ),
      ...instances.map((id) =>
        component('VEVENT', `RECURRENCE-ID:${id}`, `DTSTART:${id}`, 'SUMMARY:x'),
      ),
    );
    const card = cardText(
      '3.0',
      'FN:a',
      `TEL:${';'.repeat(100_000)}`,
      ...Array.from({ length: 5_000 }, () => 'EMAIL;PREF=1:a'),
    );
    const work = () => {
      for (const text of [far, many]) {
        const data = itemClasses.Calendar.toData(text, context({ bodies: [{ type: 1 }] }));
        itemClasses.Calendar.merge(text, data ?? [], context());
      }
      itemClasses.Contacts.merge(
        card,
        itemClasses.Contacts.toData(card, context()) ?? [],
        context(),
      );
    };
    expect(fastest(500, work)).toBeLessThan(2_000);
  },
  PATIENCE,
);
