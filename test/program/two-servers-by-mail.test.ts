import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mailSink } from '../support/mail-sink.ts';
import { dovecotNeeds, startDovecot, type TestDovecot } from '../support/mail-server/dovecot.ts';
import { mayStartPostfix, postfixNeeds, startPostfix } from '../support/mail-server/postfix.ts';
import { attendee, lines, meeting, organizer, partstatsOf, unfolded } from '../support/meetings.ts';
import { describeWith } from '../support/needing.ts';
import { program } from '../support/program.ts';

const ada = 'ada@a.test';
const bea = 'bea@b.test';
const PERSONAL = (login: string): string => `/SOGo/dav/${login}/Calendar/personal/`;
const ICALENDAR = { 'content-type': 'text/calendar; charset=utf-8' };

/** A server of a domain, whose mail goes out through a relay and comes in through a mailbox. */
const serverOf = async (domain: string, folder: string, smtp: number, imap: number) => {
  const file = join(folder, `${domain}.conf`);
  await writeFile(
    file,
    `{
      SOGoMailDomain = "${domain}";
      SOGoAppointmentSendEMailNotifications = YES;
      SOGoMailingMechanism = smtp;
      SOGoSMTPServer = "smtp://127.0.0.1:${smtp}";
      SOGoIMAPServer = "imap://127.0.0.1:${imap}";
      DaybookMailInLogin = "imip-${domain}";
      DaybookMailInPassword = "secret";
    }`,
  );
  const server = await program({}, false, ['--config', file]);
  const login = domain === 'a.test' ? ada : bea;
  const added = await server.daybook(
    ['user', 'add', login, '--mail', login, '--password-stdin'],
    'correct horse\n',
  );
  if (added.code !== 0) throw new Error(added.err);
  await server.start();
  const authorization = `Basic ${Buffer.from(`${login}:correct horse`).toString('base64')}`;
  return {
    server,
    put: async (name: string, body: string): Promise<number> =>
      (
        await server.request('PUT', `${PERSONAL(login)}${name}`, {
          ...{ authorization, body, headers: ICALENDAR },
        })
      ).status,
    remove: async (name: string): Promise<number> =>
      (await server.request('DELETE', `${PERSONAL(login)}${name}`, { authorization })).status,
    /** Names and texts of what has a UID. */
    async find(uid: string): Promise<{ readonly name: string; readonly text: string } | undefined> {
      const listed = await server.request('PROPFIND', PERSONAL(login), {
        ...{ authorization, headers: { depth: '1' } },
      });
      const names = [...(await listed.text()).matchAll(/personal\/([^<]+\.ics)</g)];
      for (const [, name = ''] of names) {
        const got = await server.request('GET', `${PERSONAL(login)}${name}`, { authorization });
        const text = await got.text();
        if (unfolded(text).includes(`UID:${uid}`)) return { name, text };
      }
      return undefined;
    },
  };
};

interface Relay {
  readonly port: number;
  stop(): Promise<void>;
}

/** Postfix, or, where that may not be started, a stand-in: either puts all mail of a domain into one mailbox. */
const startRelay = async (dovecot: TestDovecot): Promise<Relay> => {
  const boxes = { 'a.test': 'imip-a.test', 'b.test': 'imip-b.test' };
  if (mayStartPostfix()) return startPostfix({ ...dovecot, boxes });
  const sink = await mailSink({
    async answer({ recipients, text }) {
      for (const recipient of recipients)
        await dovecot.deliver(
          `imip-${recipient.split('@')[1] ?? ''}`,
          `Delivered-To: ${recipient}\r\n${text}`,
        );
      return 'taken' as const;
    },
  });
  return { port: sink.port, stop: sink.close };
};

const needs = [...dovecotNeeds, ...postfixNeeds];

