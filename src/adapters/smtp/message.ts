import MailComposer from 'nodemailer/lib/mail-composer';
import type { OutgoingMail } from '../../domain/mail/transport.ts';

/** No control characters, which a header could end with, and no more of a name than a header should have. */
const plain = (text: string, most = 500): string =>
  // eslint-disable-next-line no-control-regex
  text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .trim()
    .slice(0, most);

/**
 * A message's octets (RFC 5322, RFC 2045), with both bodies as alternatives and whatever is not ASCII encoded
 * (RFC 2047); a calendar object is a third alternative, and a file, for programs that know only one of them (RFC 6047
 * §2.4). `Auto-Submitted` keeps programs from answering it (RFC 3834 §5).
 */
export const writeMessage = async (mail: OutgoingMail): Promise<Buffer> => {
  const { from, to, subject, text, html, date, messageId, sender, thread, calendar } = mail;
  const composer = new MailComposer({
    from: { name: plain(from.name, 100), address: from.address },
    to: { name: plain(to.name, 100), address: to.address },
    subject: plain(subject),
    ...{ text, html },
    date: new Date(date),
    messageId: `<${messageId}>`,
    ...(thread !== undefined && { inReplyTo: `<${thread}>`, references: `<${thread}>` }),
    ...(sender !== undefined && {
      sender: { name: plain(sender.name, 100), address: sender.address },
    }),
    ...(calendar !== undefined && {
      icalEvent: { method: calendar.method, content: calendar.text, filename: 'invite.ics' },
    }),
    headers: {
      'Auto-Submitted': 'auto-generated',
      ...(mail.kind !== undefined && { 'X-SOGo-Message-Type': plain(mail.kind, 100) }),
      ...(calendar !== undefined && { 'Content-Class': 'urn:content-classes:calendarmessage' }),
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
};
