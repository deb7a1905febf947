import { describe, expect, it } from 'vitest';
import { mailFor } from '../../../src/api/scheduling/mailing.ts';
import { invitationLanguages, textsOf } from '../../../src/api/scheduling/mail/texts.ts';
import { languageName, languageTag } from '../../../src/api/json/languages.ts';
import type { AccountId } from '../../../src/domain/kernel/ids.ts';
import type { Outgoing } from '../../../src/domain/scheduling/scheduling.ts';
import { readMessage } from '../../../src/domain/scheduling/reading.ts';
import {
  answered,
  at,
  calendar,
  event,
  exception,
  invites,
  organized,
  weekly,
} from '../../domain/scheduling/meeting.ts';

const lunch = calendar(event(invites('bob'), 'LOCATION:Roof', 'DESCRIPTION:Soup\\nand bread'));
const sender = {
  account: '50000000-0000-4000-8000-000000000001' as AccountId,
  login: 'ada',
  displayName: 'Ada',
  mail: 'ada@example.org',
};

const mailOf = (outgoing: Outgoing | undefined, before?: string, language = 'en') => {
  if (outgoing === undefined) throw new Error('nothing to tell');
  const [recipient] = outgoing.message.recipients;
  const made = mailFor(
    {
      ...{ outgoing, sender, object: undefined, before, mail: 'bob@far.example' },
      recipient: recipient ?? outgoing.message.sender,
      cause: { event: 'cause', correlationId: 'c', at: at(0) },
    },
    {
      ...{ language, timeZone: 'Europe/Berlin', otherwise: 'ada@acme.com', domain: undefined },
    },
  );
  if (made === undefined) throw new Error('no mail');
  return made;
};

const first = (before: string | undefined, after: string | undefined): Outgoing | undefined =>
  organized(before, after).messages[0];

