import { afterAll, beforeAll, expect, it } from 'vitest';
import { apple, caldav, calendarServer, dav, type Name } from '../../../src/api/dav/xml/names.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  childNames,
  hrefsIn,
  propfindBody,
  responseOf,
  responsesOf,
  valueOf,
} from '../../support/multistatus.ts';
import { eventText, ICALENDAR, multigetBody, syncBody, XML } from '../../support/objects.ts';
import { readSync } from '../../support/syncing.ts';

/** What DAVx5 asks, in its order: from a bare host name to a calendar in step with the phone. */
let server: DavServer;
beforeAll(async () => {
  server = await startDav();
});
afterAll(() => server.stop());

const ask = (method: string, path: string, depth: string, body: string) =>
  server.send(method, path, {
    headers: { ...XML, depth, 'user-agent': 'DAVx5/4.4.1-ose (dav4jvm; okhttp/4.12.0) Android/14' },
    body,
  });
const find = (path: string, depth: string, ...names: readonly Name[]) =>
  ask('PROPFIND', path, depth, propfindBody(...names));

let calendar: string;

it('comes from the host name to the calendars', async () => {
  const redirected = await find('/.well-known/caldav', '0', dav('current-user-principal'));
  expect(redirected.status).toBe(301);
  const root = String(redirected.headers.location);
  const [principal = ''] = hrefsIn(
    responseOf(await find(root, '0', dav('current-user-principal'))),
    dav('current-user-principal'),
  );
  const found = responseOf(
    await find(
      principal,
      '0',
      caldav('calendar-home-set'),
      calendarServer('calendar-proxy-read-for'),
      dav('group-membership'),
    ),
  );
  const [home = ''] = hrefsIn(found, caldav('calendar-home-set'));
  expect(found.statuses).toEqual({
    [caldav('calendar-home-set')]: 200,
    [calendarServer('calendar-proxy-read-for')]: 200,
    [dav('group-membership')]: 200,
  });
  const listed = responsesOf(
    await find(
      home,
      '1',
      dav('resourcetype'),
      dav('displayname'),
      dav('owner'),
      dav('current-user-privilege-set'),
      apple('calendar-color'),
      caldav('calendar-description'),
      caldav('calendar-timezone'),
      caldav('supported-calendar-component-set'),
      calendarServer('source'),
    ),
  );
  const calendars = [...listed].filter(([, response]) =>
    childNames(response, dav('resourcetype')).includes(caldav('calendar')),
  );
  expect(calendars.map(([href]) => href)).toEqual([`${home}personal/`]);
  calendar = `${home}personal/`;
});

it('keeps the calendar in step: first all, then what changed', async () => {
  const state = responseOf(
    await find(
      calendar,
      '0',
      caldav('max-resource-size'),
      calendarServer('getctag'),
      dav('sync-token'),
      dav('supported-report-set'),
    ),
  );
  expect(Number(valueOf(state, caldav('max-resource-size')))).toBeGreaterThan(100_000);
  const name = `${calendar}4b0f.ics`;
  const made = await server.send('PUT', name, {
    headers: { ...ICALENDAR, 'if-none-match': '*' },
    body: eventText('4b0f'),
  });
  expect([made.status, made.headers.etag]).toEqual([201, expect.stringMatching(/^"[^"]+"$/)]);

  const first = readSync(await ask('REPORT', calendar, '0', syncBody('')), calendar);
  expect([...first.members.keys()]).toEqual([name]);
  expect(first.token).not.toBe(valueOf(state, dav('sync-token')));

  const fetched = responsesOf(
    await ask(
      'REPORT',
      calendar,
      '0',
      multigetBody(
        'calendar',
        [name, `${calendar}gone.ics`],
        [dav('getcontenttype'), dav('getetag'), caldav('schedule-tag'), caldav('calendar-data')],
      ),
    ),
  );
  const event = fetched.get(name);
  expect(event && valueOf(event, dav('getetag'))).toBe(made.headers.etag);
  expect(event && valueOf(event, caldav('calendar-data'))).toBe(eventText('4b0f'));
  expect(fetched.get(`${calendar}gone.ics`)?.status).toBe(404);

  const stale = await server.send('PUT', name, {
    headers: { ...ICALENDAR, 'if-match': '"older"' },
    body: eventText('4b0f', 'SUMMARY:x'),
  });
  expect(stale.status).toBe(412);
  const deleted = await server.send('DELETE', name, {
    headers: { 'if-match': String(made.headers.etag) },
  });
  expect(deleted.status).toBe(204);
  const gone = responsesOf(await ask('REPORT', calendar, '0', syncBody(first.token)));
  expect([...gone].map(([href, { status }]) => [href, status])).toEqual([[name, 404]]);
});
