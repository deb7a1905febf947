import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streams } from '../../../src/domain/kernel/streams.ts';
import type { Heeded, TakeMail } from '../../../src/api/mail-in/taking.ts';
import { base64, calendarPart, itip, mail, mailFor } from '../../support/arriving.ts';
import { type DavServer, startDav } from '../../support/dav.ts';
import {
  attendee,
  dave,
  lines,
  meeting,
  organizer,
  partstatsOf,
  people,
  unfolded,
} from '../../support/meetings.ts';

let server: DavServer;
let who: ReturnType<typeof people>;
let take: TakeMail;
/** What went out by mail. */
const mailed: string[] = [];
beforeAll(async () => {
  server = await startDav({
    people: [dave],
    scheduling: {
      mailOut: async ({ outgoing, recipient, object }) => {
        mailed.push(`${outgoing.message.method} to ${recipient}: ${object ?? ''}`);
        return 'mail';
      },
    },
  });
  who = people(server);
  take = mailFor(server, [dave]);
});
afterAll(() => server.stop());

const guest = 'greta@elsewhere.test';
const outcomes = (taken: Awaited<ReturnType<TakeMail>>): readonly Heeded['outcome'][] =>
  taken.kind === 'heeded' ? taken.messages.map(({ outcome }) => outcome) : [];

const invitation = (uid: string, ...more: readonly string[]): string =>
  itip('REQUEST', meeting(lines(uid, organizer(guest), attendee('carol'), ...more)));

/** What carol's calendar holds of a UID. */
const carols = async (uid: string): Promise<string> => {
  const { body } = await server.send('REPORT', '/SOGo/dav/carol/Calendar/personal/', {
    credentials: 'carol:secret',
    headers: { depth: '1', 'content-type': 'application/xml' },
    body: `<C:calendar-query xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT"><C:prop-filter name="UID"><C:text-match>${uid}</C:text-match></C:prop-filter></C:comp-filter></C:comp-filter></C:filter></C:calendar-query>`,
  });
  return body;
};

const fromGuest = (...parts: Parameters<typeof mail>[0]['parts']): Buffer =>
  mail({ from: `Greta <${guest}>`, to: 'carol@example.org', parts });

describe('an invitation that comes by mail (RFC 6047)', () => {
  it('is in the recipient’s calendar, to be answered', async () => {
    const octets = fromGuest(calendarPart(invitation('by-mail'), 'REQUEST'));
    expect(outcomes(await take(octets, ['carol@example.org']))).toEqual(['store']);
    const text = await carols('by-mail');
    expect(text).toContain('SUMMARY:Planning');
    expect(text).toMatch(/PARTSTAT=NEEDS-ACTION/);
    expect(text).not.toContain('METHOD');
  });

  it('does nothing more when it comes again, or older than what came', async () => {
    const again = fromGuest(calendarPart(invitation('by-mail'), 'REQUEST'));
    expect(outcomes(await take(again, ['carol@example.org']))).toEqual(['unchanged']);
    const newer = invitation('by-mail', 'SEQUENCE:2', 'LOCATION:Later');
    expect(outcomes(await take(fromGuest(calendarPart(newer))))).toEqual(['store']);
    const late = invitation('by-mail', 'SEQUENCE:1', 'LOCATION:Late');
    expect(outcomes(await take(fromGuest(calendarPart(late))))).toEqual(['unchanged']);
    expect(await carols('by-mail')).toContain('LOCATION:Later');
  });

  it('is called off by its organizer, and by nobody else', async () => {
    const cancel = itip(
      'CANCEL',
      meeting(lines('by-mail', 'SEQUENCE:3', organizer(guest), attendee('carol'))),
    ).replace('20260101T000000Z', '20300101T000000Z');
    const forged = mail({
      from: 'mallory@elsewhere.test',
      to: 'carol@example.org',
      parts: [calendarPart(cancel, 'CANCEL')],
    });
    expect(outcomes(await take(forged))).toEqual(['refuse']);
    expect(await carols('by-mail')).toContain('SUMMARY:Planning');
    expect(outcomes(await take(fromGuest(calendarPart(cancel, 'CANCEL'))))).toEqual(['remove']);
    expect(await carols('by-mail')).not.toContain('SUMMARY:Planning');
  });

  it('is answered by mail at once for who has said so beforehand', async () => {
    const by = {
      ...{ actor: dave.account, via: 'test', at: server.services.now() },
      ...{ correlationId: 'c', causationId: 'c' },
    };
    await server.services.changePreferences({
      ...{ stream: streams.preferences(dave.account), owner: dave.account, by },
      command: {
        type: 'ChangeSettings',
        change: new Map([['settings/Calendar/AutoAcceptInvitations', '1']]),
      },
    });
    const text = itip('REQUEST', meeting(lines('alone', organizer(guest), attendee('dave'))));
    const octets = fromGuest(calendarPart(text, 'REQUEST'));
    const answers = () => mailed.filter((one) => one.includes('UID:alone'));
    for (const outcome of ['store', 'unchanged'])
      expect(outcomes(await take(octets, ['dave@example.org']))).toEqual([outcome]);
    expect(answers()).toHaveLength(1);
    expect(answers()[0]).toMatch(/^REPLY to mailto:greta@elsewhere.test: /);
    expect(partstatsOf(answers()[0] ?? '', 'dave')).toEqual(['ACCEPTED']);
  });

  it('is not for who is not invited, nor for nobody', async () => {
    const octets = fromGuest(calendarPart(invitation('uninvited'), 'REQUEST'));
    expect(outcomes(await take(octets, ['dave@example.org']))).toEqual(['refuse']);
    expect(await take(octets, ['nobody@example.org'])).toEqual({ kind: 'unknown-recipient' });
  });
});

