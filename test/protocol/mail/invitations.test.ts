import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OutgoingMail } from '../../../src/domain/mail/transport.ts';
import { type FullNode, startNode } from '../../support/full-node.ts';
import { attendee, lines, meeting, organizer } from '../../support/meetings.ts';
import { freshDatabase } from '../../support/postgres.ts';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let node: FullNode;
const mails: OutgoingMail[] = [];

const send = async (method: string, name: string, body?: string): Promise<number> => {
  const response = await fetch(`${node.url}/SOGo/dav/dave/Calendar/personal/${name}`, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from('dave:secret').toString('base64')}`,
      'content-type': 'text/calendar',
    },
    ...(body !== undefined && { body }),
  });
  await response.body?.cancel();
  return response.status;
};

const come = (wanted: readonly string[]) =>
  expect
    .poll(() => mails.map(({ subject, to }) => `${to.address} ${subject}`).toSorted(), {
      ...{ timeout: 20_000, interval: 20 },
    })
    .toEqual(wanted);

beforeAll(async () => {
  database = await freshDatabase();
  node = await startNode({
    url: database.url,
    messages: 50,
    sendMail: async (mail) => {
      mails.push(mail);
      return mail.to.address.startsWith('no@')
        ? { kind: 'failed', passing: false, trouble: 'refused', status: 550 }
        : { kind: 'sent' };
    },
  });
  const { accounts } = node.daybook;
  await accounts.add({
    ...{ login: 'dave', password: 'secret', mail: 'dave@example.org', displayName: 'Dave' },
  });
  await accounts.add({ login: 'erin', password: 'secret', mail: 'erin@example.org' });
});
afterAll(async () => {
  await node?.stop();
  await database?.drop();
});
beforeEach(() => {
  mails.length = 0;
});

it('invites, updates and calls off by mail whoever is elsewhere, and nobody who is here', async () => {
  const invited = [organizer('dave'), attendee('erin'), attendee('guest@far.example')];
  const plan = (...more: readonly string[]) => meeting(lines('planning', ...invited, ...more));
  expect(await send('PUT', 'planning.ics', plan())).toBe(201);
  await come(['guest@far.example Invitation: Planning']);
  expect(await send('PUT', 'planning.ics', plan('LOCATION:Roof'))).toBe(204);
  expect(await send('DELETE', 'planning.ics')).toBe(204);
  await come([
    'guest@far.example Cancelled: Planning',
    'guest@far.example Invitation: Planning',
    'guest@far.example Updated: Planning',
  ]);
  expect(mails.map(({ calendar }) => calendar?.method)).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
  expect(new Set(mails.map(({ thread }) => thread)).size).toBe(1);
  expect(mails.map(({ from }) => from)).toEqual(
    mails.map(() => ({ address: 'dave@example.org', name: 'Dave' })),
  );
});

it('notes with the attendee what became of his mail (SCHEDULE-STATUS, RFC 6638 §3.2.9)', async () => {
  const invited = [organizer('dave'), attendee('guest@far.example'), attendee('no@far.example')];
  expect(await send('PUT', 'noted.ics', meeting(lines('noted', ...invited)))).toBe(201);
  const statuses = async (): Promise<readonly string[]> => {
    const response = await fetch(`${node.url}/SOGo/dav/dave/Calendar/personal/noted.ics`, {
      headers: { authorization: `Basic ${Buffer.from('dave:secret').toString('base64')}` },
    });
    const text = (await response.text()).replaceAll('\r\n ', '');
    return [...text.matchAll(/SCHEDULE-STATUS="?([\d.]+).*:mailto:(\w+)@/g)].map(
      ([, status, who]) => `${who} ${status}`,
    );
  };
  await expect.poll(statuses, { timeout: 20_000, interval: 50 }).toEqual(['guest 1.1', 'no 5.1']);
});

it('answers an invitation from elsewhere by mail', async () => {
  const plan = (partstat: string) =>
    meeting(lines('far', organizer('host@far.example'), attendee('dave', partstat)));
  expect(await send('PUT', 'far.ics', plan('NEEDS-ACTION'))).toBe(201);
  expect(await send('PUT', 'far.ics', plan('ACCEPTED'))).toBe(204);
  await come(['host@far.example Accepted: Planning']);
  expect(mails[0]?.calendar).toMatchObject({ method: 'REPLY' });
  expect(mails[0]?.kind).toBe('calendar:invitation-reply');
});

it('writes no mail of what only says who else comes', async () => {
  const with2 = (...more: readonly string[]) =>
    meeting(lines('crowd', organizer('dave'), attendee('a@far.example'), ...more));
  expect(await send('PUT', 'crowd.ics', with2())).toBe(201);
  await come(['a@far.example Invitation: Planning']);
  expect(await send('PUT', 'crowd.ics', with2(attendee('b@far.example')))).toBe(204);
  await come(['a@far.example Invitation: Planning', 'b@far.example Invitation: Planning']);
});
