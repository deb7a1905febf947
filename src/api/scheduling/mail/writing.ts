import type { OutgoingMail } from '../../../domain/mail/transport.ts';
import type { MailFacts, Period } from '../../../domain/scheduling/mail/facts.ts';
import type { Outgoing } from '../../../domain/scheduling/scheduling.ts';
import { html } from '../../http/page/html.ts';
import type { MailTexts } from './texts.ts';

/** Characters of a line of what people wrote, and of a description. */
const LIMITS = { line: 200, description: 5_000 } as const;

const oneLine = (text: string): string =>
  text
    .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LIMITS.line);

const paragraphs = (text: string): string =>
  text
    .replaceAll(/(?![\n])[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .trim()
    .slice(0, LIMITS.description);

/** What a message is called before its title. */
const headOf = (
  { message, occasion, informs }: Outgoing,
  { partstat }: MailFacts,
  texts: MailTexts,
): string => {
  if (message.method === 'CANCEL') return texts.cancelled;
  if (message.method === 'COUNTER') return texts.proposal;
  if (message.method !== 'REPLY')
    return occasion === 'update' && !informs ? texts.updated : texts.invitation;
  switch (partstat) {
    case 'ACCEPTED':
    case 'COMPLETED':
    case 'IN-PROCESS':
      return texts.accepted;
    case 'DECLINED':
      return texts.declined;
    case 'TENTATIVE':
      return texts.tentative;
    case 'DELEGATED':
      return texts.delegated;
    default:
      return texts.undecided;
  }
};

/** A message's words, for people: what it is about, when in a time zone, where, by whom. */
export const writeInvitation = (
  outgoing: Outgoing,
  facts: MailFacts,
  texts: MailTexts,
  timeZone: string,
): Pick<OutgoingMail, 'subject' | 'text' | 'html'> => {
  const { language } = texts;
  const title = oneLine(facts.title) || '–';
  const head = headOf(outgoing, facts, texts);
  const subject = `${head}: ${title}`;
  const when = (period: Period | undefined): string =>
    period === undefined ? '' : periodText(period, language, timeZone);
  const recurring = facts.recurs && facts.when !== undefined ? ` (${texts.recurring})` : '';
  const lines = [
    [texts.attendee, nameOf(facts.attendee)],
    [texts.organizer, nameOf(facts.organizer)],
    [texts.when, `${when(facts.when)}${recurring}`],
    [texts.where, oneLine(facts.where)],
    [
      texts.before,
      [when(facts.before?.when), oneLine(facts.before?.where ?? '')].filter(Boolean).join(', '),
    ],
  ].filter((line): line is [string, string] => line[1] !== '');
  const description = paragraphs(facts.comment || facts.description);
  const closing = closingOf(outgoing, texts);
  const direction = /^(?:ar|he)/.test(language) ? 'rtl' : 'ltr';
  const page = html`<!DOCTYPE html>
<html lang="${language}" dir="${direction}"><head><meta charset="utf-8"><title>${subject}</title></head>
<body><p><strong>${subject}</strong></p>
<table>${lines.map(([name, said]) => html`<tr><th align="left" valign="top">${name}</th><td>${said}</td></tr>`)}</table>
${description === '' ? html`` : html`<p style="white-space: pre-line">${description}</p>`}${closing === '' ? html`` : html`<p><small>${closing}</small></p>`}</body></html>
`;
  const told = lines.map(([name, said]) => `${name}: ${said}`).join('\n');
  const end = closing === '' ? '' : `\n\n-- \n${closing}`;
  return {
    subject,
    text: `${[subject, told, description].filter(Boolean).join('\n\n')}${end}\n`,
    html: page.markup,
  };
};

const closingOf = ({ message, informs }: Outgoing, texts: MailTexts): string => {
  if (informs) return texts.information;
  return message.method === 'REQUEST' ? texts.answer : '';
};

const nameOf = (person: MailFacts['organizer']): string => {
  if (person === undefined) return '';
  const name = oneLine(person.name);
  const mail = oneLine(person.mail);
  if (name === '' || name === mail) return mail;
  return mail === '' ? name : `${name} <${mail}>`;
};

const periodText = ({ start, end, isDate }: Period, language: string, timeZone: string): string => {
  if (isDate) {
    const format = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
    const last = Math.max(end - 1, start);
    return format.formatRange(start, last);
  }
  const format = new Intl.DateTimeFormat(language, {
    ...{ dateStyle: 'full', timeStyle: 'short', timeZone },
  });
  return `${end > start ? format.formatRange(start, end) : format.format(start)} (${timeZone})`;
};