describe('an answer that comes by mail', () => {
  const invite = async (name: string): Promise<void> => {
    const text = meeting(lines(name, organizer('alice'), attendee('carol'), attendee(guest)));
    expect((await who.put('alice', `${name}.ics`, text)).status).toBe(201);
  };
  const reply = (uid: string, partstat: string, dtstamp: string, method = 'REPLY'): string =>
    itip(method, meeting(lines(uid, organizer('alice'), attendee(guest, partstat)))).replace(
      '20260101T000000Z',
      dtstamp,
    );
  const answered = (from: string, text: string): Buffer =>
    mail({ from, to: 'alice@example.org', parts: [calendarPart(text)] });

  it('is in the organizer’s object, and in those of all others', async () => {
    await invite('asked');
    const octets = answered(guest, reply('asked', 'ACCEPTED', '20300101T000000Z'));
    expect(outcomes(await take(octets))).toEqual(['store']);
    for (const login of ['alice', 'carol'])
      expect(partstatsOf((await who.get(login, 'asked.ics')).body, guest)).toEqual(['ACCEPTED']);
  });

  it('counts from whom it comes, and the later one', async () => {
    await invite('forged');
    const declined = reply('forged', 'DECLINED', '20300101T000000Z');
    expect(outcomes(await take(answered('mallory@elsewhere.test', declined)))).toEqual([
      'unchanged',
    ]);
    const two = `${guest}, mallory@elsewhere.test`;
    expect(await take(answered(two, declined))).toEqual({
      kind: 'passed-over',
      reason: 'no-sender',
    });
    const later = reply('forged', 'TENTATIVE', '20300102T000000Z');
    expect(outcomes(await take(answered(guest, later)))).toEqual(['store']);
    expect(outcomes(await take(answered(guest, declined)))).toEqual(['unchanged']);
    expect(partstatsOf((await who.get('alice', 'forged.ics')).body, guest)).toEqual(['TENTATIVE']);
  });

  it('may propose another time, which is left to the organizer', async () => {
    await invite('countered');
    const counter = reply('countered', 'TENTATIVE', '20300101T000000Z', 'COUNTER').replace(
      'DTSTART:20300107T090000Z',
      'DTSTART:20300107T110000Z',
    );
    expect(outcomes(await take(answered(guest, counter)))).toEqual(['store']);
    const { body } = await who.get('alice', 'countered.ics');
    expect(partstatsOf(body, guest)).toEqual(['TENTATIVE']);
    expect(unfolded(body)).toContain('DTSTART:20300107T090000Z');
  });
});

