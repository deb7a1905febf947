import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calendarPart, itip, mail } from '../support/arriving.ts';
import { attendee, lines, meeting, organizer } from '../support/meetings.ts';
import { type Program, program } from '../support/program.ts';

let server: Program;
beforeAll(async () => {
  server = await program();
  await server.daybook(
    ['user', 'add', 'bea', '--mail', 'bea@acme.com', '--password-stdin'],
    'correct horse\n',
  );
  await server.start();
}, 120_000);
afterAll(() => server.discard());

const guest = 'greta@elsewhere.test';
const invitation = mail({
  from: guest,
  to: 'bea@acme.com',
  parts: [
    calendarPart(
      itip('REQUEST', meeting(lines('piped', organizer(guest), attendee('bea@acme.com')))),
      'REQUEST',
    ),
  ],
}).toString();

describe('daybook imip, as a mail server calls it', () => {
  it('puts an invitation into the calendar of whom it is for, once', async () => {
    const first = await server.daybook(['imip', '--recipient', 'bea@acme.com'], invitation);
    expect(first).toEqual({ code: 0, out: 'REQUEST "piped" for bea@acme.com: stored\n', err: '' });
    const again = await server.daybook(['imip'], invitation);
    expect(again.out).toBe('REQUEST "piped" for bea@acme.com: nothing new\n');
    const { out } = await server.daybook(['log']);
    const written = out.split('\n').filter((line) => line.includes('imip daybook/'));
    expect(written.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'CalendarObjectStored',
      'SchedulingMessageHeard',
    ]);
  });

  it('says with its exit status what a mail server is to do', async () => {
    const nobody = await server.daybook(['imip', '--recipient', 'nobody@acme.com'], invitation);
    expect(nobody.code).toBe(67);
    expect((await server.daybook(['imip'], '')).code).toBe(65);
    const spam = 'From: x@spam.test\r\nTo: bea@acme.com\r\n\r\nbuy\r\n';
    expect(await server.daybook(['imip'], spam)).toMatchObject({
      ...{ code: 0, out: 'passed over: no-calendar\n' },
    });
    const unset = await server.daybook(['imip', '--config', '/no/such/file'], invitation);
    expect(unset.code).toBe(75);
  });
});
