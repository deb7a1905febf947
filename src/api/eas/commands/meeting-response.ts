import type { Element } from '../../../domain/activesync/data.ts';
import { readDate } from '../../../domain/activesync/dates.ts';
import { utcText } from '../../../domain/icalendar/time-values.ts';
import { type Partstat, withAnswer } from '../../../domain/scheduling/answering.ts';
import type { InstanceKey } from '../../../domain/scheduling/instance.ts';
import { itemsNamed, type Item } from '../sync/items.ts';
import { type FolderOpening, folderOpening, type OpenFolder } from '../sync/opened.ts';
import { writeItem } from '../sync/writing.ts';
import type { Command } from '../table.ts';
import { fields, integer, optional, repeated, required, text } from '../wbxml/read.ts';
import { heldNow } from './move-items.ts';

const tag = (name: string, value: Element['value']): Element => ({
  tag: `meetingresponse:${name}`,
  value,
});

/** Statuses of MeetingResponse (MS-ASCMD 2.2.3.177.9), and common ones. */
const meetingStatuses = {
  done: 1,
  noMeeting: 2,
  failed: 4,
  wrongInstance: 104,
  notRecurring: 146,
} as const;

const answers: Readonly<Record<number, Partstat>> = {
  1: 'ACCEPTED',
  2: 'TENTATIVE',
  3: 'DECLINED',
};
const DECLINE = 3;

const read = fields({
  requests: repeated(
    'meetingresponse:Request',
    fields({
      answer: required('meetingresponse:UserResponse', integer),
      folder: optional('meetingresponse:CollectionId', text(64)),
      item: optional('meetingresponse:RequestId', text(64)),
      longId: optional('search:LongId', text(256)),
      instance: optional('meetingresponse:InstanceId', text(64)),
    }),
    100,
  ),
});
type Asked = ReturnType<typeof read>['requests'][number];

/** How often an answer is given anew because the meeting was changed meanwhile. */
const ATTEMPTS = 3;

type Instance = InstanceKey | undefined | { readonly status: number };

const instanceOf = (asked: string | undefined, { text: object }: Item): Instance => {
  if (asked === undefined) return undefined;
  const date = readDate(asked);
  if (date === undefined) return { status: meetingStatuses.wrongInstance };
  if (!/^(?:RRULE|RDATE)[:;]/im.test(object)) return { status: meetingStatuses.notRecurring };
  return utcText(date.moment) as InstanceKey;
};

const answeredOnce = async (
  opened: OpenFolder,
  item: Item,
  partstat: Partstat,
  asked: string | undefined,
): Promise<number | 'again'> => {
  const { owner, request } = opened;
  const instance = instanceOf(asked, item);
  if (typeof instance === 'object') return instance.status;
  if (owner === undefined || item.member.masked === true) return meetingStatuses.noMeeting;
  const people = await request.services.scheduling.people.addressesOf(owner);
  // Under another answer than any there is, whoever is no attendee shows.
  if (withAnswer(item.text, people, 'IN-PROCESS', instance) === item.text)
    return meetingStatuses.noMeeting;
  const answered = withAnswer(item.text, people, partstat, instance);
  if (answered === item.text) return meetingStatuses.done;
  const written = await writeItem(opened, item.member.name, answered, item);
  if ('etag' in written) return meetingStatuses.done;
  return written.refused === 'changed' ? 'again' : meetingStatuses.failed;
};

const answered = async (opening: FolderOpening, asked: Asked): Promise<Element> => {
  const { folder = '', item: said = '', longId, instance } = asked;
  const [inFolder = folder, id = said] = longId?.split(':', 2) ?? [];
  const result = (status: number): Element =>
    tag('Result', [
      tag('RequestId', id),
      tag('Status', String(status)),
      ...(status === meetingStatuses.done && asked.answer !== DECLINE
        ? [tag('CalendarId', id)]
        : []),
    ]);
  const partstat = answers[asked.answer];
  const opened = await opening.open(inFolder);
  const held = opened && (await heldNow(opened, id));
  const isCalendar = opened?.folder.itemClass === 'Calendar';
  if (partstat === undefined || held === undefined || opened === undefined || !isCalendar)
    return result(meetingStatuses.noMeeting);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const item = (await itemsNamed(opened, [held.name])).get(held.name);
    if (item === undefined) return result(meetingStatuses.noMeeting);
    const status = await answeredOnce(opened, item, partstat, instance);
    if (status !== 'again') return result(status);
  }
  return result(meetingStatuses.failed);
};

/** Answers invitations, to all of a series or to one instance; the organizer is told as of any other answer. */
export const meetingResponse: Command = {
  name: 'MeetingResponse',
  source: 'MS-ASCMD 2.2.1.11',
  since: '12.1',
  until: '16.1',
  root: 'meetingresponse:MeetingResponse',
  status: 'meetingresponse:Status',
  needsPolicy: true,
  inQuarantine: false,
  limit: 256 * 1024,
  mayBeEmpty: false,
  async handle(request) {
    const { requests } = request.read(read);
    const opening = await folderOpening(request);
    const results: Element[] = [];
    for (const one of requests) results.push(await answered(opening, one));
    return { element: tag('MeetingResponse', results) };
  },
};
