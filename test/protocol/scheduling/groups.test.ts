import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookSource } from '../../../src/api/books/directories.ts';
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
  unfolded,
} from '../../support/meetings.ts';
import { rooms } from '../../support/rooms.ts';

const groups: Readonly<Record<string, readonly string[]>> = {
  staff: ['alice', 'carol', 'dave', 'erin'],
  empty: [],
  crowd: Array.from({ length: 1001 }, (_, number) => `one${number}`),
};

/** Groups at `NAME@example.org`, as a directory has them. */
const teams: BookSource = {
  ...rooms({}),
  directory: {
    id: 'teams',
    find: async ({ mail }: { readonly mail?: string }) => {
      const id = mail?.split('@')[0] ?? '';
      return groups[id] && { source: 'teams', id, kind: 'group', mails: [mail] };
    },
    members: async (id: string) =>
      groups[id]?.map((login) => ({
        login,
        displayName: `The ${login}`,
        mails: [`${login}@example.org`],
      })),
    close: async () => {},
  } as unknown as BookSource['directory'],
};

let server: DavServer;
let who: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav({ people: [dave, erin], books: [teams] });
  who = people(server);
});
afterAll(() => server.stop());

const attendeesIn = (text: string): readonly string[] =>
  unfolded(text).filter((line) => line.startsWith('ATTENDEE'));

describe('a group among the attendees', () => {
  it('is replaced by its members, who are invited as it was; not by the organizer, nor by who is invited himself', async () => {
    const group = attendee('staff', 'NEEDS-ACTION', 'ROLE=OPT-PARTICIPANT', 'CUTYPE=GROUP');
    const sent = meeting(lines('g1', organizer('alice'), attendee('dave'), group));
    expect((await who.put('alice', 'g1.ics', sent)).status).toBe(201);
    const { body } = await who.get('alice', 'g1.ics');
    const named = attendeesIn(body).map((line) => line.replace(/;SCHEDULE-STATUS=[^;:]*/, ''));
    expect(named).toEqual([
      expect.stringMatching(/dave@example\.org$/),
      'ATTENDEE;CN=The carol;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:carol@example.org',
      'ATTENDEE;CN=The erin;ROLE=OPT-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:erin@example.org',
    ]);
    for (const login of ['carol', 'dave', 'erin'])
      expect(partstatsOf((await who.get(login, 'g1.ics')).body, login)).toEqual(['NEEDS-ACTION']);
  });

  it('stays what it is where the client wants it so', async () => {
    const sent = meeting(lines('g2', organizer('alice'), attendee('staff')));
    await who.put('alice', 'g2.ics', sent, { 'x-sogo': 'NoGroupsDecomposition' });
    const { body } = await who.get('alice', 'g2.ics');
    expect(attendeesIn(body)).toEqual([expect.stringMatching(/staff@example\.org$/)]);
    expect((await who.get('carol', 'g2.ics')).status).toBe(404);
  });

  it('without members stays what it is', async () => {
    await who.put('alice', 'g3.ics', meeting(lines('g3', organizer('alice'), attendee('empty'))));
    expect(attendeesIn((await who.get('alice', 'g3.ics')).body)).toHaveLength(1);
  });

  it('with more than a thousand members is refused', async () => {
    const sent = meeting(lines('g4', organizer('alice'), attendee('crowd')));
    const { status, body } = await who.put('alice', 'g4.ics', sent);
    expect(status).toBe(409);
    expect(body).toContain('crowd@example.org');
    expect((await who.get('alice', 'g4.ics')).status).toBe(404);
  });
});
