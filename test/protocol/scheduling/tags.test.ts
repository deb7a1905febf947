import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { caldav } from '../../../src/api/dav/xml/names.ts';
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
import { propfindBody } from '../../support/multistatus.ts';
import { XML } from '../../support/objects.ts';

let server: DavServer;
let who: ReturnType<typeof people>;
beforeAll(async () => {
  server = await startDav({ people: [dave] });
  who = people(server);
});
afterAll(() => server.stop());

const tagOf = async (login: string, name: string): Promise<string> =>
  String((await who.get(login, name)).headers['schedule-tag']);

const event = (uid: string, ...more: readonly string[]): string =>
  meeting(lines(uid, organizer('alice'), attendee('carol'), attendee('dave'), ...more));

const answering = (copy: string, login: string, partstat: string): string =>
  copy.replace(
    new RegExp(`PARTSTAT=[A-Z-]+([^\\r]*(?:\\r\\n [^\\r]*)*?:\\s*mailto:${login})`),
    `PARTSTAT=${partstat}$1`,
  );

describe('Schedule-Tag (RFC 6638 §3.2.10)', () => {
  it('comes with PUT and GET of what others take part in, and with nothing else', async () => {
    const { headers } = await who.put('alice', 'tag.ics', event('tag'));
    expect(headers['schedule-tag']).toMatch(/^"[\w-]+"$/);
    expect(headers['etag']).toBeUndefined();
    expect(await tagOf('alice', 'tag.ics')).toBe(headers['schedule-tag']);
    const alone = await who.put('alice', 'alone.ics', meeting(lines('alone')));
    expect(alone.headers['schedule-tag']).toBeUndefined();
    expect(alone.headers['etag']).toBeDefined();
  });

  it('is a property too (RFC 6638 §9.3)', async () => {
    const answer = await server.send('PROPFIND', who.at('alice', 'tag.ics'), {
      headers: { ...XML, depth: '0' },
      body: propfindBody(caldav('schedule-tag')),
    });
    expect(answer.status).toBe(207);
    expect(answer.body).toContain(`schedule-tag>${await tagOf('alice', 'tag.ics')}<`);
  });

  it('stays the same when attendees answer, while the ETag changes', async () => {
    const before = await who.get('alice', 'tag.ics');
    const copy = (await who.get('carol', 'tag.ics')).body;
    const sent = await who.put('carol', 'tag.ics', answering(copy, 'carol', 'ACCEPTED'));
    expect(sent.status).toBe(204);
    const after = await who.get('alice', 'tag.ics');
    expect(partstatsOf(after.body, 'carol')).toEqual(['ACCEPTED']);
    expect(after.headers['schedule-tag']).toBe(before.headers['schedule-tag']);
    expect(after.headers['etag']).not.toBe(before.headers['etag']);
  });

  it('lets an organizer change what he saw before an answer came, which is kept (§8.3)', async () => {
    const before = await who.get('alice', 'tag.ics');
    const copy = (await who.get('dave', 'tag.ics')).body;
    await who.put('dave', 'tag.ics', answering(copy, 'dave', 'TENTATIVE'));
    const changed = before.body.replace('SUMMARY:Planning', 'SUMMARY:Planning\r\nDESCRIPTION:More');
    const tag = String(before.headers['schedule-tag']);
    const sent = await who.put('alice', 'tag.ics', changed, { 'if-schedule-tag-match': tag });
    expect(sent.status).toBe(204);
    const { body, headers } = await who.get('alice', 'tag.ics');
    expect(partstatsOf(body, 'dave')).toEqual(['TENTATIVE']);
    expect(headers['schedule-tag']).not.toBe(tag);
    expect((await who.get('dave', 'tag.ics')).body).toContain('DESCRIPTION:More');
  });

  it('changes with what the organizer changes, and then an old one does not match', async () => {
    const old = await who.get('carol', 'tag.ics');
    const mine = (await who.get('alice', 'tag.ics')).body;
    await who.put('alice', 'tag.ics', mine.replace('20300107T100000Z', '20300107T110000Z'));
    const tag = String(old.headers['schedule-tag']);
    expect(await tagOf('carol', 'tag.ics')).not.toBe(tag);
    const late = answering(old.body, 'carol', 'ACCEPTED');
    const match = { 'if-schedule-tag-match': tag };
    expect((await who.put('carol', 'tag.ics', late, match)).status).toBe(412);
    expect((await who.remove('carol', 'tag.ics', match)).status).toBe(412);
    expect((await who.get('carol', 'tag.ics')).status).toBe(200);
  });

  it.each(['abc', '*', '"a", "b"'])(
    'must be one quoted tag where it is demanded, not %s',
    async (tag) => {
      const headers = { 'if-schedule-tag-match': tag };
      const { body } = await who.get('carol', 'tag.ics');
      expect((await who.put('carol', 'tag.ics', body, headers)).status).toBe(400);
    },
  );
});
