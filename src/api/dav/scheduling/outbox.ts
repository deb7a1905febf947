import { freeBusyText } from '../../../domain/icalendar/free-busy.ts';
import { componentTree, type ComponentNode } from '../../../domain/icalendar/component-tree.ts';
import { readTime } from '../../../domain/icalendar/time-values.ts';
import {
  addressesOf,
  calendarUserAddress,
  type CalendarUserAddress,
} from '../../../domain/scheduling/addresses.ts';
import { methods } from '../../../domain/scheduling/message.ts';
import { attendeeLines, organizerLine } from '../../../domain/scheduling/people.ts';
import { type Asked, busyTimeOf } from '../../scheduling/busy.ts';
import type { Recipient } from '../../scheduling/service.ts';
import { type Answer, xml } from '../answer.ts';
import { badRequest, refuse } from '../errors.ts';
import { ADD_MEMBER, hrefElement } from '../href.ts';
import { type DavRequest, type Method } from '../tables.ts';
import { treeOf } from '../resource.ts';
import { caldav } from '../xml/names.ts';
import { document, element, join, type Markup, nothing, textElement } from '../xml/write.ts';

/** People that one request may ask about. */
const RECIPIENTS = 500;
/** How long a time may be asked about, in ms. */
const LONGEST = 400 * 86_400_000;

/** Whether a POST to a calendar is one to SOGo's outbox, which each calendar is. */
export const isSchedulingMessage = ({ path, headers, resource }: DavRequest): boolean =>
  path.query !== ADD_MEMBER &&
  resource.kind === 'collection' &&
  resource.entry.kind === 'calendar' &&
  /^\s*text\/calendar\s*(?:;|$)/i.test(headers['content-type'] ?? '');

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

interface Posted {
  readonly method: string;
  readonly component: ComponentNode;
}

/** @throws DavError 403 with the preconditions of RFC 6638 §5.2 */
const postedIn = ({ body }: DavRequest): Posted => {
  const invalid = (reason: string) => refuse(403, caldav('valid-calendar-data'), { reason });
  let text: string;
  try {
    text = utf8.decode(body);
  } catch {
    throw invalid('The body is not UTF-8.');
  }
  const root = componentTree(text);
  if (root?.name !== 'VCALENDAR') throw invalid('The body is no iCalendar object.');
  const method = root.properties
    .find(({ name }) => name === 'METHOD')
    ?.value.trim()
    .toUpperCase();
  const component = root.components.find(({ name }) => name !== 'VTIMEZONE');
  if (method === undefined || component === undefined || !methods.some((one) => one === method))
    throw refuse(403, caldav('valid-scheduling-message'), {
      reason: 'The body is no scheduling message.',
    });
  return { method, component };
};

const headerAddresses = (value: string | string[] | undefined): readonly CalendarUserAddress[] =>
  (Array.isArray(value) ? value.join(',') : (value ?? ''))
    .split(',')
    .flatMap((one) => calendarUserAddress(one) ?? []);

/** Whom a message is for: the Recipient headers of older clients, else its attendees. @throws DavError */
const recipientsOf = (
  { headers }: DavRequest,
  { component }: Posted,
): readonly CalendarUserAddress[] => {
  const named = headerAddresses(headers['recipient'] ?? headers['recipients']);
  const found = [
    ...new Set(
      named.length > 0
        ? named
        : attendeeLines(component).flatMap((line) => addressesOf(line).slice(0, 1)),
    ),
  ];
  if (found.length === 0)
    throw refuse(403, caldav('recipient-specified'), { reason: 'The message is for nobody.' });
  if (found.length > RECIPIENTS)
    throw refuse(403, caldav('max-attendees-per-instance'), {
      reason: `More than ${RECIPIENTS} people.`,
    });
  return found;
};

/** The owner of the outbox speaks here, or whoever may act for him. @throws DavError 403 `valid-organizer` */
const mustSpeakForOwner = async (request: DavRequest, { component }: Posted): Promise<void> => {
  const line = organizerLine(component);
  const originators = headerAddresses(request.headers['originator']);
  const speaker = originators[0] ?? (line === undefined ? undefined : addressesOf(line)[0]);
  if (speaker === undefined)
    throw refuse(403, caldav('valid-organizer'), { reason: 'The message has no organizer.' });
  const { services, principal, resource } = request;
  const own = [principal, treeOf(resource, principal)];
  for (const person of own)
    if ((await services.scheduling.people.addressesOf(person)).has(speaker)) return;
  throw refuse(403, caldav('valid-organizer'), {
    reason: 'The organizer is somebody else than the owner of the outbox.',
  });
};

