import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streams } from '../../../src/domain/kernel/streams.ts';
import type { Instant } from '../../../src/domain/kernel/ids.ts';
import type { Principal } from '../../../src/api/services.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  dave,
  erin,
  meeting,
  organizer,
  partstatsOf,
  people,
  person,
  statusOf,
  unfolded,
} from '../../support/meetings.ts';
import { rooms } from '../../support/rooms.ts';

const names = ['room', 'pair', 'projector', 'hall', 'attic', 'vault'];
const resources = names.map((name, number) => person(name, 10 + number));
const [, , , , , vault] = resources as [
  Principal,
  Principal,
  Principal,
  Principal,
  Principal,
  Principal,
];
const books = [rooms({ room: 1, pair: 2, projector: 0, hall: -1, attic: 1, vault: 1 })];
const options = { people: [dave, erin, ...resources], books };

let server: DavServer;
let strict: DavServer;
let who: ReturnType<typeof people>;
let sogo: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav(options);
  strict = await startDav({ ...options, dialect: 'sogo' });
  who = people(server);
  sogo = people(strict);
  await give('room', '&lt;default&gt;', 'PublicDAndTViewer');
});
afterAll(() => Promise.all([server.stop(), strict.stop()]));

const choose = async (
  at: DavServer,
  { account }: Principal,
  settings: Readonly<Record<string, unknown>>,
): Promise<void> => {
  const change = new Map(
    Object.entries(settings).map(([name, value]) => [
      `settings/Calendar/${name}`,
      JSON.stringify(value),
    ]),
  );
  const outcome = await at.services.changePreferences({
    ...{ stream: streams.preferences(account), owner: account },
    command: { type: 'ChangeSettings', change },
    by: {
      ...{ actor: account, via: 'test', at: new Date().toISOString() as Instant },
      ...{ correlationId: randomUUID(), causationId: randomUUID() },
    },
  });
  expect('accepted' in outcome).toBe(true);
};

/** What the owner of a resource's calendar gives to somebody. */
const give = async (owner: string, user: string, ...roles: readonly string[]): Promise<void> => {
  for (const at of [server, strict]) {
    const credentials = `${owner}:secret`;
    await at.send('PROPFIND', `/SOGo/dav/${owner}/Calendar/`, { credentials });
    const given = roles.map((role) => `<${role}/>`).join('');
    const { status } = await at.send('POST', `/SOGo/dav/${owner}/Calendar/personal/`, {
      credentials,
      headers: { 'content-type': 'application/xml; charset=utf-8' },
      body: `<acl-query xmlns="urn:inverse:params:xml:ns:inverse-dav"><set-roles user="${user}">${given}</set-roles></acl-query>`,
    });
    expect(status).toBe(204);
  }
};

interface Times {
  readonly start?: string;
  readonly end?: string;
}
const event = (
  uid: string,
  by: string,
  resource: string,
  { start = '20300107T090000Z', end = '20300107T100000Z' }: Times = {},
  ...more: readonly string[]
): readonly string[] => [
  ...[`UID:${uid}`, 'DTSTAMP:20260101T000000Z', `DTSTART:${start}`, `DTEND:${end}`],
  ...['SUMMARY:Planning', organizer(by), attendee(resource), ...more],
];
const booking = (...of: Parameters<typeof event>): string => meeting(event(...of));
const lineOf = (text: string, login: string): string | undefined =>
  unfolded(text).find(
    (line) => line.startsWith('ATTENDEE') && line.endsWith(`${login}@example.org`),
  );

