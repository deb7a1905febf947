import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type EventStoreDbDouble,
  startEventStoreDbDouble,
} from '../support/eventstoredb-double/server.ts';
import { type Program, program } from '../support/program.ts';

const real = process.env['EVENTSTORE_URL'];
const CALENDAR = '/SOGo/dav/ada/Calendar/personal/';

const ics = (uid: string): string =>
  `BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\nBEGIN:VEVENT\r\nUID:${uid}\r\nDTSTAMP:20261122T100000Z\r\nDTSTART:20261201T100000Z\r\nSUMMARY:Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n`;

const where = real === undefined ? 'an in-process double of EventStoreDB' : 'a real EventStoreDB';

describe(`the log in ${where}, the projections in PostgreSQL`, () => {
  let double: EventStoreDbDouble | undefined;
  let server: Program;
  beforeAll(async () => {
    double = real === undefined ? await startEventStoreDbDouble() : undefined;
    server = await program({ EVENTSTORE_URL: real ?? double?.connectionString ?? '' });
    await server.start();
  }, 90_000);
  afterAll(async () => {
    await server?.discard();
    await double?.stop();
  }, 60_000);

  const put = (name: string): Promise<number> =>
    server
      .request('PUT', `${CALENDAR}${name}.ics`, {
        headers: { 'content-type': 'text/calendar' },
        body: ics(name),
      })
      .then(({ status }) => status);

  it('is one setting: what is stored is served, synchronised, logged and verified', async () => {
    expect(await put('lunch')).toBe(201);
    expect(await (await server.request('GET', `${CALENDAR}lunch.ics`)).text()).toBe(ics('lunch'));
    const synced = await server.request('REPORT', CALENDAR, {
      headers: { 'content-type': 'application/xml' },
      body: '<D:sync-collection xmlns:D="DAV:"><D:sync-token/><D:sync-level>1</D:sync-level><D:prop><D:getetag/></D:prop></D:sync-collection>',
    });
    expect(await synced.text()).toContain('lunch.ics');
    const printed = await server.daybook(['log', '--collection', 'ada/Calendar/personal']);
    expect(printed.out).toContain('"CalendarObjectStored"');
    const verified = await server.daybook(['verify']);
    expect(verified.code, verified.out + verified.err).toBe(0);
  }, 60_000);

  it('takes writes from eight clients at once, each exactly once', async () => {
    const names = Array.from({ length: 80 }, (_, index) => `many-${index}`);
    const statuses = await Promise.all(names.map(put));
    expect(new Set(statuses)).toEqual(new Set([201]));
    const verified = await server.daybook(['verify']);
    expect(verified.code, verified.out + verified.err).toBe(0);
  }, 60_000);

  it.runIf(real === undefined)(
    'refuses with 503 while the log is away, and goes on when it is back',
    async () => {
      await double?.lose();
      const refused = await server.request('PUT', `${CALENDAR}away.ics`, {
        headers: { 'content-type': 'text/calendar' },
        body: ics('away'),
      });
      expect(refused.status).toBe(503);
      expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);
      await double?.giveBack();
      await expect.poll(() => put('back'), { timeout: 30_000 }).toBe(201);
      expect(await (await server.request('GET', `${CALENDAR}back.ics`)).text()).toBe(ics('back'));
    },
    90_000,
  );
});
