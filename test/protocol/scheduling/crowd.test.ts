import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  lines,
  meeting,
  organizer,
  partstatsOf,
  people,
  person,
} from '../../support/meetings.ts';

const crowd = Array.from({ length: 30 }, (_, number) => person(`guest${number}`, 100 + number));

let server: DavServer;
let who: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav({ people: crowd });
  who = people(server);
});
afterAll(() => server.stop());

describe('thirty people who answer at once', () => {
  it('are all heard, and each sees what the others said', async () => {
    const event = meeting(
      lines('crowd', organizer('alice'), ...crowd.map(({ login }) => attendee(login))),
    );
    expect((await who.put('alice', 'crowd.ics', event)).status).toBe(201);
    const answers = await Promise.all(
      crowd.map(async ({ login }, number) => {
        const copy = (await who.get(login, 'crowd.ics')).body;
        const partstat = number % 3 === 0 ? 'DECLINED' : 'ACCEPTED';
        const answered = copy.replace(
          new RegExp(`PARTSTAT=NEEDS-ACTION([^\\r]*(?:\\r\\n [^\\r]*)*?:\\s*mailto:${login}@)`),
          `PARTSTAT=${partstat}$1`,
        );
        return who.put(login, 'crowd.ics', answered);
      }),
    );
    expect(answers.map(({ status }) => status)).toEqual(crowd.map(() => 204));
    const expected = crowd.map((_, number) => [number % 3 === 0 ? 'DECLINED' : 'ACCEPTED']);
    const seenBy = async (login: string) => {
      const { body } = await who.get(login, 'crowd.ics');
      return crowd.map(({ login: one }) => partstatsOf(body, one));
    };
    await expect.poll(() => seenBy('alice'), { timeout: 20_000 }).toEqual(expected);
    await expect.poll(() => seenBy('guest7'), { timeout: 20_000 }).toEqual(expected);
  });
});
