import {
  type CalendarEvent,
  calendarComponents,
  type CalendarFacts,
  type Scheduled,
} from '../../domain/calendar/calendar.ts';
import type { AccountId, ETag, ResourceName, ScheduleTag, Uid } from '../../domain/kernel/ids.ts';
import { memberProperties, writeDead } from './dead-properties.ts';
import { readContent, writeContent } from './content.ts';
import { movedFrom, oneOf, present, replacedBy } from './fields.ts';
import { messages, type Scheduled as ScheduledBody } from './generated/messages.ts';
import { heardFrom } from './scheduling.ts';
import { schema } from './schema.ts';
import type { Schemas } from './schemas.ts';
import type { RightsEvent } from '../../domain/rights/rights.ts';
import { classifications } from '../../domain/rights/roles.ts';

const { calendar } = messages;

export const calendarSchemas: Schemas<Exclude<CalendarEvent, RightsEvent>> = {
  CalendarCreated: schema({
    message: calendar.CalendarCreated,
    write: ({ owner, components }) => ({ owner, components }),
    read: ({ owner, components = [] }) => ({
      type: 'CalendarCreated',
      owner: present('owner', owner) as AccountId,
      components: components.map((each) => oneOf('component', calendarComponents, each)),
    }),
  }),
  CalendarObjectStored: schema({
    message: calendar.CalendarObjectStored,
    write: ({ name, facts, content, replaced }) => ({
      name,
      uid: facts.uid,
      etag: facts.etag,
      component: facts.component,
      content: writeContent(content),
      ...(replaced === undefined ? {} : { replaced }),
      ...(facts.movedFrom === undefined ? {} : { movedFrom: facts.movedFrom }),
      ...(facts.classes === undefined ? {} : { classes: facts.classes }),
      ...(facts.scheduleTag === undefined ? {} : { scheduleTag: facts.scheduleTag }),
      ...(facts.dead === undefined ? {} : { dead: writeDead(facts.dead) }),
    }),
    read: ({
      name,
      uid,
      etag,
      component,
      content,
      replaced,
      movedFrom: origin,
      classes,
      scheduleTag,
      dead,
    }) => ({
      type: 'CalendarObjectStored',
      name: present('name', name) as ResourceName,
      facts: {
        uid: present('uid', uid) as Uid,
        etag: present('etag', etag) as ETag,
        component: oneOf('component', calendarComponents, component),
        ...movedFrom(origin),
        ...classesFrom(classes ?? []),
        ...(typeof scheduleTag === 'string' ? { scheduleTag: scheduleTag as ScheduleTag } : {}),
        ...memberProperties(dead),
      },
      content: readContent(content),
      ...replacedBy(replaced),
    }),
  }),
  CalendarObjectDeleted: schema({
    message: calendar.CalendarObjectDeleted,
    write: ({ name, scheduled }) => ({ name, ...(scheduled && { scheduled }) }),
    read: ({ name, scheduled }) => ({
      type: 'CalendarObjectDeleted',
      name: present('name', name) as ResourceName,
      ...(scheduled && { scheduled: scheduledFrom(scheduled) }),
    }),
  }),
  SchedulingMessageHeard: schema({
    message: calendar.SchedulingMessageHeard,
    write: ({ uid, heard: { marks, held } }) => ({ uid, marks, held }),
    read: ({ uid, marks, held }) => ({
      type: 'SchedulingMessageHeard',
      uid: present('uid', uid) as Uid,
      heard: heardFrom(marks, held),
    }),
  }),
  CalendarDeleted: schema({
    message: calendar.CalendarDeleted,
    write: () => ({}),
    read: () => ({ type: 'CalendarDeleted' }),
  }),
};

const scheduledFrom = ({ uid, silent }: ScheduledBody): Scheduled => ({
  uid: present('uid', uid) as Uid,
  ...(silent === true ? { silent } : {}),
});

const classesFrom = (classes: readonly string[]): Pick<CalendarFacts, 'classes'> =>
  classes.length === 0
    ? {}
    : { classes: classes.map((each) => oneOf('classes', classifications, each)) };