describeWith('two servers that know each other by mail alone (RFC 6047)', needs, () => {
  let dovecot: TestDovecot;
  let relay: Relay;
  let folder: string;
  let a: Awaited<ReturnType<typeof serverOf>>;
  let b: Awaited<ReturnType<typeof serverOf>>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'daybook-two-servers-'));
    dovecot = await startDovecot();
    relay = await startRelay(dovecot);
    [a, b] = await Promise.all([
      serverOf('a.test', folder, relay.port, dovecot.port),
      serverOf('b.test', folder, relay.port, dovecot.port),
    ]);
  }, 180_000);
  afterAll(async () => {
    await Promise.all([a?.server.discard(), b?.server.discard()]);
    await relay?.stop();
    await dovecot?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** What one of them has of a UID, once it is as it should be, or after some time. */
  const settled = async (
    side: typeof a,
    uid: string,
    is: (text: string | undefined) => boolean,
  ): Promise<{ readonly name: string; readonly text: string } | undefined> => {
    for (let tries = 0; ; tries += 1) {
      const found = await side.find(uid);
      if (is(found?.text) || tries === 300) return found;
      await sleep(100);
    }
  };
  const answered = (text: string, partstat: string): string =>
    unfolded(text)
      .map((line) =>
        line.startsWith('ATTENDEE') && line.endsWith(bea)
          ? line.replace('PARTSTAT=NEEDS-ACTION', `PARTSTAT=${partstat}`)
          : line,
      )
      .join('\r\n');

  const invited = (uid: string, ...more: readonly string[]): readonly string[] =>
    lines(uid, organizer(ada), attendee(ada, 'ACCEPTED'), attendee(bea), ...more);

  it('invite, accept, change, and call off', async () => {
    expect(await a.put('plan.ics', meeting(invited('plan')))).toBe(201);
    const copy = await settled(b, 'plan', (text) => text !== undefined);
    expect(partstatsOf(copy?.text ?? '', bea)).toEqual(['NEEDS-ACTION']);

    expect(await b.put(copy?.name ?? '', answered(copy?.text ?? '', 'ACCEPTED'))).toBe(204);
    const own = await settled(a, 'plan', (text) => partstatsOf(text ?? '', bea)[0] === 'ACCEPTED');
    expect(partstatsOf(own?.text ?? '', bea)).toEqual(['ACCEPTED']);

    const later = (own?.text ?? '').replace('T090000Z', 'T093000Z');
    expect(await a.put('plan.ics', later)).toBe(204);
    const moved = await settled(b, 'plan', (text) => text?.includes('T093000Z') === true);
    expect(unfolded(moved?.text ?? '')).toContain('DTSTART:20300107T093000Z');
    expect(partstatsOf(moved?.text ?? '', bea)).toEqual(['NEEDS-ACTION']);

    expect(await a.remove('plan.ics')).toBe(204);
    expect(await settled(b, 'plan', (text) => text === undefined)).toBeUndefined();
  });

  it('agree on a series of which one instance is elsewhen', async () => {
    const series = invited('series', 'RRULE:FREQ=DAILY;COUNT=5');
    const exception = invited('series', 'RECURRENCE-ID:20300109T090000Z').map((line) =>
      line
        .replace('20300107T090000Z', '20300109T150000Z')
        .replace('20300107T100000Z', '20300109T160000Z'),
    );
    expect(await a.put('series.ics', meeting(series, exception))).toBe(201);
    const copy = await settled(b, 'series', (text) => text !== undefined);
    expect(unfolded(copy?.text ?? '')).toContain('DTSTART:20300109T150000Z');
    const once = (copy?.text ?? '').split('BEGIN:VEVENT');
    const declined = once
      .map((part) =>
        part.includes('RECURRENCE-ID') ? answered(part, 'DECLINED') : answered(part, 'ACCEPTED'),
      )
      .join('BEGIN:VEVENT');
    expect(await b.put(copy?.name ?? '', declined)).toBe(204);
    const both = (text: string | undefined): readonly string[] =>
      partstatsOf(text ?? '', bea).toSorted();
    const own = await settled(a, 'series', (text) => both(text).join() === 'ACCEPTED,DECLINED');
    expect(both(own?.text)).toEqual(['ACCEPTED', 'DECLINED']);
  });
});