describe('mail about an invitation', () => {
  it('says what, when in the zone of who sends it, where and who', () => {
    const { mail } = mailOf(first(undefined, lunch));
    expect(mail.subject).toBe('Invitation: Lunch');
    expect(mail.text.replaceAll(/[\u2009\u202f\u00a0]/g, ' ')).toBe(`Invitation: Lunch

Organizer: Ada <ada@example.org>
When: Tuesday, January 5, 2027, 12:00 – 1:00 PM (Europe/Berlin)
Where: Roof

Soup
and bread

-- 
You can answer with your mail or calendar program.
`);
    expect(mail.from).toEqual({ address: 'ada@example.org', name: 'Ada' });
    expect(mail.kind).toBe('calendar:invitation');
  });

  it('has the message as iCalendar, which is read again (RFC 6047 §2.4)', () => {
    const { mail } = mailOf(first(undefined, lunch));
    expect(mail.calendar?.method).toBe('REQUEST');
    const reading = readMessage(mail.calendar?.text ?? '', { recipients: [] });
    expect(reading).toMatchObject({ message: { method: 'REQUEST', uid: 'lunch' } });
  });

  it('is one thread with all about the same object, whoever writes it', () => {
    const all = [
      first(undefined, lunch),
      first(lunch, undefined),
      answered(lunch, lunch.replace('NEEDS-ACTION', 'ACCEPTED')).messages[0],
    ].map((outgoing) => mailOf(outgoing).mail);
    expect(new Set(all.map(({ thread }) => thread)).size).toBe(1);
    expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(3);
    expect(all.map(({ subject }) => subject)).toEqual([
      ...['Invitation: Lunch', 'Cancelled: Lunch', 'Accepted: Lunch'],
    ]);
  });

  it('is the same for the same cause, and another for each recipient', () => {
    const outgoing = first(undefined, lunch);
    expect(mailOf(outgoing).key).toBe(mailOf(outgoing).key);
    expect(mailOf(outgoing).key).not.toBe(mailOf(first(lunch, undefined)).key);
  });

  it('says how it was before', () => {
    const moved = lunch.replaceAll('20270105T1', '20270106T1').replace('Roof', 'Cellar');
    const { mail } = mailOf(first(lunch, moved), lunch);
    expect(mail.subject).toBe('Updated: Lunch');
    expect(mail.text).toMatch(/^When: Wednesday.*\nWhere: Cellar\nBefore: Tuesday.*, Roof$/m);
    expect(mail.kind).toBe('calendar:invitation-update');
  });

  it('tells of the instance that changed, in a series', () => {
    const course = calendar(event(...weekly, invites('bob')));
    const changed = calendar(
      event(...weekly, invites('bob')),
      exception('20270112', 'SUMMARY:Special', invites('bob')),
    );
    const { mail } = mailOf(first(course, changed), course);
    expect(mail.subject).toBe('Updated: Special');
    expect(mail.text).not.toContain('recurring');
    expect(mailOf(first(undefined, course)).mail.text).toContain('(recurring)');
  });

  it('names days without a time', () => {
    const day = calendar(
      event('DTSTART;VALUE=DATE:20270105', 'DTEND;VALUE=DATE:20270107', invites('bob')),
    );
    const { text } = mailOf(first(undefined, day)).mail;
    expect(text.replaceAll(/[\u2009\u202f\u00a0]/g, ' ')).toContain(
      'When: Tuesday, January 5 – Wednesday, January 6, 2027\n',
    );
  });

  it('names who acts for the sender (SENT-BY)', () => {
    const sent = lunch.replace('ORGANIZER;', 'ORGANIZER;SENT-BY="mailto:eve@example.org";');
    expect(mailOf(first(undefined, sent)).mail.sender?.address).toBe('eve@example.org');
    expect(mailOf(first(undefined, lunch)).mail.sender).toBeUndefined();
  });

  it('has no calendar object for who does not take part', () => {
    const informed = calendar(event(invites('bob', ';ROLE=NON-PARTICIPANT')));
    const { mail } = mailOf(first(undefined, informed));
    expect(mail.calendar).toBeUndefined();
    expect(mail.text).toContain('no answer is needed');
  });

  it('cannot be made to say more than words', () => {
    const odd = calendar(
      event(invites('bob'), 'SUMMARY:<b>Lunch\\nBcc: eve@x.org</b>', 'LOCATION:a\\nWhen: never'),
    );
    const { mail } = mailOf(first(undefined, odd));
    expect(mail.subject).toBe('Invitation: <b>Lunch Bcc: eve@x.org</b>');
    expect(mail.html).not.toContain('<b>');
    expect(mail.text).toContain('Where: a When: never\n');
  });
});

describe('languages of invitations', () => {
  it('are all that SOGo is translated into', () => {
    const known = invitationLanguages.filter((tag) => languageTag(languageName(tag)) !== tag);
    expect(known).toEqual([]);
    expect(invitationLanguages).toHaveLength(48);
  });

  it.each(invitationLanguages)('%s has all words', (tag) => {
    const texts = textsOf(tag);
    expect(texts.language).toBe(tag);
    const words: readonly string[] = Object.values<string>({ ...texts });
    expect(words).toHaveLength(18);
    for (const word of words) expect(word.trim()).not.toBe('');
    const { subject, text } = mailOf(first(undefined, lunch), undefined, tag).mail;
    expect(subject).toBe(`${texts.invitation}: Lunch`);
    expect(text).toContain(texts.answer);
  });

  it('are found for places and scripts, and English where there is none', () => {
    expect(
      ['de-AT', 'pt-PT', 'pt-BR', 'zh-Hant-TW', 'zh', 'no', 'sr-Cyrl', 'tlh'].map(
        (tag) => textsOf(tag).language,
      ),
    ).toEqual(['de', 'pt', 'pt-BR', 'zh-TW', 'zh-CN', 'nb', 'sr', 'en']);
  });
});
