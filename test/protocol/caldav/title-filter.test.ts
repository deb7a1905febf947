import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import { responsesOf } from '../../support/multistatus.ts';
import { CALENDAR, eventText, ICALENDAR } from '../../support/objects.ts';

let server: DavServer;
beforeAll(async () => {
  server = await startDav();
  for (const [uid, summary] of [
    ['museum', 'Visit to the Museum of fine arts'],
    ['lunch', 'Lunch'],
  ] as const) {
    const body = eventText(uid, `SUMMARY:${summary}`);
    await server.send('PUT', `${CALENDAR}${uid}.ics`, { headers: ICALENDAR, body });
  }
});
afterAll(() => server.stop());

it.each(['SUMMARY', 'TITLE'])(
  'a filter on %s finds events by their summary (RFC 4791 §9.7.2; TITLE is what SOGo calls it)',
  async (name) => {
    const answered = await server.send('REPORT', CALENDAR, {
      headers: { depth: '1' },
      body: `<C:calendar-query xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:D="DAV:"><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:prop-filter name="${name}"><C:text-match>museum</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
    });
    expect([...responsesOf(answered).keys()]).toEqual([`${CALENDAR}museum.ics`]);
  },
);
