import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  dave,
  lines,
  meeting,
  organizer,
  partstatsOf,
  people,
} from '../../support/meetings.ts';

let server: DavServer;
let who: ReturnType<typeof people>;
let count = 0;
let name = '';
beforeAll(async () => {
  server = await startDav({ people: [dave] });
  who = people(server);
  for (const login of ['alice', 'carol'])
    expect(
      (
        await server.send('MKCALENDAR', `/SOGo/dav/${login}/Calendar/other/`, {
          credentials: `${login}:secret`,
        })
      ).status,
    ).toBe(201);
});
afterAll(() => server.stop());

beforeEach(async () => {
  count += 1;
  name = `placed-${count}.ics`;
  const body = meeting(
    lines(`placed-${count}`, organizer('alice'), attendee('carol'), attendee('dave')),
  );
  expect((await who.put('alice', name, body)).status).toBe(201);
});

const elsewhere = (login: string): string => `/SOGo/dav/${login}/Calendar/other/${name}`;
const transfer = (method: 'MOVE' | 'COPY', login: string) =>
  server.send(method, who.at(login, name), {
    credentials: `${login}:secret`,
    headers: { destination: `${server.url}${elsewhere(login)}` },
  });
const at = (login: string) =>
  server.send('GET', elsewhere(login), { credentials: `${login}:secret` });

describe('an object that others take part in', () => {
  it('may be moved to another own calendar, and nobody hears of it', async () => {
    expect((await transfer('MOVE', 'alice')).status).toBe(201);
    expect((await transfer('MOVE', 'carol')).status).toBe(201);
    const { status, body } = await at('alice');
    expect(status).toBe(200);
    expect(partstatsOf(body, 'carol')).toEqual(['NEEDS-ACTION']);
    expect((await who.get('dave', name)).status).toBe(200);
  });

  it('is changed and called off wherever the attendee has it', async () => {
    expect((await transfer('MOVE', 'carol')).status).toBe(201);
    const mine = (await who.get('alice', name)).body;
    await who.put('alice', name, mine.replace('SUMMARY:Planning', 'SUMMARY:Elsewhere'));
    expect((await at('carol')).body).toContain('SUMMARY:Elsewhere');
    expect((await who.get('carol', name)).status).toBe(404);
    expect((await who.remove('alice', name)).status).toBe(204);
    expect((await at('carol')).status).toBe(404);
  });

  it('is not had twice: neither by COPY nor by another PUT (RFC 6638 §3.2.4.1)', async () => {
    const copied = await transfer('COPY', 'alice');
    expect(copied.status).toBe(403);
    expect(copied.body).toContain('unique-scheduling-object-resource');
    const { body } = await who.get('carol', name);
    const put = await server.send('PUT', elsewhere('carol'), {
      credentials: 'carol:secret',
      headers: { 'content-type': 'text/calendar' },
      body,
    });
    expect(put.status).toBe(403);
    expect(put.body).toContain('unique-scheduling-object-resource');
    expect(put.body).toContain(`/SOGo/dav/carol/Calendar/personal/${name}`);
  });

  it('is called off when the organizer deletes its calendar, and declined when an attendee does', async () => {
    const calendar = (login: string) =>
      server.send('DELETE', `/SOGo/dav/${login}/Calendar/other/`, {
        credentials: `${login}:secret`,
      });
    expect((await transfer('MOVE', 'carol')).status).toBe(201);
    expect((await calendar('carol')).status).toBe(204);
    expect(partstatsOf((await who.get('alice', name)).body, 'carol')).toEqual(['DECLINED']);
    expect((await transfer('MOVE', 'alice')).status).toBe(201);
    expect((await calendar('alice')).status).toBe(204);
    expect((await who.get('dave', name)).status).toBe(404);
  });
});