describe('mail that other programs write', () => {
  const stores = async (octets: Buffer, uid: string): Promise<string> => {
    await take(octets);
    return carols(uid);
  };

  it('has its calendar in base 64, in another charset, or attached', async () => {
    const text = invitation('encoded').replace('Planning', 'Pläne');
    const latin = Buffer.from(
      fromGuest([
        ['Content-Type: text/calendar; charset=iso-8859-1; method=REQUEST'],
        text.replace('encoded', 'latin'),
      ]).toString('utf8'),
      'latin1',
    );
    const octets = fromGuest([
      [
        'Content-Type: text/calendar; charset="utf-8"; method=REQUEST; name="meeting.ics"',
        'Content-Transfer-Encoding: base64',
      ],
      base64(text),
    ]);
    const attached = fromGuest([
      [
        'Content-Type: application/octet-stream; name="invite.ics"',
        'Content-Disposition: attachment; filename="invite.ics"',
        'Content-Transfer-Encoding: base64',
      ],
      base64(text.replace('encoded', 'attached')),
    ]);
    expect(await stores(octets, 'encoded')).toContain('SUMMARY:Pläne');
    expect(await stores(latin, 'latin')).toContain('SUMMARY:Pläne');
    expect(await stores(attached, 'attached')).toContain('SUMMARY:Pläne');
  });

  it('says METHOD in its media type alone, nowhere, or wrongly', async () => {
    const bare = (uid: string): string => invitation(uid).replace('METHOD:REQUEST\r\n', '');
    expect(await stores(fromGuest(calendarPart(bare('typed'), 'REQUEST')), 'typed')).toContain(
      'SUMMARY:Planning',
    );
    expect(await stores(fromGuest(calendarPart(bare('nowhere'))), 'nowhere')).toContain(
      'SUMMARY:Planning',
    );
    const published = invitation('published').replace('METHOD:REQUEST', 'METHOD:PUBLISH');
    expect(await stores(fromGuest(calendarPart(published)), 'published')).toContain(
      'SUMMARY:Planning',
    );
    const wrong = invitation('wrong').replace('METHOD:REQUEST', 'METHOD:REPLY');
    expect(await stores(fromGuest(calendarPart(wrong, 'REQUEST')), 'wrong')).toContain(
      'SUMMARY:Planning',
    );
  });

  it('has several calendars in one text, floating times, and zones of Windows', async () => {
    const two = `${invitation('first')}${invitation('second')}`;
    expect(outcomes(await take(fromGuest(calendarPart(two, 'REQUEST'))))).toEqual([
      'store',
      'store',
    ]);
    const floating = invitation('floating').replaceAll(/(DT(?:START|END):\d+T\d+)Z/g, '$1');
    expect(await stores(fromGuest(calendarPart(floating)), 'floating')).toMatch(
      /DTSTART:20300107T090000(?:&#13;)?\n/,
    );
    const windows = invitation('windows').replaceAll(
      /(DT(?:START|END)):(\d+T\d+)Z/g,
      '$1;TZID="W. Europe Standard Time":$2',
    );
    expect(await stores(fromGuest(calendarPart(windows)), 'windows')).toContain('20300107T090000');
  });
});

describe('mail that is not heeded', () => {
  const reasonOf = async (octets: Buffer): Promise<string> => {
    const taken = await take(octets);
    return taken.kind === 'passed-over'
      ? taken.reason
      : taken.kind === 'trouble'
        ? taken.trouble
        : taken.kind;
  };
  const guests = (headers: readonly string[]): Buffer =>
    mail({
      ...{ from: guest, to: 'carol@example.org', headers },
      parts: [calendarPart(invitation('unheeded'), 'REQUEST')],
    });

  it('has gone round, or is what a program answers by itself', async () => {
    expect(await reasonOf(guests(['X-Loop: carol@example.org']))).toBe('loop');
    const received = Array.from({ length: 60 }, () => 'Received: from a by b; x');
    expect(await reasonOf(guests(received))).toBe('loop');
    expect(await reasonOf(guests(['Auto-Submitted: auto-replied (vacation)']))).toBe('no-calendar');
    const report = guests([]).toString().replace('multipart/mixed', 'multipart/report');
    expect(await reasonOf(Buffer.from(report))).toBe('report');
    expect(await carols('unheeded')).not.toContain('SUMMARY');
  });

  it('has no calendar, one that is none, or is a mail within a mail', async () => {
    expect(await reasonOf(fromGuest([['Content-Type: text/plain'], 'Hello']))).toBe('no-calendar');
    expect(await reasonOf(fromGuest(calendarPart('BEGIN:VCALENDAR', 'REQUEST')))).toBe(
      'unreadable',
    );
    const within = guests([]).toString().replaceAll('b1', 'b2');
    expect(await reasonOf(fromGuest([['Content-Type: message/rfc822'], within]))).toBe(
      'no-calendar',
    );
  });

  it('is not what a server that is trusted calls proven (RFC 8601)', async () => {
    const proving = mailFor(server, [dave], 'mx.example.org');
    const outcomeOf = async (...results: readonly string[]): Promise<string> => {
      const headers = results.map((one) => `Authentication-Results: ${one}`);
      const taken = await proving(guests(headers));
      return taken.kind === 'passed-over' ? taken.reason : taken.kind;
    };
    expect(await outcomeOf()).toBe('unproven');
    expect(await outcomeOf('mx.example.org; dmarc=fail header.from=elsewhere.test')).toBe(
      'unproven',
    );
    expect(await outcomeOf('mx.other.test; dmarc=pass')).toBe('unproven');
    expect(await outcomeOf('mx.example.org; spf=pass (dmarc=pass); dmarc=none')).toBe('unproven');
    expect(await outcomeOf('mx.example.org; dmarc=pass header.from=other.test')).toBe('unproven');
    const [failed, passed] = ['mx.example.org; dmarc=fail', 'mx.example.org; dmarc=pass'];
    expect(await outcomeOf(failed, passed)).toBe('unproven');
    const good = 'mx.example.org; spf=pass; dmarc=pass (p=reject) header.from=elsewhere.test';
    expect(await outcomeOf(good, failed)).toBe('heeded');
  });

  it('is larger, or deeper, than any that is read', async () => {
    expect(await reasonOf(Buffer.alloc(26_000_000, 'a'))).toBe('too-large');
    const deep = Array.from(
      { length: 300 },
      (_, at) => `Content-Type: multipart/mixed; boundary="n${at}"\r\n\r\n--n${at}`,
    ).join('\r\n');
    expect(await reasonOf(Buffer.from(`From: ${guest}\r\n${deep}\r\n`))).toBe('unreadable');
    expect(await reasonOf(Buffer.alloc(0))).toBe('unreadable');
  });
});
