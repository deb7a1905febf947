import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav, dav } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import { attendee, dave, lines, meeting, people, unfolded } from '../../support/meetings.ts';
import { propfindBody } from '../../support/multistatus.ts';
import { ICALENDAR, XML } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav({ people: [dave], busy: { toldToAll: true } });
  const who = people(server);
  expect((await who.put('dave', 'taken.ics', meeting(lines('taken')))).status).toBe(201);
});
afterAll(() => server.stop());

const OUTBOX = '/SOGo/dav/alice/Calendar/outbox/';
const INBOX = '/SOGo/dav/alice/Calendar/inbox/';

const asking = (...more: readonly string[]): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//test//EN',
    'METHOD:REQUEST',
    'BEGIN:VFREEBUSY',
    'UID:asking',
    'DTSTAMP:20300101T000000Z',
    'DTSTART:20300107T000000Z',
    'DTEND:20300108T000000Z',
    ...more,
    'END:VFREEBUSY',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

const post = (body: string, to = OUTBOX, headers: Readonly<Record<string, string>> = {}) =>
  server.send('POST', to, { headers: { ...ICALENDAR, ...headers }, body });

describe('the outbox (RFC 6638 §2.1, §5)', () => {
  it('tells when people here are busy, and of others why not', async () => {
    const { status, body } = await post(
      asking(
        'ORGANIZER:mailto:alice@example.org',
        attendee('dave'),
        attendee('x@elsewhere.org'),
        'ATTENDEE:/nobody/',
      ),
    );
    expect(status).toBe(200);
    const text = body.replaceAll('&#13;', '');
    expect(text).toContain('2.0;Success');
    expect(unfolded(text)).toContain('FREEBUSY:20300107T090000Z/20300107T100000Z');
    expect(unfolded(text)).toContain('METHOD:REPLY');
    expect(text).toContain('5.3;');
    expect(text).toContain('3.7;');
  });

  it.each([
    ['valid-organizer', asking('ORGANIZER:mailto:carol@example.org', attendee('dave'))],
    ['valid-organizer', asking(attendee('dave'))],
    ['recipient-specified', asking('ORGANIZER:mailto:alice@example.org')],
    ['valid-scheduling-message', asking().replace('METHOD:REQUEST\r\n', '')],
    ['valid-calendar-data', 'no calendar'],
    [
      'valid-calendar-data',
      asking('ORGANIZER:mailto:alice@example.org', attendee('dave')).replace(
        'DTEND:2030',
        'DTEND:2050',
      ),
    ],
    [
      'max-attendees-per-instance',
      asking(
        'ORGANIZER:mailto:alice@example.org',
        ...Array.from({ length: 501 }, (_, i) => attendee(`p${i}`)),
      ),
    ],
  ])('refuses with %s', async (condition, body) => {
    const answer = await post(body);
    expect(answer.status).toBe(403);
    expect(answer.body).toContain(condition);
  });

  it('takes nothing but iCalendar, and is nobody else’s', async () => {
    expect((await server.send('POST', OUTBOX, { headers: XML, body: '<a/>' })).status).toBe(415);
    const others = await server.send('POST', OUTBOX, {
      credentials: 'carol:secret',
      headers: ICALENDAR,
      body: asking('ORGANIZER:mailto:carol@example.org', attendee('dave')),
    });
    expect(others.status).toBe(404);
  });

  it('leaves what is about events to the PUT, as SOGo’s calendars do', async () => {
    const request = meeting(
      lines('posted', 'ORGANIZER:mailto:alice@example.org', attendee('dave')),
    ).replace('VERSION:2.0', 'VERSION:2.0\r\nMETHOD:REQUEST');
    const headers = {
      originator: 'mailto:alice@example.org',
      recipient: 'mailto:dave@example.org',
    };
    const { status, body } = await post(request, '/SOGo/dav/alice/Calendar/personal/', headers);
    expect(status).toBe(200);
    expect(body).toContain('2.0;Success');
  });
});

describe('where clients find it', () => {
  const properties = async (path: string, ...names: readonly string[]) =>
    (
      await server.send('PROPFIND', path, {
        headers: { ...XML, depth: '0' },
        body: propfindBody(...(names as readonly `{${string}}${string}`[])),
      })
    ).body;

  it('is said by the principal, to itself', async () => {
    const names = [
      caldav('schedule-inbox-URL'),
      caldav('schedule-outbox-URL'),
      caldav('calendar-user-address-set'),
      caldav('calendar-user-type'),
    ];
    const body = await properties('/SOGo/dav/alice/', ...names);
    for (const found of [OUTBOX, INBOX, 'mailto:alice@example.org', 'INDIVIDUAL'])
      expect(body).toContain(found);
  });

  it('is said by the inbox which calendars matter, and by both what may be done there', async () => {
    const body = await properties(
      INBOX,
      dav('resourcetype'),
      caldav('schedule-default-calendar-URL'),
      caldav('calendar-free-busy-set'),
      dav('current-user-privilege-set'),
    );
    expect(body).toContain('schedule-inbox');
    expect(body).toContain('/SOGo/dav/alice/Calendar/personal/');
    expect(body).toContain('schedule-deliver-invite');
    expect(
      await properties(OUTBOX, dav('resourcetype'), dav('current-user-privilege-set')),
    ).toContain('schedule-send-freebusy');
  });
});
