import type { ComponentNode } from '../../icalendar/component-tree.ts';
import { unescapeText } from '../../icalendar/content-lines.ts';
import { bodyField } from '../body.ts';
import { readCategories, writeCategories } from '../categories.ts';
import { compactDate } from '../dates.ts';
import { clean, flagIn, maybe, numberIn, textIn as saidIn } from '../elements.ts';
import { type Field, REFUSED } from '../fields.ts';
import { lineIn, type Lines, textIn, withText, withValue, wordIn } from '../properties.ts';
import { sensitivityField } from '../sensitivity.ts';
import { isAtLeast } from '../version.ts';
import { attachmentsField } from './attachments.ts';
import { locationField } from './location.ts';
import { attendeesField, meetingStatusField, organizerField, responseField } from './meeting.ts';
import { ownLine, partstatOf } from './people.ts';
import { reminderField } from './reminder.ts';
import { timesField } from './times.ts';
import { placedMoment, timeIn, type View } from './view.ts';

type EventField = Field<ComponentNode, View>;

const subjectField: EventField = {
  tags: ['calendar:Subject'],
  omitted: 'kept',
  read: ({ properties }) => maybe('calendar:Subject', clean(textIn(properties, 'SUMMARY'))),
  write: (component, data) => ({
    ...component,
    properties: withText(component.properties, 'SUMMARY', saidIn(data, 'calendar:Subject') ?? ''),
  }),
};

const stampField: EventField = {
  tags: ['calendar:DtStamp'],
  omitted: 'kept',
  read({ properties }, view) {
    const stamp = timeIn(properties, 'LAST-MODIFIED', view) ?? timeIn(properties, 'DTSTAMP', view);
    return maybe('calendar:DtStamp', stamp && compactDate(placedMoment(stamp)));
  },
};

const uidField: EventField = {
  tags: ['calendar:UID'],
  omitted: 'kept',
  read: ({ properties }, { master }) =>
    master === undefined ? maybe('calendar:UID', clean(textIn(properties, 'UID'))) : [],
};

const TENTATIVE = 1;
const BUSY = 2;
const ELSEWHERE = 4;
const busyWords = ['FREE', 'TENTATIVE', 'BUSY', 'OOF', 'WORKINGELSEWHERE'] as const;
const MARK = 'X-MICROSOFT-CDO-BUSYSTATUS';

const busyOf = (lines: Lines, { context }: View): number => {
  if (wordIn(lines, 'TRANSP') === 'TRANSPARENT') return 0;
  const marked = busyWords.findIndex((word) => word === wordIn(lines, MARK));
  if (marked === ELSEWHERE && !isAtLeast(context.version, '16.0')) return BUSY;
  if (marked !== -1) return marked;
  const own = ownLine(lines, context);
  const isTentative =
    wordIn(lines, 'STATUS') === 'TENTATIVE' ||
    (own !== undefined && partstatOf(own) === 'TENTATIVE');
  if (isTentative) return TENTATIVE;
  const isAllDay = /^\d{8}\s*$/.test(lineIn(lines, 'DTSTART')?.value ?? '');
  return isAllDay && lineIn(lines, 'TRANSP') === undefined ? 0 : BUSY;
};

const busyField: EventField = {
  tags: ['calendar:BusyStatus'],
  omitted: 'kept',
  read: ({ properties }, view) => maybe('calendar:BusyStatus', busyOf(properties, view)),
  write(component, data) {
    const text = saidIn(data, 'calendar:BusyStatus')?.trim() ?? '';
    if (text === '' || text === '-1') return component;
    const said = numberIn(data, 'calendar:BusyStatus', 0, ELSEWHERE);
    if (said === undefined) return REFUSED;
    const shown = withValue(component.properties, 'TRANSP', said === 0 ? 'TRANSPARENT' : 'OPAQUE');
    return { ...component, properties: withValue(shown, MARK, busyWords[said] ?? 'BUSY') };
  },
};

const categoriesField: EventField = {
  tags: ['calendar:Categories'],
  omitted: 'cleared',
  read: ({ properties }) => readCategories(properties, 'calendar'),
  write: (component, data) => ({
    ...component,
    properties: writeCategories(component.properties, data, 'calendar'),
  }),
};

const proposalField: EventField = {
  tags: ['calendar:DisallowNewTimeProposal'],
  omitted: 'kept',
  read: ({ properties }, { context, master }) =>
    master !== undefined || !isAtLeast(context.version, '14.0')
      ? []
      : maybe(
          'calendar:DisallowNewTimeProposal',
          wordIn(properties, 'X-MICROSOFT-DISALLOW-COUNTER') === 'TRUE' ? 1 : 0,
        ),
  write(component, data) {
    const said = flagIn(data, 'calendar:DisallowNewTimeProposal') === true;
    const { properties } = component;
    const word = said ? 'TRUE' : 'FALSE';
    return {
      ...component,
      properties: withValue(properties, 'X-MICROSOFT-DISALLOW-COUNTER', word),
    };
  },
};

/** Where a meeting is held on the net: only told. */
const onlineField: EventField = {
  tags: ['calendar:OnlineMeetingConfLink', 'calendar:OnlineMeetingExternalLink'],
  omitted: 'kept',
  read({ properties }, { context }) {
    if (!isAtLeast(context.version, '14.1')) return [];
    const value = (name: string): string => {
      const link = lineIn(properties, name)?.value.trim() ?? '';
      return clean(unescapeText(link));
    };
    const external =
      value('X-MICROSOFT-ONLINEMEETINGEXTERNALLINK') ||
      value('CONFERENCE') ||
      value('X-GOOGLE-CONFERENCE') ||
      value('X-MICROSOFT-SKYPETEAMSMEETINGURL');
    return [
      ...maybe(
        'calendar:OnlineMeetingConfLink',
        value('X-MICROSOFT-ONLINEMEETINGCONFLINK') || undefined,
      ),
      ...maybe('calendar:OnlineMeetingExternalLink', external || undefined),
    ];
  },
};

/** All that an event says but how it recurs, the times first: what is new needs them. */
export const eventFields: readonly EventField[] = [
  timesField,
  stampField,
  subjectField,
  uidField,
  // The organizer before those invited: whose meeting it is decides who may invite.
  organizerField,
  attendeesField,
  locationField,
  bodyField(
    'DESCRIPTION',
    ({ properties }) => properties,
    (component, properties) => ({ ...component, properties }),
  ),
  busyField,
  sensitivityField('calendar'),
  reminderField,
  categoriesField,
  meetingStatusField,
  responseField,
  proposalField,
  onlineField,
  attachmentsField,
];
