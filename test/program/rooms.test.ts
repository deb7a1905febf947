import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Program, program } from '../support/program.ts';

const basic = (login: string, password: string): string =>
  `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;

const ics = (uid: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20301201T100000Z\r\nDURATION:PT1H\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

describe('rooms of the built-in table', () => {
  let server: Program;
  beforeAll(async () => {
    server = await program();
  }, 60_000);
  afterAll(() => server?.discard(), 30_000);

  it('makes rooms that answer invitations, and people of them again', async () => {
    const password = ['--password-stdin'];
    const run = async (args: readonly string[], input = 'room-password-1\n') =>
      (await server.daybook(args, input)).code;
    const named = ['--mail', 'attic@example.org'];
    const room = ['--kind', 'room', '--bookings', '1'];
    expect(await run(['user', 'add', 'attic', ...named, ...room, ...password])).toBe(0);
    expect(await run(['user', 'add', 'host', '--mail', 'host@example.org', ...password])).toBe(0);
    await server.start();
    expect(await run(['user', 'kind', 'nobody', 'room'])).toBe(1);
    expect(await run(['user', 'kind', 'attic', 'cellar'])).toBe(2);
    expect(await run(['user', 'kind', 'attic', 'room', '--bookings', '-2'])).toBe(2);
    expect(await run(['user', 'kind', 'attic', 'person', '--bookings', '1'])).toBe(2);
    const authorization = basic('host', 'room-password-1');
    const book = async (uid: string): Promise<string | undefined> => {
      const invited = `ORGANIZER:mailto:host@example.org\r\nATTENDEE:mailto:attic@example.org\r\nEND:VEVENT`;
      const path = `/SOGo/dav/host/Calendar/personal/${uid}.ics`;
      const body = ics(uid).replace('END:VEVENT', invited);
      const headers = { 'content-type': 'text/calendar' };
      await server.request('PUT', path, { authorization, headers, body });
      const stored = await server.request('GET', path, { authorization });
      return /PARTSTAT=([A-Z-]+)/.exec((await stored.text()).replaceAll(/\r\n /g, ''))?.[1];
    };
    expect(await book('r1')).toBe('ACCEPTED');
    expect(await book('r2')).toBe('DECLINED');
    const found = await server.request('REPORT', '/SOGo/dav/', {
      authorization,
      headers: { 'content-type': 'application/xml', depth: '0' },
      body: `<D:principal-property-search xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:property-search><D:prop><C:calendar-user-type/></D:prop><D:match>ROOM</D:match></D:property-search><D:prop><C:calendar-user-type/></D:prop></D:principal-property-search>`,
    });
    const text = await found.text();
    expect(text).toContain('/SOGo/dav/attic/');
    expect(text).not.toContain('/SOGo/dav/host/');
    expect(await run(['user', 'kind', 'attic', 'person'])).toBe(0);
  }, 120_000);
});
