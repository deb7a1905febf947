import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  dave,
  erin,
  lines,
  meeting,
  organizer,
  partstatsOf,
  people,
  statusOf,
  unfolded,
} from '../../support/meetings.ts';

let server: DavServer;
let who: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav({ people: [dave, erin] });
  who = people(server);
});
afterAll(() => server.stop());

const invited = (uid: string, ...more: readonly string[]): string =>
  meeting(lines(uid, organizer('alice'), attendee('carol'), attendee('dave'), ...more));

describe('an event with attendees who are here (RFC 6638 §3.2.1)', () => {
  it('is in their calendars, under the same name, before PUT has answered', async () => {
    expect((await who.put('alice', 'planning.ics', invited('planning'))).status).toBe(201);
    for (const login of ['carol', 'dave']) {
      const { status, body } = await who.get(login, 'planning.ics');
      expect(status).toBe(200);
      expect(unfolded(body)).toContain('SUMMARY:Planning');
      expect(partstatsOf(body, login)).toEqual(['NEEDS-ACTION']);
    }
  });

  it('tells the organizer that it was delivered (RFC 6638 §3.2.9)', async () => {
    const { body } = await who.get('alice', 'planning.ics');
    expect(statusOf(body, 'carol')).toBe('1.2');
    expect(statusOf(body, 'dave')).toBe('1.2');
  });

  it('is answered by an attendee’s PUT, and everybody sees the answer', async () => {
    const copy = (await who.get('carol', 'planning.ics')).body;
    const answered = copy.replace(
      /PARTSTAT=NEEDS-ACTION([^\r]*(?:\r\n [^\r]*)*carol)/,
      'PARTSTAT=ACCEPTED$1',
    );
    expect(answered).not.toBe(copy);
    expect((await who.put('carol', 'planning.ics', answered)).status).toBe(204);
    for (const login of ['alice', 'carol', 'dave'])
      expect(partstatsOf((await who.get(login, 'planning.ics')).body, 'carol')).toEqual([
        'ACCEPTED',
      ]);
  });

  it('is moved in all calendars when the organizer moves it, and asked for again', async () => {
    const mine = (await who.get('alice', 'planning.ics')).body;
    const moved = mine.replace('20300107T090000Z', '20300107T093000Z');
    expect((await who.put('alice', 'planning.ics', moved)).status).toBe(204);
    const { body } = await who.get('carol', 'planning.ics');
    expect(unfolded(body)).toContain('DTSTART:20300107T093000Z');
    expect(partstatsOf(body, 'carol')).toEqual(['NEEDS-ACTION']);
    expect(unfolded(body)).toContain('SEQUENCE:1');
  });

  it('leaves the calendar of who is no longer invited', async () => {
    const mine = (await who.get('alice', 'planning.ics')).body;
    const without = unfolded(mine).filter((line) => !line.endsWith('dave@example.org'));
    expect((await who.put('alice', 'planning.ics', without.join('\r\n'))).status).toBe(204);
    expect((await who.get('dave', 'planning.ics')).status).toBe(404);
    expect((await who.get('carol', 'planning.ics')).status).toBe(200);
  });

  it('is gone everywhere when the organizer deletes it', async () => {
    expect((await who.remove('alice', 'planning.ics')).status).toBe(204);
    expect((await who.get('carol', 'planning.ics')).status).toBe(404);
  });

  it('is declined by deleting it, unless nobody is to be told (RFC 6638 §8.1)', async () => {
    await who.put('alice', 'again.ics', invited('again'));
    expect((await who.remove('carol', 'again.ics')).status).toBe(204);
    expect((await who.remove('dave', 'again.ics', { 'schedule-reply': 'F' })).status).toBe(204);
    const { body } = await who.get('alice', 'again.ics');
    expect(partstatsOf(body, 'carol')).toEqual(['DECLINED']);
    expect(partstatsOf(body, 'dave')).toEqual(['NEEDS-ACTION']);
  });
});
