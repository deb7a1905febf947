import { randomUUID } from 'node:crypto';
import type { AccountId, Instant } from '../../src/domain/kernel/ids.ts';
import type { MailKey, NewMail } from '../../src/domain/mail/outbox.ts';
import type { OutgoingMail } from '../../src/domain/mail/transport.ts';

export const someMail = (changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  from: { address: 'server@example.org', name: 'Server' },
  to: { address: 'ada@example.org', name: 'Ada Lovelace' },
  subject: 'New calendar: Plans',
  text: 'A calendar.\n',
  html: '<p>A calendar.</p>',
  date: '2026-11-22T10:00:00.000Z' as Instant,
  messageId: 'cause@example.org',
  ...changes,
});

export const newMail = (changes: Partial<NewMail> = {}): NewMail => ({
  key: randomUUID() as string as MailKey,
  account: randomUUID() as AccountId,
  mail: someMail(),
  ...changes,
});