const answered = (address: string, status: string, data?: string): Markup =>
  element(
    caldav('response'),
    element(caldav('recipient'), hrefElement(address)),
    textElement(caldav('request-status'), status),
    data === undefined ? nothing : textElement(caldav('calendar-data'), data),
  );

const SUCCESS = '2.0;Success';
const UNKNOWN = '3.7;Invalid Calendar User';
const NO_AUTHORITY = '3.8;No authority';
const ELSEWHERE = '5.3;No scheduling support for user';
const TROUBLE = '5.1;Could not complete delivery';

const momentOf = ({ properties }: ComponentNode, wanted: string): number | undefined => {
  const line = properties.find(({ name }) => name === wanted);
  return line && readTime(line.value)?.wall;
};

/** When people are busy (RFC 6638 §5, RFC 5546 §3.3.2). */
const freeBusy = async (request: DavRequest, posted: Posted): Promise<readonly Markup[]> => {
  const { component, method } = posted;
  if (method !== 'REQUEST')
    throw refuse(403, caldav('valid-scheduling-message'), {
      reason: 'Free and busy times can only be asked for.',
    });
  const [from, to] = [momentOf(component, 'DTSTART'), momentOf(component, 'DTEND')];
  if (from === undefined || to === undefined || to <= from || to - from > LONGEST)
    throw refuse(403, caldav('valid-calendar-data'), {
      reason: 'DTSTART and DTEND must name a time of at most 400 days.',
    });
  const { services, principal, by } = request;
  const wanted = recipientsOf(request, posted);
  const recipients = await services.scheduling.people.recipients(wanted, principal);
  const here = wanted.flatMap((address) => {
    const one = recipients.get(address);
    return one?.kind === 'person' || one?.kind === 'resource' ? [{ address, one }] : [];
  });
  const asked = here.map(
    ({ one }): Asked => ({
      person: one.person,
      addresses: one.addresses,
      ...(one.kind === 'resource' ? { bookings: one.bookings } : {}),
    }),
  );
  const told = await busyTimeOf(request, asked, { from, to });
  const uid = component.properties.find(({ name }) => name === 'UID')?.value.trim() ?? request.id;
  const organizer = organizerLine(component);
  return wanted.map((address) => {
    const at = here.findIndex((each) => each.address === address);
    const answer = told[at];
    if (at === -1 || answer === undefined)
      return answered(address, elsewhere(recipients.get(address)));
    if (!('times' in answer))
      return answered(address, answer.untold === 'no-authority' ? NO_AUTHORITY : TROUBLE);
    const text = freeBusyText(
      answer.times,
      { from, to },
      {
        uid,
        now: Date.parse(by.at),
        reply: { attendee: address, organizer: organizer?.value.trim() },
      },
    );
    return answered(address, SUCCESS, text);
  });
};

const elsewhere = (recipient: Recipient | undefined): string =>
  recipient?.kind === 'external' ? ELSEWHERE : UNKNOWN;

/**
 * A message that a client posts: about free and busy times it is answered. Events and tasks are delivered when they
 * are stored, so that a message about them has nothing left to do, as in SOGo.
 */
export const answerOutbox = async (request: DavRequest): Promise<Answer> => {
  if (request.headers['content-type'] === undefined) throw badRequest('Content-Type is missing.');
  const posted = postedIn(request);
  await mustSpeakForOwner(request, posted);
  const responses =
    posted.component.name === 'VFREEBUSY'
      ? await freeBusy(request, posted)
      : recipientsOf(request, posted).map((address) => answered(address, SUCCESS));
  return xml(200, document(caldav('schedule-response'), join(responses)));
};

/** POST to the outbox. */
export const postOutbox: Method = {
  name: 'POST',
  source: 'RFC 6638 §5',
  on: ['schedule-outbox'],
  body: 'resource',
  compliance: ['calendar-schedule', 'calendar-auto-schedule'],
  async handle(request) {
    if (!/^\s*text\/calendar\s*(?:;|$)/i.test(request.headers['content-type'] ?? ''))
      throw refuse(415, caldav('supported-calendar-data'));
    return answerOutbox(request);
  },
};
