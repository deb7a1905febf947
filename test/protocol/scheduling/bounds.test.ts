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
  statusOf,
} from '../../support/meetings.ts';

let server: DavServer;
let who: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav({ people: [dave] });
  who = people(server);
});
afterAll(() => server.stop());

const conditionOf = async (login: string, name: string, body: string): Promise<string> => {
  const answer = await who.put(login, name, body);
  expect(answer.status).toBe(403);
  return /<C:([a-z-]+)/.exec(answer.body.slice(answer.body.indexOf('xmlns:A')))?.[1] ?? answer.body;
};

describe('what may not be', () => {
  it('is two organizers of one object (RFC 6638 §3.2.4.2)', async () => {
    const body = meeting(
      lines('two', 'RRULE:FREQ=DAILY;COUNT=3', organizer('alice'), attendee('dave')),
      lines('two', 'RECURRENCE-ID:20300108T090000Z', organizer('carol'), attendee('dave')),
    );
    expect(await conditionOf('alice', 'two.ics', body)).toBe('same-organizer-in-all-components');
  });

  it('is an attendee who changes when it is (RFC 6638 §3.2.2.1)', async () => {
    const body = meeting(lines('mine', organizer('alice'), attendee('dave')));
    expect((await who.put('alice', 'mine.ics', body)).status).toBe(201);
    const copy = (await who.get('dave', 'mine.ics')).body;
    const moved = copy.replace('DTSTART:20300107T090000Z', 'DTSTART:20300107T093000Z');
    expect(await conditionOf('dave', 'mine.ics', moved)).toBe(
      'allowed-attendee-scheduling-object-change',
    );
    expect((await who.get('alice', 'mine.ics')).body).toContain('DTSTART:20300107T090000Z');
  });

  it('is an organizer who makes somebody else the organizer', async () => {
    const body = meeting(lines('given', organizer('alice'), attendee('dave')));
    await who.put('alice', 'given.ics', body);
    const given = body.replace('ORGANIZER:mailto:alice', 'ORGANIZER:mailto:carol');
    expect(await conditionOf('alice', 'given.ics', given)).toBe(
      'allowed-organizer-scheduling-object-change',
    );
  });

  it('is an answer of somebody who was not invited, whatever he stores', async () => {
    const body = meeting(lines('strange', organizer('alice'), attendee('dave')));
    await who.put('alice', 'strange.ics', body);
    const forged = meeting(
      lines('strange', organizer('alice'), attendee('dave'), attendee('carol', 'ACCEPTED')),
    );
    expect((await who.put('carol', 'strange.ics', forged)).status).toBeLessThan(500);
    expect(partstatsOf((await who.get('alice', 'strange.ics')).body, 'carol')).toEqual([]);
  });
});

describe('what is left to others', () => {
  it('are those with SCHEDULE-AGENT=CLIENT or NONE (RFC 6638 §7.1)', async () => {
    const body = meeting(
      lines(
        'agent',
        organizer('alice'),
        attendee('dave', 'NEEDS-ACTION', 'SCHEDULE-AGENT=CLIENT'),
        attendee('carol', 'NEEDS-ACTION', 'SCHEDULE-AGENT=NONE'),
      ),
    );
    expect((await who.put('alice', 'agent.ics', body)).status).toBe(201);
    for (const login of ['dave', 'carol'])
      expect((await who.get(login, 'agent.ics')).status).toBe(404);
  });

  it('are people who are not here; an address that is none is said to be so', async () => {
    const body = meeting(
      lines('far', organizer('alice'), attendee('x@elsewhere.org'), 'ATTENDEE:urn:uuid:nobody'),
    );
    expect((await who.put('alice', 'far.ics', body)).status).toBe(201);
    const { body: mine } = await who.get('alice', 'far.ics');
    expect(statusOf(mine, 'x@elsewhere.org')).toBeUndefined();
    expect(mine).toMatch(/SCHEDULE-STATUS="?3\.7/);
  });

  it('are tasks as well as events', async () => {
    const task = meeting(lines('task', organizer('alice'), attendee('dave')))
      .replaceAll('VEVENT', 'VTODO')
      .replace('DTEND', 'DUE');
    expect((await who.put('alice', 'task.ics', task)).status).toBe(201);
    expect((await who.get('dave', 'task.ics')).body).toContain('BEGIN:VTODO');
  });
});
