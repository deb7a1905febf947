import type { Principal } from '../../src/api/services.ts';
import type { AccountId } from '../../src/domain/kernel/ids.ts';
import type { Answered, DavServer } from './dav.ts';
import { ICALENDAR } from './objects.ts';

/** Somebody with the password `secret` and the address `login@example.org`. */
export const person = (login: string, number: number): Principal => ({
  account: `50000000-0000-4000-8000-${String(number).padStart(12, '0')}` as AccountId,
  login,
  displayName: login,
  mail: `${login}@example.org`,
});

export const dave = person('dave', 1);
export const erin = person('erin', 2);

/** `ATTENDEE` of a login, or of a whole address. */
export const attendee = (
  who: string,
  partstat = 'NEEDS-ACTION',
  ...more: readonly string[]
): string =>
  `ATTENDEE;${[`PARTSTAT=${partstat}`, 'RSVP=TRUE', ...more].join(';')}:mailto:${addressOf(who)}`;

export const organizer = (who: string, ...more: readonly string[]): string =>
  `ORGANIZER${more.map((one) => `;${one}`).join('')}:mailto:${addressOf(who)}`;

const addressOf = (who: string): string => (who.includes('@') ? who : `${who}@example.org`);

/** Calendar object with one event, or several of one UID. */
export const meeting = (...events: readonly (readonly string[])[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    ...events.flatMap((lines) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT']),
    'END:VCALENDAR',
    '',
  ].join('\r\n');

export const lines = (uid: string, ...more: readonly string[]): readonly string[] => [
  `UID:${uid}`,
  'DTSTAMP:20260101T000000Z',
  'DTSTART:20300107T090000Z',
  'DTEND:20300107T100000Z',
  'SUMMARY:Planning',
  ...more,
];

/** What people do with their personal calendars. */
export const people = (server: DavServer) => {
  const at = (login: string, name: string): string =>
    `/SOGo/dav/${login}/Calendar/personal/${name}`;
  const as = (login: string) => ({ credentials: `${login}:secret` });
  return {
    at,
    put: (
      login: string,
      name: string,
      body: string,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answered> =>
      server.send('PUT', at(login, name), {
        ...as(login),
        headers: { ...ICALENDAR, ...headers },
        body,
      }),
    get: (login: string, name: string): Promise<Answered> =>
      server.send('GET', at(login, name), as(login)),
    remove: (
      login: string,
      name: string,
      headers: Readonly<Record<string, string>> = {},
    ): Promise<Answered> => server.send('DELETE', at(login, name), { ...as(login), headers }),
  };
};

/** Content lines, unfolded. */
export const unfolded = (text: string): readonly string[] =>
  text.replaceAll(/\r?\n[ \t]/g, '').split(/\r?\n/);

/** PARTSTATs of somebody in the components of an object, in their order. */
export const partstatsOf = (text: string, who: string): readonly string[] =>
  unfolded(text)
    .filter(
      (line) => /^ATTENDEE/i.test(line) && line.toLowerCase().endsWith(`:mailto:${addressOf(who)}`),
    )
    .map((line) => /PARTSTAT=([^;:]+)/i.exec(line)?.[1] ?? 'NEEDS-ACTION');

/** SCHEDULE-STATUS of somebody's line. */
export const statusOf = (text: string, who: string): string | undefined => {
  const line = unfolded(text).find(
    (one) =>
      /^(?:ATTENDEE|ORGANIZER)/i.test(one) &&
      one.toLowerCase().endsWith(`:mailto:${addressOf(who)}`),
  );
  return /SCHEDULE-STATUS="?([\d.]+)/i.exec(line ?? '')?.[1];
};
