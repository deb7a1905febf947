import { describe, it } from 'vitest';
import { calendar, type CalendarEvent } from '../../../src/domain/calendar/calendar.ts';
import type {
  AccountId,
  CollectionId,
  ETag,
  ResourceName,
  ScheduleTag,
  Uid,
} from '../../../src/domain/kernel/ids.ts';
import { type ProcessEvent, schedulingProcess } from '../../../src/domain/scheduling/process.ts';
import { given } from '../../support/given.ts';

const name = 'lunch.ics' as ResourceName;
const version = (revision: number) => ({
  collection: 'c' as CollectionId,
  name,
  revision: String(revision),
});
const told: Extract<ProcessEvent, { type: 'ChangeScheduled' }> = {
  type: 'ChangeScheduled',
  version: version(10),
  cause: 'e',
  deliveries: [{ recipient: 'mailto:zoe@example.org', status: '1.0', mail: 'm' }],
};

describe('the scheduling process (docs/adr/0026)', () => {
  it('records what everybody was told of', () => {
    const { type: _type, ...change } = told;
    given(schedulingProcess)
      .when({ type: 'RecordScheduledChange', ...change })
      .records(told);
  });

  it.each([9, 10])('records nothing of what was told of before, at revision %i', (revision) => {
    given(schedulingProcess, told)
      .when({
        type: 'RecordScheduledChange',
        version: version(revision),
        cause: 'f',
        deliveries: [],
      })
      .records();
  });

  it('records what became of a mail, once', () => {
    const settled = { type: 'SettleDelivery', mail: 'm', status: '1.1' } as const;
    const event: ProcessEvent = {
      type: 'DeliverySettled',
      recipient: 'mailto:zoe@example.org',
      status: '1.1',
      mail: 'm',
    };
    given(schedulingProcess, told).when(settled).records(event);
    given(schedulingProcess, told, event).when(settled).records();
    given(schedulingProcess).when(settled).refuses({ kind: 'DeliveryNotFound' });
  });
});

describe('a calendar with what others take part in', () => {
  const facts = { uid: 'lunch' as Uid, etag: 'a' as ETag, component: 'VEVENT' } as const;
  const content = { kind: 'inline', octets: new Uint8Array() } as const;
  const heard = { uid: facts.uid, heard: { marks: [], held: [] } };
  const history: readonly CalendarEvent[] = [
    { type: 'CalendarCreated', owner: 'o' as AccountId, components: ['VEVENT'] },
    {
      type: 'CalendarObjectStored',
      name,
      facts: { ...facts, classes: ['PUBLIC'], scheduleTag: 't' as ScheduleTag },
      content,
    },
  ];

  it('takes no change of it from who has not thought of them', () => {
    const other = { ...facts, etag: 'b' as ETag };
    given(calendar, ...history)
      .when({ type: 'StoreCalendarObject', name, facts: other, content, when: {} })
      .refuses({ kind: 'OthersTakePart' });
  });

  it('says whose copy goes, and what was heard with it', () => {
    const scheduled = { uid: facts.uid };
    given(calendar, ...history)
      .when({ type: 'DeleteCalendarObject', name, when: {}, scheduled, heard })
      .records(
        { type: 'CalendarObjectDeleted', name, scheduled },
        { type: 'SchedulingMessageHeard', ...heard },
      );
  });

  it('remembers what was heard of what is not there', () => {
    given(calendar, ...history)
      .when({ type: 'HearOfCalendarObject', heard })
      .records({ type: 'SchedulingMessageHeard', ...heard });
  });
});