describe('a resource that takes one booking at a time', () => {
  it('accepts at once what it is free for, and is not asked any more', async () => {
    const sent = booking('one', 'alice', 'room', {}, attendee('carol'));
    expect((await who.put('alice', 'one.ics', sent)).status).toBe(201);
    const { body } = await who.get('alice', 'one.ics');
    expect(partstatsOf(body, 'room')).toEqual(['ACCEPTED']);
    expect(lineOf(body, 'room')).not.toContain('RSVP');
    expect(statusOf(body, 'room')).toBe('1.2');
    expect(partstatsOf((await who.get('room', 'one.ics')).body, 'room')).toEqual(['ACCEPTED']);
    expect(partstatsOf((await who.get('carol', 'one.ics')).body, 'room')).toEqual(['ACCEPTED']);
  });

  it('declines what overlaps, and takes no time for that', async () => {
    const times = { start: '20300107T093000Z', end: '20300107T110000Z' };
    expect((await who.put('carol', 'two.ics', booking('two', 'carol', 'room', times))).status).toBe(
      201,
    );
    expect(partstatsOf((await who.get('carol', 'two.ics')).body, 'room')).toEqual(['DECLINED']);
    const after = { start: '20300107T100000Z', end: '20300107T110000Z' };
    await who.put('dave', 'three.ics', booking('three', 'dave', 'room', after));
    expect(partstatsOf((await who.get('dave', 'three.ics')).body, 'room')).toEqual(['ACCEPTED']);
  });

  it('does not believe an organizer who answers for it', async () => {
    const sent = booking('forged', 'erin', 'room').replace('NEEDS-ACTION', 'ACCEPTED');
    await who.put('erin', 'forged.ics', sent);
    expect(partstatsOf((await who.get('erin', 'forged.ics')).body, 'room')).toEqual(['DECLINED']);
  });

  it('is asked again when the event is moved', async () => {
    const mine = (await who.get('carol', 'two.ics')).body;
    const moved = mine
      .replace('20300107T093000Z', '20300108T093000Z')
      .replace('20300107T110000Z', '20300108T110000Z');
    expect((await who.put('carol', 'two.ics', moved)).status).toBe(204);
    expect(partstatsOf((await who.get('carol', 'two.ics')).body, 'room')).toEqual(['ACCEPTED']);
  });

  it('has room again when a booking is called off', async () => {
    expect((await who.remove('alice', 'one.ics')).status).toBe(204);
    expect((await who.get('room', 'one.ics')).status).toBe(404);
    await who.put('erin', 'late.ics', booking('late', 'erin', 'room'));
    expect(partstatsOf((await who.get('erin', 'late.ics')).body, 'room')).toEqual(['ACCEPTED']);
  });

  it('declines a series of which one instance overlaps, and accepts one around it', async () => {
    const week = { start: '20300101T093000Z', end: '20300101T094500Z' };
    const series = event('daily', 'alice', 'room', week, 'RRULE:FREQ=DAILY;COUNT=10');
    await who.put('alice', 'daily.ics', meeting(series));
    expect(partstatsOf((await who.get('alice', 'daily.ics')).body, 'room')).toEqual(['DECLINED']);
    const skipping = event(
      'around',
      'alice',
      'room',
      week,
      'RRULE:FREQ=DAILY;COUNT=10',
      'EXDATE:20300107T093000Z',
      'EXDATE:20300108T093000Z',
    );
    await who.put('alice', 'around.ics', meeting(skipping));
    expect(partstatsOf((await who.get('alice', 'around.ics')).body, 'room')).toEqual(['ACCEPTED']);
  });

  it('takes the instances it can of a series that is for ever', async () => {
    const times = { start: '20310106T090000Z', end: '20310106T100000Z' };
    await who.put(
      'dave',
      'there.ics',
      booking('there', 'dave', 'room', { start: '20310113T140000Z', end: '20310113T150000Z' }),
    );
    const series = event('ever', 'alice', 'room', times, 'RRULE:FREQ=WEEKLY');
    const moved = [
      ...event('ever', 'alice', 'room', { start: '20310113T140000Z', end: '20310113T150000Z' }),
      'RECURRENCE-ID:20310113T090000Z',
    ];
    await who.put('alice', 'ever.ics', meeting(series, moved));
    const { body } = await who.get('alice', 'ever.ics');
    expect(partstatsOf(body, 'room')).toEqual(['ACCEPTED', 'DECLINED']);
  });
});

describe('MultipleBookings', () => {
  const book = async (
    resource: string,
    count: number,
  ): Promise<readonly (string | undefined)[]> => {
    const answers: (string | undefined)[] = [];
    for (let number = 0; number < count; number += 1) {
      const name = `${resource}-${number}`;
      expect((await who.put('alice', `${name}.ics`, booking(name, 'alice', resource))).status).toBe(
        201,
      );
      answers.push(partstatsOf((await who.get('alice', `${name}.ics`)).body, resource)[0]);
    }
    return answers;
  };

  it('2: as many at the same time, and no more', async () => {
    expect(await book('pair', 3)).toEqual(['ACCEPTED', 'ACCEPTED', 'DECLINED']);
  });

  it.each(['projector', 'hall'])('0 and -1: any number (%s)', async (resource) => {
    expect(await book(resource, 3)).toEqual(['ACCEPTED', 'ACCEPTED', 'ACCEPTED']);
  });
});

