import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  dave,
  lines,
  meeting,
  organizer,
  partstatsOf,
  people,
  unfolded,
} from '../../support/meetings.ts';
import { ICALENDAR } from '../../support/objects.ts';
import { setRoles } from '../../support/sharing.ts';

let server: DavServer;
let who: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav({ people: [dave] });
  who = people(server);
  await setRoles(server, '/SOGo/dav/alice/Calendar/personal/', 'carol', [
    'ObjectCreator',
    'ObjectEraser',
    'PublicModifier',
  ]);
});
afterAll(() => server.stop());

/** What carol does in alice's calendar. */
const put = (name: string, body: string) =>
  server.send('PUT', who.at('alice', name), {
    credentials: 'carol:secret',
    headers: ICALENDAR,
    body,
  });

describe('somebody who acts for the owner of a calendar (SENT-BY, RFC 5545 §3.2.18)', () => {
  it('invites in the owner’s name, although he named himself', async () => {
    const body = meeting(lines('by-carol', organizer('carol', 'CN=Carol'), attendee('dave')));
    expect((await put('by-carol.ics', body)).status).toBe(201);
    for (const login of ['alice', 'dave']) {
      const found = unfolded((await who.get(login, 'by-carol.ics')).body).find((line) =>
        line.startsWith('ORGANIZER'),
      );
      expect(found).toMatch(/SENT-BY="mailto:carol@example\.org"/);
      expect(found).toMatch(/:mailto:alice@example\.org$/);
    }
  });

  it('answers in the owner’s name, and the organizer sees who did', async () => {
    const body = meeting(lines('of-dave', organizer('dave'), attendee('alice')));
    expect((await who.put('dave', 'of-dave.ics', body)).status).toBe(201);
    const copy = (await who.get('alice', 'of-dave.ics')).body;
    const answer = copy.replace('PARTSTAT=NEEDS-ACTION', 'PARTSTAT=ACCEPTED');
    expect((await put('of-dave.ics', answer)).status).toBe(204);
    const seen = (await who.get('dave', 'of-dave.ics')).body;
    expect(partstatsOf(seen, 'alice')).toEqual(['ACCEPTED']);
  });

  it('cancels for the owner too', async () => {
    const answer = await server.send('DELETE', who.at('alice', 'by-carol.ics'), {
      credentials: 'carol:secret',
    });
    expect(answer.status).toBe(204);
    expect((await who.get('dave', 'by-carol.ics')).status).toBe(404);
  });
});
