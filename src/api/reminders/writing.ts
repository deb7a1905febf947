import type { ComponentNode } from '../../domain/icalendar/component-tree.ts';
import { unescapeText } from '../../domain/icalendar/content-lines.ts';
import type { EmailAlarms, Ring } from '../../domain/icalendar/email-alarms.ts';
import type { Occurrence } from '../../domain/icalendar/occurrences.ts';
import { wallOf, type Zone } from '../../domain/icalendar/zones/zone.ts';
import type { OutgoingMail } from '../../domain/mail/transport.ts';
import { html, type Markup } from '../http/page/html.ts';
import { reminderTexts } from './texts.ts';

/** Whom a reminder is written for. */
export interface Reader {
  /** Primary subtag of BCP 47. */
  readonly language: string;
  /** IANA name. */
  readonly timeZone: string;
  /** Whose days those of the calendar are. */
  readonly floating: Zone;
  /** What the calendar is called. */
  readonly calendar: string;
}

/** Characters of a line of what people wrote, and of a description. */
const LIMITS = { line: 200, description: 2_000 } as const;

const valueOf = ({ properties }: ComponentNode, name: string): string =>
  unescapeText(properties.find((line) => line.name === name)?.value ?? '');

/** What people wrote, on one line. */
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

/** The words of a reminder: what, when in the reader's zone, where, in which calendar. */
export const writeReminder = (
  { alarm, occurrence }: Ring,
  { times, components }: EmailAlarms,
  reader: Reader,
): Pick<OutgoingMail, 'subject' | 'text' | 'html'> => {
  const { language, calendar } = reader;
  const words = reminderTexts(language);
  const index = occurrence?.component ?? alarm.component;
  const component = components[index] ?? { name: '', properties: [], components: [] };
  const own = times.components[index];
  const summary = oneLine(valueOf(component, 'SUMMARY')) || '–';
  const isDay = (own?.start ?? own?.end)?.form === 'date';
  const when =
    occurrence === undefined || !Number.isFinite(occurrence.start)
      ? ''
      : isDay
        ? dayText(occurrence, reader)
        : timeText(occurrence, reader);
  const lines = [
    [times.component === 'VTODO' && own?.start === undefined ? words.due : words.when, when],
    [words.where, oneLine(valueOf(component, 'LOCATION'))],
    [words.calendar, oneLine(calendar)],
  ].filter((line): line is [string, string] => line[1] !== '');
  const description = paragraphs(valueOf(component, 'DESCRIPTION'));
  const subject = words.subject.replace('%s', () => summary);
  const page = html`<!DOCTYPE html>
<html lang="${language}"><head><meta charset="utf-8"><title>${subject}</title></head>
<body><p><strong>${summary}</strong></p>
<table>${lines.map(([name, said]) => html`<tr><th align="left" valign="top">${name}</th><td>${said}</td></tr>`)}</table>
${description === '' ? html`` : descriptionIn(description)}<p><small>${words.closing}</small></p></body></html>
`;
  const told = lines.map(([name, said]) => `${name}: ${said}`).join('\n');
  return {
    subject,
    text: `${[summary, told, description].filter(Boolean).join('\n\n')}\n\n-- \n${words.closing}\n`,
    html: page.markup,
  };
};

const descriptionIn = (description: string): { readonly markup: Markup } =>
  html`<p style="white-space: pre-line">${description}</p>`;

const timeText = ({ start, end }: Occurrence, { language, timeZone }: Reader): string => {
  const format = new Intl.DateTimeFormat(language, {
    dateStyle: 'full',
    timeStyle: 'short',
    timeZone,
  });
  return `${end > start ? format.formatRange(start, end) : format.format(start)} (${timeZone})`;
};

/** Whole days, the last of which ends where the occurrence does. */
const dayText = ({ start, end }: Occurrence, { language, floating }: Reader): string => {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  const [first, last] = [wallOf(floating, start), wallOf(floating, end) - 1];
  return last > first ? format.formatRange(first, last) : format.format(first);
};