describe('who may book', () => {
  it('is whoever has a right, once the resource’s owner gave any', async () => {
    await give('attic', '&lt;default&gt;');
    await give('attic', 'alice', 'PublicDAndTViewer');
    await who.put('carol', 'attic.ics', booking('attic1', 'carol', 'attic'));
    expect(statusOf((await who.get('carol', 'attic.ics')).body, 'attic')).toBe('3.8');
    expect((await who.get('attic', 'attic.ics')).status).toBe(404);
    await who.put('alice', 'attic.ics', booking('attic2', 'alice', 'attic'));
    expect(partstatsOf((await who.get('alice', 'attic.ics')).body, 'attic')).toEqual(['ACCEPTED']);
  });

  it('waits for those who look after it, where it is set so, and holds the time meanwhile', async () => {
    await give('vault', 'dave', 'PublicModifier', 'ObjectCreator');
    await choose(server, vault, { BookingApproval: 1 });
    await who.put('dave', 'first.ics', booking('first', 'dave', 'vault', {}, attendee('carol')));
    expect(partstatsOf((await who.get('dave', 'first.ics')).body, 'vault')).toEqual([
      'NEEDS-ACTION',
    ]);
    await who.put('dave', 'second.ics', booking('second', 'dave', 'vault'));
    expect(partstatsOf((await who.get('dave', 'second.ics')).body, 'vault')).toEqual(['DECLINED']);
    const copy = (await who.get('vault', 'first.ics')).body;
    const approved = unfolded(copy)
      .map((line) =>
        line.endsWith('vault@example.org') ? line.replace('NEEDS-ACTION', 'ACCEPTED') : line,
      )
      .join('\r\n');
    const { status } = await server.send('PUT', who.at('vault', 'first.ics'), {
      credentials: 'dave:secret',
      headers: { 'content-type': 'text/calendar' },
      body: approved,
    });
    expect(status).toBe(204);
    expect(partstatsOf((await who.get('dave', 'first.ics')).body, 'vault')).toEqual(['ACCEPTED']);
    expect(partstatsOf((await who.get('carol', 'first.ics')).body, 'vault')).toEqual(['ACCEPTED']);
  });
});

describe('in SOGo’s dialect', () => {
  it('a booking that has no room is refused before anything is stored', async () => {
    expect((await sogo.put('alice', 'one.ics', booking('one', 'alice', 'room'))).status).toBe(201);
    const refused = await sogo.put('carol', 'two.ics', booking('two', 'carol', 'room'));
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('one booking at a time');
    expect((await sogo.get('carol', 'two.ics')).status).toBe(404);
    expect((await sogo.put('alice', 'one.ics', booking('one', 'alice', 'room'))).status).toBe(204);
  });

  it('a resource that one has no right in cannot be accessed', async () => {
    const refused = await sogo.put('carol', 'attic.ics', booking('attic', 'carol', 'attic'));
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('Cannot access resource');
  });

  it('who prevents invitations is not invited, but by whom he listed', async () => {
    await choose(strict, dave, {
      PreventInvitations: 1,
      PreventInvitationsWhitelist: { carol: 'Carol <carol@example.org>' },
    });
    const refused = await sogo.put('alice', 'dave.ics', booking('dave1', 'alice', 'dave'));
    expect(refused.status).toBe(409);
    expect(refused.body).toContain('dave');
    expect((await sogo.get('dave', 'dave.ics')).status).toBe(404);
    expect((await sogo.put('carol', 'dave.ics', booking('dave2', 'carol', 'dave'))).status).toBe(
      201,
    );
    expect((await sogo.get('dave', 'dave.ics')).status).toBe(200);
  });
});

describe('what people said beforehand', () => {
  it('who prevents invitations gets none, and the organizer is told (RFC 6638 §3.2.9)', async () => {
    await choose(server, erin, { PreventInvitations: 1 });
    await who.put('alice', 'erin.ics', booking('erin1', 'alice', 'erin', {}, attendee('carol')));
    const { body } = await who.get('alice', 'erin.ics');
    expect(statusOf(body, 'erin')).toBe('3.8');
    expect(statusOf(body, 'carol')).toBe('1.2');
    expect((await who.get('erin', 'erin.ics')).status).toBe(404);
    await choose(server, erin, { PreventInvitations: 0 });
  });

  it('is answered for them: accepted what they are free for, declined what not', async () => {
    await choose(server, erin, { AutoAcceptInvitations: 1, AutoDeclineConflicts: 1 });
    const times = { start: '20320107T090000Z', end: '20320107T100000Z' };
    await who.put('alice', 'free.ics', booking('free', 'alice', 'erin', times));
    expect(partstatsOf((await who.get('alice', 'free.ics')).body, 'erin')).toEqual(['ACCEPTED']);
    await who.put('carol', 'full.ics', booking('full', 'carol', 'erin', times));
    expect(partstatsOf((await who.get('carol', 'full.ics')).body, 'erin')).toEqual(['DECLINED']);
    await choose(server, erin, { AutoDeclineConflicts: 0 });
    await who.put('carol', 'asked.ics', booking('asked', 'carol', 'erin', times));
    expect(partstatsOf((await who.get('carol', 'asked.ics')).body, 'erin')).toEqual([
      'NEEDS-ACTION',
    ]);
  });
});
